"""Resource types that hold what cannot be made again: data, keys to data, and names that data is found by."""

STATEFUL = (
    "aws_s3_bucket",
    "aws_kms_key",
    "aws_kms_replica_key",
    "aws_kinesis_stream",
    "aws_kinesis_firehose_delivery_stream",
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_redshift_cluster",
    "aws_redshiftserverless_namespace",
    "aws_dynamodb_table",
    "aws_secretsmanager_secret",
    "aws_glue_catalog_database",
    "aws_efs_file_system",
    "aws_opensearch_domain",
    "aws_backup_vault",
)
