"""Servers, warehouses, and what copies between them."""

from typing import Any

from tests.unit.gate.good.words import KEEP, KEY

DATABASES: dict[str, Any] = {
    "aws_db_instance": {
        "shop": {
            "kms_key_id": KEY,
            "storage_encrypted": True,
            "publicly_accessible": False,
            "identifier": "shop",
            "engine": "mysql",
            "username": "shopkeeper",
            "manage_master_user_password": True,
            "master_user_secret_kms_key_id": KEY,
            "performance_insights_enabled": True,
            "performance_insights_kms_key_id": KEY,
            "iam_database_authentication_enabled": True,
            "enabled_cloudwatch_logs_exports": ["error"],
            "delete_automated_backups": False,
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
            "master_username": "librarian",
            "database_name": "library",
            "manage_master_password": True,
            "master_password_secret_kms_key_id": KEY,
            "enhanced_vpc_routing": True,
            "cluster_parameter_group_name": "${aws_redshift_parameter_group.warehouse.name}",
            "skip_final_snapshot": False,
            "final_snapshot_identifier": "warehouse-last",
            "automated_snapshot_retention_period": 14,
            "lifecycle": KEEP,
        }
    },
    "aws_redshift_parameter_group": {
        "warehouse": {
            "family": "redshift-1.0",
            "parameter": [
                {"name": "require_ssl", "value": "true"},
                {"name": "enable_user_activity_logging", "value": "true"},
            ],
        }
    },
    "aws_redshift_logging": {"warehouse": {"cluster_identifier": "${aws_redshift_cluster.warehouse.id}"}},
    "aws_redshiftserverless_namespace": {
        "warehouse": {
            "kms_key_id": KEY,
            "admin_username": "librarian",
            "db_name": "library",
            "manage_admin_password": True,
            "admin_password_secret_kms_key_id": KEY,
            "log_exports": ["userlog", "connectionlog", "useractivitylog"],
            "lifecycle": KEEP,
        }
    },
    "aws_redshiftserverless_workgroup": {
        "warehouse": {
            "enhanced_vpc_routing": True,
            "config_parameter": [{"parameter_key": "require_ssl", "parameter_value": "true"}],
        }
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
        "source": {"engine_name": "mysql", "ssl_mode": "verify-full", "kms_key_arn": KEY, "secrets_manager_arn": "arn"},
        "warehouse": {"engine_name": "redshift", "kms_key_arn": KEY, "secrets_manager_arn": "arn"},
    },
    "aws_dms_replication_task": {"shop": {"replication_task_settings": '{"Logging": {"EnableLogging": true}}'}},
    "aws_mwaa_environment": {
        "airflow": {
            "kms_key": KEY,
            "webserver_access_mode": "PRIVATE_ONLY",
            "logging_configuration": {
                f"{log}_logs": {"enabled": True}
                for log in ("dag_processing", "scheduler", "task", "webserver", "worker")
            },
        }
    },
}
