"""Faults with secrets."""

from gate.finding import Rule
from gate.rules import secrets
from tests.unit.gate.faults.planting import Fault, backend, provider, put

FAULTS: list[tuple[Rule, Fault]] = [
    (secrets.secret_is_not_in_template_or_state, put("aws_redshift_cluster.warehouse.master_password", "hunter22")),
    (secrets.secret_is_not_in_template_or_state, put("aws_dms_endpoint.source.password", "${var.password}")),
    (secrets.secret_is_not_in_template_or_state, put("aws_ssm_parameter.x", {"type": "SecureString", "value": "v"})),
    (secrets.secret_is_not_in_template_or_state, provider(access_key="x", secret_key="y")),
    (
        secrets.secret_is_not_in_template_or_state,
        provider(access_key="x", endpoints=[{"s3": "http://127.0.0.1:5000", "iam": "https://iam.amazonaws.com"}]),
    ),
    (secrets.secret_is_written_once, put("aws_secretsmanager_secret_version.db.secret_string_wo", "hunter22")),
    (secrets.setting_holds_no_secret, put("aws_lambda_function.etl.environment.variables.API_TOKEN", "abc")),
    (secrets.setting_holds_no_secret, put("aws_glue_job.x.default_arguments", {"--db_password": "abc"})),
    (secrets.text_looks_like_no_secret, put("aws_glue_job.x.name", "mysql://admin:hunter22@db/shop")),
    (secrets.text_looks_like_no_secret, put("aws_glue_job.x.name", "AKIAIOSFODNN7EXAMPLE")),
    (secrets.text_looks_like_no_secret, put("aws_glue_job.x.name", "-----BEGIN RSA PRIVATE KEY-----")),
    (secrets.text_looks_like_no_secret, put("aws_glue_job.x.name", "jdbc:redshift://db/x?user=a&password=hunter22")),
    (secrets.backend_holds_no_keys, backend(access_key="x", secret_key="y")),
]
