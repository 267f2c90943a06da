"""Where Terraform's states lie: a bucket that keeps every version of them, and the key that encrypts them."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)

from constructs import Construct
from constructs.access import Condition
from constructs.encryption_key import EncryptionKey
from constructs.log_bucket import LogBucket
from constructs.private_bucket import close, encrypt, keep_versions, make_bucket

STATE_KEEP_DAYS = 90
LOCK_KEEP_DAYS = 7
MULTIPART_DAYS = 7
# A backend with `encrypt` and no key would ask for S3's own key instead of ours.
OTHER_KEYS = {
    "OtherKeys": Condition(test="StringEquals", variable="s3:x-amz-server-side-encryption", values=["AES256"])
}


class StateBucket(Construct):
    """Never disposable: whoever loses the states of a platform owns resources nobody can name.

    ``state_keys`` are the objects of the states to come; their locks (``<key>.tflock``) leave a version and a delete
    marker with every run of Terraform, and S3 can only tell them from states by their whole names.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key: EncryptionKey,
        logs: LogBucket,
        state_keys: Sequence[str],
    ) -> None:
        super().__init__(scope, id_)
        self.bucket = make_bucket(self, name=name, disposable=False)
        encrypt(self, self.bucket, key)
        self._keep_versions(state_keys)
        close(self, self.bucket, also_refused=OTHER_KEYS)
        logs.take_access_log(self, self.bucket)
        # A bootstrap that was cut off sees by this bucket that there is something to adopt: it must be the first.
        logs.bucket.depends_on = [f"{self.bucket.terraform_resource_type}.{self.bucket.friendly_unique_id}"]

    def _keep_versions(self, state_keys: Sequence[str]) -> None:
        versioning = keep_versions(self, self.bucket)
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
            depends_on=[versioning],
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
