"""Encryption at rest with keys of ours, and in transit with certificates that are looked at."""

from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.template import Resource, Template

# Type -> field that names the key. Buckets are in gate.rules.buckets.
KEY_FIELDS = {
    "aws_kinesis_stream": "kms_key_id",
    "aws_sqs_queue": "kms_master_key_id",
    "aws_sns_topic": "kms_master_key_id",
    "aws_cloudwatch_log_group": "kms_key_id",
    "aws_secretsmanager_secret": "kms_key_id",
    "aws_db_instance": "kms_key_id",
    "aws_rds_cluster": "kms_key_id",
    "aws_redshift_cluster": "kms_key_id",
    "aws_redshiftserverless_namespace": "kms_key_id",
    "aws_dms_replication_instance": "kms_key_arn",
    "aws_dms_replication_config": "compute_config.kms_key_id",
    "aws_dms_endpoint": "kms_key_arn",
    "aws_lambda_function": "kms_key_arn",
    "aws_sfn_state_machine": "encryption_configuration.kms_key_id",
    "aws_mwaa_environment": "kms_key",
    "aws_dynamodb_table": "server_side_encryption.kms_key_arn",
    "aws_cloudtrail": "kms_key_id",
    "aws_efs_file_system": "kms_key_id",
    "aws_backup_vault": "kms_key_arn",
    "aws_glue_data_catalog_encryption_settings": (
        "data_catalog_encryption_settings.encryption_at_rest.sse_aws_kms_key_id"
    ),
    "aws_glue_security_configuration": "encryption_configuration.s3_encryption.kms_key_arn",
    "aws_kinesis_firehose_delivery_stream": "extended_s3_configuration.kms_key_arn",
}
SWITCHES = {
    "aws_db_instance": "storage_encrypted",
    "aws_rds_cluster": "storage_encrypted",
    "aws_redshift_cluster": "encrypted",
    "aws_efs_file_system": "encrypted",
    "aws_dynamodb_table": "server_side_encryption.enabled",
}
# Parameter that makes the server refuse a connection without TLS, by the beginning of the family.
TLS_PARAMETERS = {
    "redshift": ("require_ssl", {"true", "1"}),
    "postgres": ("rds.force_ssl", {"1"}),
    "aurora-postgresql": ("rds.force_ssl", {"1"}),
    "mysql": ("require_secure_transport", {"1", "ON"}),
    "mariadb": ("require_secure_transport", {"1", "ON"}),
    "aurora-mysql": ("require_secure_transport", {"1", "ON"}),
}
PARAMETER_GROUPS = ("aws_redshift_parameter_group", "aws_db_parameter_group", "aws_rds_cluster_parameter_group")
SERVERS = ("aws_db_instance", "aws_rds_cluster", "aws_redshift_cluster")


def store_is_encrypted_with_own_key(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """A key of AWS's cannot be taken away from anybody."""
    for type_, field in KEY_FIELDS.items():
        for resource in template.all(type_):
            if not str(resource.get(field) or "alias/aws/").startswith(("${", "arn:")):
                yield Fault(resource, f"{field} names no key of ours", "pass it an EncryptionKey's ARN")
    for type_, field in SWITCHES.items():
        for resource in template.all(type_):
            if str(resource.get(field)).lower() != "true":
                yield Fault(resource, f"{field} is not true", "set it to true")


def stream_is_encrypted(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for stream in template.all("aws_kinesis_stream"):
        if stream.get("encryption_type") != "KMS":
            yield Fault(stream, "encryption_type is not KMS, so its key is not used", "set encryption_type")


def key_rotates(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Asymmetric and HMAC keys cannot."""
    for key in template.all("aws_kms_key"):
        symmetric = key.get("customer_master_key_spec") in (None, "SYMMETRIC_DEFAULT")
        if symmetric and key.get("enable_key_rotation") is not True:
            yield Fault(key, "it never rotates", "set enable_key_rotation")


def workgroup_cannot_be_overridden(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Otherwise a client chooses where its results go, and whether they are encrypted."""
    result = "configuration.result_configuration.encryption_configuration"
    for workgroup in template.all("aws_athena_workgroup"):
        if workgroup.get("configuration.enforce_workgroup_configuration") is not True:
            yield Fault(workgroup, "clients may override its settings", "set enforce_workgroup_configuration")
        if workgroup.get(f"{result}.encryption_option") != "SSE_KMS" or not workgroup.get(f"{result}.kms_key_arn"):
            yield Fault(workgroup, "results are not encrypted with a key of ours", "use SSE_KMS and kms_key_arn")


def database_refuses_plain_connections(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for group in template.all(*PARAMETER_GROUPS):
        if not _forces_tls(group):
            yield Fault(group, "clients may connect without TLS", "set require_ssl, force_ssl or its like to 1")
    groups = template.all(*PARAMETER_GROUPS)
    fields = ("parameter_group_name", "db_cluster_parameter_group_name", "cluster_parameter_group_name")
    for server in template.all(*SERVERS):
        if not any(server.refers_to(group, field) for group in groups for field in fields):
            yield Fault(server, "it uses AWS's own parameters, which allow connections without TLS", "give it a group")


def replication_looks_at_certificates(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Endpoints that are AWS services speak TLS anyway; DMS refuses to be told how by those of Redshift."""
    for endpoint in template.all("aws_dms_endpoint"):
        service = endpoint.get("engine_name") in ("s3", "kinesis", "dynamodb", "opensearch", "neptune", "redshift")
        if not service and endpoint.get("ssl_mode") not in ("verify-full", "verify-ca"):
            yield Fault(endpoint, f"ssl_mode is {endpoint.get('ssl_mode')}", "use verify-full with the certificate")


def _forces_tls(group: Resource) -> bool:
    family = str(group.get("family"))
    fitting = [name for name in TLS_PARAMETERS if family.startswith(name)]
    if not fitting:
        return False
    wanted, values = TLS_PARAMETERS[fitting[0]]
    found = [p for p in group.blocks("parameter") if p.get("name") == wanted]
    return any(str(parameter.get("value")) in values for parameter in found)
