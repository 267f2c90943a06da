"""What becomes of a bucket's objects as they age."""

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
    S3BucketLifecycleConfigurationRuleTransition,
)

from config import ZoneLifecycle
from constructs import Construct

MULTIPART_DAYS = 7


class ObjectLifecycle(Construct):
    """One rule for all objects: clean up left-overs always, move and expire as `ZoneLifecycle` says.

    Below a prefix whose old versions go sooner another; where two rules meet, S3 obeys the shorter time.
    """

    def __init__(
        self, scope: Construct, id_: str, *, bucket: S3Bucket, rules: ZoneLifecycle, after: ITerraformDependable
    ) -> None:
        super().__init__(scope, id_)
        S3BucketLifecycleConfiguration(
            self,
            "Configuration",
            bucket=bucket.id,
            rule=[_rule(rules), *(_sooner(prefix, days) for prefix, days in rules.noncurrent_days_below.items())],
            # Smaller objects would cost more than they save: a move is billed per object, and classes for seldom reads
            # bill 128 KB at least.
            transition_default_minimum_object_size="all_storage_classes_128K",
            # Rules on old versions are refused until the bucket keeps versions.
            depends_on=[after],
        )


def _rule(rules: ZoneLifecycle) -> S3BucketLifecycleConfigurationRule:
    return S3BucketLifecycleConfigurationRule(
        id="age",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
        abort_incomplete_multipart_upload=[
            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(days_after_initiation=MULTIPART_DAYS)
        ],
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=rules.noncurrent_days)
        ],
        transition=[
            S3BucketLifecycleConfigurationRuleTransition(days=transition.after_days, storage_class=transition.to)
            for transition in rules.transitions
        ]
        or None,
        expiration=[_expiration(rules.expire_after_days)],
    )


def _sooner(prefix: str, days: int) -> S3BucketLifecycleConfigurationRule:
    return S3BucketLifecycleConfigurationRule(
        id=f"old-{prefix.strip('_/')}",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix=prefix)],
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=days)
        ],
    )


def _expiration(after_days: int | None) -> S3BucketLifecycleConfigurationRuleExpiration:
    if after_days is None:
        # The mark of a deleted object outlives its last version, and slows down every listing.
        return S3BucketLifecycleConfigurationRuleExpiration(expired_object_delete_marker=True)
    return S3BucketLifecycleConfigurationRuleExpiration(days=after_days)
