"""Faults of buckets."""

from gate.finding import Rule
from gate.rules import buckets
from tests.unit.gate.faults.planting import Fault, drop, put, say
from tests.unit.gate.good.words import ARN, BUCKET, EVERYONE, condition, statement

S3_ALL = statement("s3:*", on=[ARN, f"{ARN}/*"], principals=EVERYONE) | {"effect": "Deny"}
NO_HTTP = S3_ALL | {"condition": [condition("Bool", "aws:SecureTransport", "false")]}
NO_OLD_TLS = S3_ALL | {"condition": [condition("NumericLessThan", "s3:TlsVersion", "1.2")]}
ONLY_OBJECTS = NO_HTTP | {"resources": [f"{ARN}/*"]}
SOMETIMES = NO_HTTP | {"condition": [*NO_HTTP["condition"], condition("StringEquals", "aws:PrincipalTag/x", "y")]}
SSE = "aws_s3_bucket_server_side_encryption_configuration.silver.rule.0"
BLOCK = "aws_s3_bucket_public_access_block.silver"
COPIES = "aws_s3_bucket_replication_configuration.silver"
FAULTS: list[tuple[Rule, Fault]] = [
    (buckets.bucket_refuses_plain_http, drop("aws_s3_bucket_policy.silver")),
    (buckets.bucket_refuses_plain_http, say("silver", NO_OLD_TLS)),
    (buckets.bucket_refuses_plain_http, say("silver", NO_OLD_TLS, ONLY_OBJECTS)),
    (buckets.bucket_refuses_plain_http, say("silver", NO_OLD_TLS, SOMETIMES)),
    (buckets.bucket_refuses_plain_http, say("silver", NO_OLD_TLS, NO_HTTP | {"effect": "Allow"})),
    (buckets.bucket_refuses_old_tls, say("silver", NO_HTTP)),
    (buckets.bucket_blocks_public_access, drop(f"{BLOCK}")),
    (buckets.bucket_blocks_public_access, put(f"{BLOCK}.ignore_public_acls", False)),
    (buckets.bucket_blocks_public_access, put(f"{BLOCK}.bucket", "${aws_s3_bucket.silver_two.id}")),
    (buckets.bucket_is_encrypted_with_own_key, put(f"{SSE}.apply_server_side_encryption_by_default", {})),
    (
        buckets.bucket_is_encrypted_with_own_key,
        put(f"{SSE}.apply_server_side_encryption_by_default.kms_master_key_id", None),
    ),
    (
        buckets.bucket_is_encrypted_with_own_key,
        put("aws_s3_bucket_logging.x", {"bucket": "${aws_s3_bucket.x.id}", "target_bucket": BUCKET}),
    ),
    (buckets.bucket_key_spares_requests, put(f"{SSE}.bucket_key_enabled", False)),
    (buckets.bucket_is_versioned, drop("aws_s3_bucket_versioning.silver")),
    (
        buckets.bucket_is_versioned,
        put("aws_s3_bucket_versioning.silver.versioning_configuration.status", "Suspended"),
    ),
    (buckets.bucket_cleans_up, drop("aws_s3_bucket_lifecycle_configuration.silver")),
    (buckets.bucket_cleans_up, put("aws_s3_bucket_lifecycle_configuration.silver.rule.0.status", "Disabled")),
    (
        buckets.bucket_cleans_up,
        drop("aws_s3_bucket_lifecycle_configuration.silver.rule.0.noncurrent_version_expiration"),
    ),
    (buckets.bucket_has_one_owner, drop("aws_s3_bucket_ownership_controls.silver")),
    (
        buckets.bucket_has_one_owner,
        put("aws_s3_bucket_ownership_controls.silver.rule.object_ownership", "ObjectWriter"),
    ),
    (buckets.zone_is_copied, drop(COPIES)),
    (buckets.zone_is_copied, put(f"{COPIES}.rule.0.status", "Disabled")),
    (buckets.zone_is_copied, put(f"{COPIES}.rule.0.filter", {"prefix": "orders/"})),
    (buckets.zone_is_copied, drop(f"{COPIES}.rule.0.source_selection_criteria")),
    (buckets.zone_is_copied, put("aws_s3_bucket.silver.bucket", "called-otherwise")),
]
