"""What is written down: who asked a bucket for what, what a workflow did, how long a function took where."""

import json
from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.rules.buckets import takes_access_logs
from gate.template import Template

AIRFLOW_LOGS = ("dag_processing_logs", "scheduler_logs", "task_logs", "webserver_logs", "worker_logs")


def bucket_writes_down_who_asks(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Not the target: it would log into itself, for ever."""
    for bucket in template.all("aws_s3_bucket"):
        if not takes_access_logs(template, bucket) and not template.companions(
            "aws_s3_bucket_logging", bucket, "bucket"
        ):
            yield Fault(bucket, "nobody writes down who asks for what", "give it a LogBucket")


def function_is_traced(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for function in template.all("aws_lambda_function"):
        if function.get("tracing_config.mode") != "Active":
            yield Fault(function, "it writes no traces", "set tracing_config.mode to Active")


def workflow_is_logged(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for machine in template.all("aws_sfn_state_machine"):
        if machine.get("logging_configuration.level") != "ALL":
            yield Fault(machine, "not every step is logged", "set logging_configuration.level to ALL")
        if machine.get("tracing_configuration.enabled") is not True:
            yield Fault(machine, "it writes no traces", "set tracing_configuration.enabled")
    for airflow in template.all("aws_mwaa_environment"):
        off = [log for log in AIRFLOW_LOGS if airflow.get(f"logging_configuration.{log}.enabled") is not True]
        if off:
            yield Fault(airflow, f"it does not write {', '.join(off)}", "switch all five on")


def replication_is_logged(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for task in template.all("aws_dms_replication_task", "aws_dms_replication_config"):
        text = task.get("replication_task_settings") or task.get("replication_settings") or "{}"
        try:
            logs = json.loads(text).get("Logging", {}).get("EnableLogging")
        except ValueError:
            logs = None
        if logs is not True:
            yield Fault(task, "it does not say what it leaves out", "set Logging.EnableLogging in its settings")
