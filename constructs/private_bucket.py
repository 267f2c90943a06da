"""What makes a bucket private, wherever one stands: encrypted, versioned, closed, TLS only, and not deleted by mistake.

The resources are made in the caller's scope, so they are addressed as parts of it.
"""

from collections.abc import Mapping, Sequence

from cdktf import TerraformResourceLifecycle
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

from constructs import Construct
from constructs.access import Condition, Statement, policy_document
from constructs.encryption_key import EncryptionKey

MAX_NAME = 63
UNSAFE_TRANSPORT = {
    "PlainHttp": Condition(test="Bool", variable="aws:SecureTransport", values=["false"]),
    "OldTls": Condition(test="NumericLessThan", variable="s3:TlsVersion", values=["1.2"]),
}


def make_bucket(scope: Construct, *, name: str, disposable: bool) -> S3Bucket:
    """The bucket itself. Unless ``disposable`` Terraform refuses to destroy it, with or without objects in it."""
    if len(name) > MAX_NAME:
        raise ValueError(f"{scope.node.path}: bucket name {name!r} is longer than {MAX_NAME}; shorten it")
    return S3Bucket(
        scope,
        "Bucket",
        bucket=name,
        force_destroy=disposable,
        lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
    )


def encrypt(scope: Construct, bucket: S3Bucket, key: EncryptionKey | None) -> None:
    """Every object under ``key``, or S3's own where it is None, unless its writer names another."""
    default = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
        sse_algorithm="aws:kms" if key else "AES256", kms_master_key_id=key.arn if key else None
    )
    S3BucketServerSideEncryptionConfigurationA(
        scope,
        "Encryption",
        bucket=bucket.id,
        # The bucket key turns one KMS request per object into one per few thousand.
        rule=[
            S3BucketServerSideEncryptionConfigurationRuleA(
                apply_server_side_encryption_by_default=default, bucket_key_enabled=True if key else None
            )
        ],
    )


def keep_versions(scope: Construct, bucket: S3Bucket) -> S3BucketVersioningA:
    """Nothing is overwritten for good. S3 refuses rules on old versions before, so they wait for what this returns."""
    return S3BucketVersioningA(
        scope,
        "Versioning",
        bucket=bucket.id,
        versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
    )


def close(
    scope: Construct,
    bucket: S3Bucket,
    *,
    also_refused: Mapping[str, Condition] | None = None,
    allowed: Sequence[Statement] = (),
) -> S3BucketPolicy:
    """No public access, no owners but this account, no transport without TLS 1.2; ``also_refused`` by name.

    ``allowed`` lets in what has no role of ours to be granted anything. Returns the policy, for those who wait for it.
    """
    S3BucketOwnershipControls(
        scope,
        "Ownership",
        bucket=bucket.id,
        rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
    )
    block = S3BucketPublicAccessBlock(
        scope,
        "PublicAccessBlock",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    refusals = _refusals(bucket.arn, UNSAFE_TRANSPORT | dict(also_refused or {}))
    return S3BucketPolicy(
        scope,
        "Policy",
        bucket=bucket.id,
        policy=policy_document(scope, "PolicyDocument", [*refusals, *allowed]),
        # S3 refuses two changes of a bucket's access at the same moment.
        depends_on=[block],
    )


def _refusals(bucket_arn: str, refused: Mapping[str, Condition]) -> list[Statement]:
    return [
        Statement(
            sid=f"Refuse{what}",
            effect="Deny",
            actions=["s3:*"],
            resources=[bucket_arn, f"{bucket_arn}/*"],
            principals=("*", ["*"]),
            conditions=[condition],
        )
        for what, condition in refused.items()
    ]
