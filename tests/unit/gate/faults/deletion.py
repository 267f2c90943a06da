"""Faults that let data go."""

from gate.finding import Rule
from gate.rules import deletion
from tests.unit.gate.faults.planting import Fault, drop, put

FAULTS: list[tuple[Rule, Fault]] = [
    (deletion.data_is_not_destroyed, drop("aws_s3_bucket.silver.lifecycle")),
    (deletion.data_is_not_destroyed, put("aws_glue_catalog_database.silver.lifecycle.prevent_destroy", False)),
    (deletion.data_is_not_emptied, put("aws_s3_bucket.silver.force_destroy", True)),
    (deletion.database_is_protected, put("aws_db_instance.shop.deletion_protection", False)),
    (deletion.database_is_protected, drop("aws_dynamodb_table.seen.deletion_protection_enabled")),
    (deletion.database_leaves_a_snapshot, put("aws_db_instance.shop.skip_final_snapshot", True)),
    (deletion.database_leaves_a_snapshot, drop("aws_redshift_cluster.warehouse.final_snapshot_identifier")),
    (deletion.database_can_go_back, put("aws_db_instance.shop.backup_retention_period", 0)),
    (
        deletion.database_can_go_back,
        drop("aws_redshift_cluster.warehouse.automated_snapshot_retention_period"),
    ),
    (deletion.database_can_go_back, drop("aws_dynamodb_table.seen.point_in_time_recovery")),
    (deletion.key_waits_before_it_goes, put("aws_kms_key.lake.deletion_window_in_days", 7)),
    (deletion.key_waits_before_it_goes, put("aws_secretsmanager_secret.db.recovery_window_in_days", 0)),
    (deletion.database_keeps_its_backups, drop("aws_db_instance.shop.delete_automated_backups")),
]
