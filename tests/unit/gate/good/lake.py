"""A zone with all that guards it, and who may see its tables."""

from typing import Any

from config.environments import PROD
from config.naming import bucket_name
from tests.unit.gate.good.words import ARN, BUCKET, KEEP, KEY, document

LAKE: dict[str, Any] = {
    "aws_kms_key": {
        "lake": {
            "policy": document("key"),
            "enable_key_rotation": True,
            "deletion_window_in_days": 30,
            "lifecycle": KEEP,
        }
    },
    "aws_s3_bucket": {"silver": {"bucket": bucket_name(PROD, "silver"), "force_destroy": False, "lifecycle": KEEP}},
    "aws_s3_bucket_policy": {"silver": {"bucket": BUCKET, "policy": document("silver")}},
    "aws_s3_bucket_public_access_block": {
        "silver": {
            "bucket": BUCKET,
            "block_public_acls": True,
            "block_public_policy": True,
            "ignore_public_acls": True,
            "restrict_public_buckets": True,
        }
    },
    "aws_s3_bucket_server_side_encryption_configuration": {
        "silver": {
            "bucket": BUCKET,
            "rule": [
                {
                    "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY},
                    "bucket_key_enabled": True,
                }
            ],
        }
    },
    "aws_s3_bucket_versioning": {"silver": {"bucket": BUCKET, "versioning_configuration": {"status": "Enabled"}}},
    "aws_s3_bucket_lifecycle_configuration": {
        "silver": {
            "bucket": BUCKET,
            "rule": [
                {
                    "status": "Enabled",
                    "noncurrent_version_expiration": [{"noncurrent_days": 90}],
                    "abort_incomplete_multipart_upload": [{"days_after_initiation": 7}],
                }
            ],
        }
    },
    "aws_s3_bucket_ownership_controls": {
        "silver": {"bucket": BUCKET, "rule": {"object_ownership": "BucketOwnerEnforced"}}
    },
    "aws_s3_bucket_logging": {"silver": {"bucket": BUCKET, "target_bucket": "logs-of-another-stack"}},
    "aws_s3_bucket_replication_configuration": {
        "silver": {
            "bucket": BUCKET,
            "rule": [
                {
                    "status": "Enabled",
                    "filter": {},
                    "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                }
            ],
        }
    },
    "aws_glue_catalog_database": {
        "silver": {"name": "silver", "lifecycle": KEEP, "depends_on": ["aws_lakeformation_data_lake_settings.lake"]}
    },
    "aws_lakeformation_data_lake_settings": {
        "lake": {
            "admins": ["arn:aws:iam::333333333333:role/deploy"],
            "lifecycle": {
                "postcondition": [
                    {
                        "condition": "${length(self.create_database_default_permissions) == 0 && "
                        "length(self.create_table_default_permissions) == 0}"
                    }
                ]
            },
        }
    },
    "aws_lakeformation_permissions": {
        "read": {
            "principal": "${aws_iam_role.analysts.arn}",
            "permissions": ["SELECT", "DESCRIBE"],
            "lf_tag_policy": {"resource_type": "TABLE", "expression": [{"key": "sensitivity", "values": ["none"]}]},
        }
    },
    "aws_lakeformation_resource": {"silver": {"arn": ARN, "hybrid_access_enabled": False}},
    "aws_athena_workgroup": {
        "analysts": {
            "configuration": {
                "enforce_workgroup_configuration": True,
                "result_configuration": {
                    "encryption_configuration": {"encryption_option": "SSE_KMS", "kms_key_arn": KEY}
                },
            }
        }
    },
}
