"""Faults of what is written down."""

from gate.finding import Rule
from gate.rules import records
from tests.unit.gate.faults.planting import Fault, drop, put

FAULTS: list[tuple[Rule, Fault]] = [
    (records.bucket_writes_down_who_asks, drop("aws_s3_bucket_logging.silver")),
    (records.function_is_traced, drop("aws_lambda_function.etl.tracing_config")),
    (records.function_is_traced, put("aws_lambda_function.etl.tracing_config.mode", "PassThrough")),
    (records.workflow_is_logged, put("aws_sfn_state_machine.daily.logging_configuration.level", "ERROR")),
    (records.workflow_is_logged, drop("aws_sfn_state_machine.daily.tracing_configuration")),
    (
        records.workflow_is_logged,
        put("aws_mwaa_environment.airflow.logging_configuration.task_logs.enabled", False),
    ),
    (records.replication_is_logged, drop("aws_dms_replication_task.shop.replication_task_settings")),
    (records.replication_is_logged, put("aws_dms_replication_task.shop.replication_task_settings", "no json")),
]
