"""A stream, the function that consumes it, and its role."""

from typing import Any

from tests.unit.gate.good.words import ARN, KEEP, KEY, document

BOUNDARY = "${aws_iam_policy.boundary.arn}"
WAY_OF_RECORDS: dict[str, Any] = {
    "aws_kinesis_stream": {"orders": {"encryption_type": "KMS", "kms_key_id": KEY, "lifecycle": KEEP}},
    "aws_iam_role": {
        name: {"name": name, "assume_role_policy": document(trust), "permissions_boundary": BOUNDARY}
        for name, trust in {
            "etl": "trust",
            "files": "replication",
            "pipeline": "pipeline",
            "analysts": "people",
            "job": "job",
        }.items()
    },
    "aws_iam_policy": {"boundary": {"name": "boundary", "policy": document("boundary")}},
    "aws_iam_role_policy": {"read": {"role": "${aws_iam_role.etl.name}", "policy": document("read")}},
    "aws_cloudwatch_log_group": {
        name: {"name": path, "retention_in_days": 365, "kms_key_id": KEY}
        for name, path in {
            "etl": "/aws/lambda/etl",
            "shop": "/aws/rds/instance/shop/error",
            "job_error": "/aws-glue/jobs/jobs-role/job/error",
            "job_output": "/aws-glue/jobs/jobs-role/job/output",
        }.items()
    },
    "aws_lambda_function": {
        "etl": {
            "role": "${aws_iam_role.etl.arn}",
            "runtime": "python3.11",
            "source_code_hash": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "tracing_config": {"mode": "Active"},
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
            "policy": document("messages"),
            "redrive_policy": '{"deadLetterTargetArn": "${aws_sqs_queue.dead.arn}", "maxReceiveCount": 5}',
        },
        "dead": {"kms_master_key_id": KEY},
    },
    "aws_sqs_queue_policy": {
        "dead": {"queue_url": "${aws_sqs_queue.dead.id}", "policy": document("messages")},
    },
    "aws_cloudwatch_metric_alarm": {"late": {"alarm_actions": ["${aws_sns_topic.alarms.arn}"]}},
    "aws_sns_topic": {"alarms": {"kms_master_key_id": KEY}},
    "aws_sns_topic_policy": {"alarms": {"arn": "${aws_sns_topic.alarms.arn}", "policy": document("messages")}},
    "aws_sfn_state_machine": {
        "daily": {
            "encryption_configuration": {"kms_key_id": KEY},
            "logging_configuration": {"level": "ALL"},
            "tracing_configuration": {"enabled": True},
        }
    },
    "aws_secretsmanager_secret": {"db": {"kms_key_id": KEY, "recovery_window_in_days": 30, "lifecycle": KEEP}},
    "aws_secretsmanager_secret_version": {
        "db": {"secret_string_wo": "${ephemeral.aws_secretsmanager_random_password.db.random_password}"}
    },
}
