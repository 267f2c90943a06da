"""Where Terraform's states lie: a bucket that keeps every version of them, and the key that encrypts them."""

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)

from constructs import Construct
from constructs.access import Condition, Statement, policy_document
from constructs.encryption_key import EncryptionKey

STATE_KEEP_DAYS = 90
LOCK_KEEP_DAYS = 7
MULTIPART_DAYS = 7


class StateBucket(Construct):
    """Never disposable: whoever loses the states of a platform owns resources nobody can name.

    ``state_keys`` are the objects of the states to come; their locks (``<key>.tflock``) leave a version and a delete
    marker with every run of Terraform, and S3 can only tell them from states by their whole names.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, key: EncryptionKey, state_keys: Sequence[str]) -> None:
        super().__init__(scope, id_)
        self.bucket = S3Bucket(
            self,
            "Bucket",
            bucket=name,
            force_destroy=False,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
        )
        default = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="aws:kms", kms_master_key_id=key.arn
        )
        S3BucketServerSideEncryptionConfigurationA(
            self,
            "Encryption",
            bucket=self.bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=default, bucket_key_enabled=True
                )
            ],
        )
        self._keep_versions(state_keys)
        self._close()

    def _keep_versions(self, state_keys: Sequence[str]) -> None:
        versioning = S3BucketVersioningA(
            self,
            "Versioning",
            bucket=self.bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        locks = [
            _rule(f"locks-{number}", prefix=f"{key}.tflock", keep_days=LOCK_KEEP_DAYS)
            for number, key in enumerate(state_keys, start=1)
        ]
        S3BucketLifecycleConfiguration(
            self,
            "Lifecycle",
            bucket=self.bucket.id,
            # Where two rules meet, S3 obeys the shorter time.
            rule=[_rule("states", prefix="", keep_days=STATE_KEEP_DAYS), *locks],
            # Rules on old versions are refused until the bucket keeps versions.
            depends_on=[versioning],
        )

    def _close(self) -> None:
        S3BucketOwnershipControls(
            self,
            "Ownership",
            bucket=self.bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        block = S3BucketPublicAccessBlock(
            self,
            "PublicAccessBlock",
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        S3BucketPolicy(
            self,
            "Policy",
            bucket=self.bucket.id,
            policy=policy_document(self, "PolicyDocument", _refusals(self.bucket.arn)),
            # S3 refuses two changes of a bucket's access at the same moment.
            depends_on=[block],
        )


def _rule(id_: str, *, prefix: str, keep_days: int) -> S3BucketLifecycleConfigurationRule:
    return S3BucketLifecycleConfigurationRule(
        id=id_,
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix=prefix)],
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=keep_days)
        ],
        expiration=[S3BucketLifecycleConfigurationRuleExpiration(expired_object_delete_marker=True)],
        abort_incomplete_multipart_upload=[
            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(days_after_initiation=MULTIPART_DAYS)
        ],
    )


def _refusals(bucket_arn: str) -> list[Statement]:
    refused = [
        ("PlainHttp", Condition(test="Bool", variable="aws:SecureTransport", values=["false"])),
        ("OldTls", Condition(test="NumericLessThan", variable="s3:TlsVersion", values=["1.2"])),
        # A backend with `encrypt` and no key would ask for S3's own key instead of ours.
        ("OtherKeys", Condition(test="StringEquals", variable="s3:x-amz-server-side-encryption", values=["AES256"])),
    ]
    return [
        Statement(
            sid=f"Refuse{what}",
            effect="Deny",
            actions=["s3:*"],
            resources=[bucket_arn, f"{bucket_arn}/*"],
            principals=("*", ["*"]),
            conditions=[condition],
        )
        for what, condition in refused
    ]
