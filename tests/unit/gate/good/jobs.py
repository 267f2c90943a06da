"""A Spark job on Glue, and the application for jobs on EMR."""

from typing import Any

from tests.unit.gate.good.words import KEY

JOBS: dict[str, Any] = {
    "aws_glue_security_configuration": {
        "jobs": {
            "name": "jobs",
            "encryption_configuration": {
                "cloudwatch_encryption": {"cloudwatch_encryption_mode": "SSE-KMS", "kms_key_arn": KEY},
                "job_bookmarks_encryption": {"job_bookmarks_encryption_mode": "CSE-KMS", "kms_key_arn": KEY},
                "s3_encryption": {"s3_encryption_mode": "SSE-KMS", "kms_key_arn": KEY},
            },
        }
    },
    "aws_glue_connection": {
        "inside": {
            "connection_type": "NETWORK",
            "physical_connection_requirements": {"subnet_id": "${aws_subnet.a.id}"},
        },
        "store": {
            "connection_type": "JDBC",
            "connection_properties": {"JDBC_CONNECTION_URL": "jdbc:x", "JDBC_ENFORCE_SSL": "true", "SECRET_ID": "db"},
            "physical_connection_requirements": {"subnet_id": "${aws_subnet.a.id}"},
        },
    },
    "aws_glue_job": {
        "orders": {
            "role_arn": "${aws_iam_role.job.arn}",
            "glue_version": "5.0",
            "timeout": 60,
            "execution_property": {"max_concurrent_runs": 1},
            "security_configuration": "${aws_glue_security_configuration.jobs.name}",
            "connections": ["${aws_glue_connection.inside.name}"],
        }
    },
    "aws_emrserverless_application": {
        "spark": {
            "auto_stop_configuration": {"enabled": True},
            "maximum_capacity": {"cpu": "200 vCPU", "memory": "800 GB"},
            "network_configuration": {"subnet_ids": ["${aws_subnet.a.id}"]},
        }
    },
}
