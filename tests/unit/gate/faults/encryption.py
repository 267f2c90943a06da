"""Faults of encryption."""

from gate.finding import Rule
from gate.rules import encryption
from tests.unit.gate.faults.planting import Fault, drop, put

FAULTS: list[tuple[Rule, Fault]] = [
    (encryption.store_is_encrypted_with_own_key, drop("aws_lambda_function.etl.kms_key_arn")),
    (encryption.store_is_encrypted_with_own_key, put("aws_sns_topic.alarms.kms_master_key_id", "alias/aws/sns")),
    (encryption.store_is_encrypted_with_own_key, put("aws_db_instance.shop.storage_encrypted", False)),
    (encryption.stream_is_encrypted, put("aws_kinesis_stream.orders.encryption_type", "NONE")),
    (encryption.key_rotates, drop("aws_kms_key.lake.enable_key_rotation")),
    (
        encryption.workgroup_cannot_be_overridden,
        put("aws_athena_workgroup.analysts.configuration.enforce_workgroup_configuration", False),
    ),
    (
        encryption.workgroup_cannot_be_overridden,
        drop("aws_athena_workgroup.analysts.configuration.result_configuration"),
    ),
    (encryption.database_refuses_plain_connections, drop("aws_db_instance.shop.parameter_group_name")),
    (encryption.database_refuses_plain_connections, put("aws_redshift_parameter_group.warehouse.parameter", [])),
    (encryption.database_refuses_plain_connections, put("aws_db_parameter_group.shop.parameter.0.value", "0")),
    (encryption.replication_looks_at_certificates, put("aws_dms_endpoint.source.ssl_mode", "require")),
]
