"""One stage of the lake: objects come in through ``grant_write`` and are read through ``grant_read``."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
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

from config import ZoneLifecycle
from constructs import Construct
from constructs.access import Condition, Statement, allow, policy_document
from constructs.encryption_key import EncryptionKey
from constructs.object_lifecycle import ObjectLifecycle

MAX_NAME = 63


class LakeZone(Construct):
    """A bucket, private, versioned and encrypted, that nothing can open except through ``grant_*``.

    Each grant returns the policies it wrote, for those who must wait until they are in force.

    Deleting it takes two keys, turned in the environment's configuration: the environment is disposable, and this zone
    is named among what may go with it. Without ``disposable`` Terraform refuses to destroy the bucket.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key: EncryptionKey,
        lifecycle: ZoneLifecycle,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        if len(name) > MAX_NAME:
            raise ValueError(f"{self.node.path}: bucket name {name!r} is longer than {MAX_NAME}; shorten it")
        self.key = key
        self.bucket = S3Bucket(
            self,
            "Bucket",
            bucket=name,
            force_destroy=disposable,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
        )
        self._encrypt()
        versioning = S3BucketVersioningA(
            self,
            "Versioning",
            bucket=self.bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        ObjectLifecycle(self, "Lifecycle", bucket=self.bucket, rules=lifecycle, after=versioning)
        self._close()

    def grant_read(self, role: IamRole) -> list[IamRolePolicy]:
        """List the zone, read and decrypt its objects."""
        access = {"s3:ListBucket": self.bucket.arn, "s3:GetObject": f"{self.bucket.arn}/*"}
        return [self.key.grant_decrypt(role), allow(role, "Read", self, access)]

    def grant_write(self, role: IamRole, prefix: str) -> list[IamRolePolicy]:
        """Put whole objects below ``prefix``; neither read nor delete them."""
        access = {"s3:PutObject": f"{self.bucket.arn}/{prefix}*"}
        return [self.key.grant_encrypt(role), allow(role, "Write", self, access)]

    def grant_take_failures(self, role: IamRole) -> list[IamRolePolicy]:
        """What Lambda asks of a bucket that takes the batches a function gave up on."""
        access = {"s3:ListBucket": self.bucket.arn, "s3:PutObject": f"{self.bucket.arn}/aws/lambda/*"}
        return [self.key.grant_encrypt(role), allow(role, "TakeFailures", self, access)]

    def _encrypt(self) -> None:
        default = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="aws:kms", kms_master_key_id=self.key.arn
        )
        S3BucketServerSideEncryptionConfigurationA(
            self,
            "Encryption",
            bucket=self.bucket.id,
            # The bucket key turns one KMS request per object into one per few thousand.
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=default, bucket_key_enabled=True
                )
            ],
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
            policy=policy_document(self, "PolicyDocument", _only_encrypted_transport(self.bucket.arn)),
            # S3 refuses two changes of a bucket's access at the same moment.
            depends_on=[block],
        )


def _only_encrypted_transport(bucket_arn: str) -> list[Statement]:
    refused = [
        ("PlainHttp", Condition(test="Bool", variable="aws:SecureTransport", values=["false"])),
        ("OldTls", Condition(test="NumericLessThan", variable="s3:TlsVersion", values=["1.2"])),
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
