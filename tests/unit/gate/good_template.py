"""A stack with one of everything the rules look at, and nothing wrong with it."""

from copy import deepcopy
from typing import Any

ACCOUNT = "333333333333"
KEY = "${aws_kms_key.lake.arn}"
KEEP = {"prevent_destroy": True}
BUCKET = "${aws_s3_bucket.silver.id}"
ARN = "${aws_s3_bucket.silver.arn}"


def document(name: str) -> str:
    return f"${{data.aws_iam_policy_document.{name}.json}}"


def statement(*actions: str, on: list[str], **more: Any) -> dict[str, Any]:
    return {"effect": "Allow", "actions": list(actions), "resources": on, **more}


def condition(test: str, variable: str, *values: str) -> dict[str, Any]:
    return {"test": test, "variable": variable, "values": list(values)}


def service(name: str) -> list[dict[str, Any]]:
    return [{"type": "Service", "identifiers": [name]}]


EVERYONE = [{"type": "*", "identifiers": ["*"]}]
FOR_US = [condition("StringEquals", "aws:SourceAccount", ACCOUNT)]
DOCUMENTS: dict[str, Any] = {
    "silver": {
        "statement": [
            statement("s3:*", on=[ARN, f"{ARN}/*"], principals=EVERYONE, condition=[test]) | {"effect": "Deny"}
            for test in (
                condition("Bool", "aws:SecureTransport", "false"),
                condition("NumericLessThan", "s3:TlsVersion", "1.2"),
            )
        ]
    },
    "key": {
        "statement": [
            statement("kms:*", on=["*"], principals=[{"type": "AWS", "identifiers": [f"arn:aws:iam::{ACCOUNT}:root"]}]),
            statement("kms:Decrypt", on=["*"], principals=service("logs.amazonaws.com"), condition=FOR_US),
        ]
    },
    "trust": {
        "statement": [
            statement("sts:AssumeRole", on=[], principals=service("lambda.amazonaws.com"), condition=FOR_US),
        ]
    },
    "pipeline": {
        "statement": [
            statement(
                "sts:AssumeRoleWithWebIdentity",
                on=[],
                principals=[{"type": "Federated", "identifiers": ["arn:aws:iam::333333333333:oidc-provider/hub"]}],
                condition=[condition("StringEquals", "hub:sub", "repo:shop/platform:ref:refs/heads/main")],
            )
        ]
    },
    "door": {
        "statement": [
            statement(
                "s3:*",
                on=["*"],
                principals=EVERYONE,
                condition=[condition("StringEquals", "aws:PrincipalAccount", ACCOUNT)],
            )
        ]
    },
    "read": {
        "statement": [
            statement("s3:GetObject", on=[f"{ARN}/*"]),
            statement("xray:PutTraceSegments", on=["*"]),
            statement(
                "cloudwatch:PutMetricData",
                on=["*"],
                condition=[condition("StringEquals", "cloudwatch:namespace", "Shop")],
            ),
            statement(
                "iam:PassRole",
                on=["${aws_iam_role.etl.arn}"],
                condition=[condition("StringEquals", "iam:PassedToService", "glue.amazonaws.com")],
            ),
        ]
    },
}
LAKE: dict[str, Any] = {
    "aws_kms_key": {
        "lake": {
            "policy": document("key"),
            "enable_key_rotation": True,
            "deletion_window_in_days": 30,
            "lifecycle": KEEP,
        }
    },
    "aws_s3_bucket": {"silver": {"bucket": "silver", "force_destroy": False, "lifecycle": KEEP}},
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
    "aws_glue_catalog_database": {"silver": {"name": "silver", "lifecycle": KEEP}},
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
WAY_OF_RECORDS: dict[str, Any] = {
    "aws_kinesis_stream": {"orders": {"encryption_type": "KMS", "kms_key_id": KEY, "lifecycle": KEEP}},
    "aws_iam_role": {
        "etl": {"name": "etl", "assume_role_policy": document("trust")},
        "pipeline": {"name": "pipeline", "assume_role_policy": document("pipeline")},
    },
    "aws_iam_role_policy": {"read": {"role": "${aws_iam_role.etl.name}", "policy": document("read")}},
    "aws_cloudwatch_log_group": {"etl": {"name": "/aws/lambda/etl", "retention_in_days": 365, "kms_key_id": KEY}},
    "aws_lambda_function": {
        "etl": {
            "kms_key_arn": KEY,
            "logging_config": {"log_group": "${aws_cloudwatch_log_group.etl.name}"},
            "environment": {"variables": {"DB_SECRET": "${aws_secretsmanager_secret.db.arn}", "LOG_LEVEL": "INFO"}},
        }
    },
    "aws_lambda_event_source_mapping": {
        "orders": {
            "event_source_arn": "${aws_kinesis_stream.orders.arn}",
            "function_response_types": ["ReportBatchItemFailures"],
            "bisect_batch_on_function_error": True,
            "maximum_retry_attempts": 100,
            "maximum_record_age_in_seconds": 86_400,
            "destination_config": {"on_failure": {"destination_arn": ARN}},
        },
        "jobs": {
            "event_source_arn": "${aws_sqs_queue.jobs.arn}",
            "function_response_types": ["ReportBatchItemFailures"],
        },
    },
    "aws_sqs_queue": {
        "jobs": {
            "kms_master_key_id": KEY,
            "redrive_policy": '{"deadLetterTargetArn": "${aws_sqs_queue.dead.arn}", "maxReceiveCount": 5}',
        },
        "dead": {"kms_master_key_id": KEY},
    },
    "aws_cloudwatch_metric_alarm": {"late": {"alarm_actions": ["${aws_sns_topic.alarms.arn}"]}},
    "aws_sns_topic": {"alarms": {"kms_master_key_id": KEY}},
    "aws_secretsmanager_secret": {"db": {"kms_key_id": KEY, "recovery_window_in_days": 30, "lifecycle": KEEP}},
    "aws_secretsmanager_secret_version": {
        "db": {"secret_string_wo": "${ephemeral.aws_secretsmanager_random_password.db.random_password}"}
    },
}
DATABASES: dict[str, Any] = {
    "aws_db_instance": {
        "shop": {
            "kms_key_id": KEY,
            "storage_encrypted": True,
            "publicly_accessible": False,
            "manage_master_user_password": True,
            "parameter_group_name": "${aws_db_parameter_group.shop.name}",
            "deletion_protection": True,
            "skip_final_snapshot": False,
            "final_snapshot_identifier": "shop-last",
            "backup_retention_period": 14,
            "lifecycle": KEEP,
        }
    },
    "aws_db_parameter_group": {
        "shop": {"family": "mysql8.0", "parameter": [{"name": "require_secure_transport", "value": "1"}]}
    },
    "aws_redshift_cluster": {
        "warehouse": {
            "kms_key_id": KEY,
            "encrypted": "true",
            "publicly_accessible": False,
            "manage_master_password": True,
            "cluster_parameter_group_name": "${aws_redshift_parameter_group.warehouse.name}",
            "skip_final_snapshot": False,
            "final_snapshot_identifier": "warehouse-last",
            "automated_snapshot_retention_period": 14,
            "lifecycle": KEEP,
        }
    },
    "aws_redshift_parameter_group": {
        "warehouse": {"family": "redshift-1.0", "parameter": [{"name": "require_ssl", "value": "true"}]}
    },
    "aws_dynamodb_table": {
        "seen": {
            "server_side_encryption": {"enabled": True, "kms_key_arn": KEY},
            "point_in_time_recovery": {"enabled": True},
            "deletion_protection_enabled": True,
            "lifecycle": KEEP,
        }
    },
    "aws_dms_endpoint": {
        "source": {"engine_name": "mysql", "ssl_mode": "verify-full", "kms_key_arn": KEY, "secrets_manager_arn": "arn"}
    },
    "aws_mwaa_environment": {"airflow": {"kms_key": KEY, "webserver_access_mode": "PRIVATE_ONLY"}},
}
NETWORK: dict[str, Any] = {
    "aws_vpc": {"main": {"cidr_block": "10.0.0.0/16"}},
    "aws_default_security_group": {"main": {"vpc_id": "${aws_vpc.main.id}", "ingress": [], "egress": []}},
    "aws_vpc_endpoint": {"s3": {"vpc_id": "${aws_vpc.main.id}", "policy": document("door")}},
    "aws_flow_log": {"main": {"vpc_id": "${aws_vpc.main.id}", "traffic_type": "ALL"}},
    "aws_subnet": {"a": {"vpc_id": "${aws_vpc.main.id}", "map_public_ip_on_launch": False}},
    "aws_security_group": {
        "warehouse": {
            "vpc_id": "${aws_vpc.main.id}",
            "ingress": [
                {
                    "protocol": "tcp",
                    "from_port": 5439,
                    "to_port": 5439,
                    "security_groups": ["${aws_security_group.jobs.id}"],
                }
            ],
            "egress": [{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/16"]}],
        },
        "jobs": {"vpc_id": "${aws_vpc.main.id}"},
    },
    "aws_vpc_security_group_ingress_rule": {
        "jobs": {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "10.0.0.0/16"}
    },
}


def good_document() -> dict[str, Any]:
    """A copy to plant faults in."""
    return deepcopy(
        {
            "terraform": {"backend": {"s3": {"bucket": "state", "use_lockfile": True}}},
            "provider": {"aws": [{"region": "eu-west-1"}]},
            "data": {"aws_iam_policy_document": DOCUMENTS},
            "resource": LAKE | WAY_OF_RECORDS | DATABASES | NETWORK,
        }
    )
