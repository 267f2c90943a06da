"""Spark jobs: what they leave is encrypted and ends, they end themselves, and they stand where the data does."""

import re
from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.template import Resource, Template

# Part of a security configuration -> its switch, and the value with a key of ours.
ENCRYPTED = {
    "cloudwatch_encryption": ("cloudwatch_encryption_mode", "SSE-KMS"),
    "job_bookmarks_encryption": ("job_bookmarks_encryption_mode", "CSE-KMS"),
    "s3_encryption": ("s3_encryption_mode", "SSE-KMS"),
}
LOGS = ("error", "output")
LONGEST_MINUTES = 1_440
PASSWORDS = re.compile(r"PASSWORD|SECRET_KEY", re.IGNORECASE)


def job_encrypts_what_it_leaves(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Without a configuration of ours Glue writes logs, bookmarks and data under keys of AWS's, or none."""
    for job in template.all("aws_glue_job", "aws_glue_crawler"):
        if _configuration(template, job) is None:
            yield Fault(job, "it names no security configuration of this stack", "give it one from glue_security")
    for configuration in template.all("aws_glue_security_configuration"):
        for part, (switch, wanted) in ENCRYPTED.items():
            place = f"encryption_configuration.{part}"
            if configuration.get(f"{place}.{switch}") != wanted or not configuration.get(f"{place}.kms_key_arn"):
                yield Fault(configuration, f"{part} is not {wanted} with a key", f"set {switch} and kms_key_arn")


def job_logs_into_its_own_groups(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Glue would make a group that never ends. Its name follows from the configuration and the role."""
    names = {str(group.get("name")) for group in template.all("aws_cloudwatch_log_group")}
    for job in template.all("aws_glue_job"):
        configuration = _configuration(template, job)
        roles = [role for role in template.all("aws_iam_role") if job.refers_to(role, "role_arn")]
        for role in roles if configuration else []:
            place = f"/aws-glue/jobs/{configuration.get('name')}-role/{role.get('name')}" if configuration else ""
            missing = [log for log in LOGS if f"{place}/{log}" not in names]
            if missing:
                yield Fault(job, f"Glue would make its log {place}/{missing[0]}", "make a log group of that name")


def job_ends(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Glue's own limit is two days, and every hour costs; and two runs of a job publish over each other."""
    for job in template.all("aws_glue_job"):
        minutes = job.get("timeout")
        if not isinstance(minutes, int) or not 0 < minutes <= LONGEST_MINUTES:
            yield Fault(job, f"timeout is {minutes}", f"set minutes, at most {LONGEST_MINUTES}")
        if job.get("execution_property.max_concurrent_runs") != 1:
            yield Fault(job, "two runs of it may publish the same tables", "set max_concurrent_runs to 1")
    for application in template.all("aws_emrserverless_application"):
        if application.get("auto_stop_configuration.enabled") is False:
            yield Fault(application, "it never stops, and costs as long as it runs", "enable auto_stop_configuration")
        if not application.get("maximum_capacity.cpu"):
            yield Fault(application, "its jobs may take any number of machines", "set maximum_capacity")
        if application.get("initial_capacity"):
            yield Fault(application, "machines wait for jobs, and cost", "leave initial_capacity out")


def job_stands_inside(template: Template, env: Environment) -> Iterator[Fault]:
    """Where the environment says so; what stands outside reaches every address of the internet."""
    inside = env.batch is not None and env.batch.inside
    for job in template.all("aws_glue_job") if inside else []:
        connections = template.all("aws_glue_connection")
        if not any(job.refers_to(connection, "connections") for connection in connections):
            yield Fault(job, "it runs outside the network", "let it run_inside the JobNetwork")
    for application in template.all("aws_emrserverless_application") if inside else []:
        if not application.get("network_configuration.subnet_ids"):
            yield Fault(application, "it runs outside the network", "set network_configuration")


def connection_is_private(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """A connection leads into a subnet of ours, and knows a password only by the name of its secret."""
    for connection in template.all("aws_glue_connection"):
        subnets, place = template.all("aws_subnet"), "physical_connection_requirements.subnet_id"
        if not any(connection.refers_to(subnet, place) for subnet in subnets):
            yield Fault(connection, "it leads into no subnet of this stack", "set physical_connection_requirements")
        properties = connection.get("connection_properties") or {}
        if any(PASSWORDS.fullmatch(name) for name in properties):
            yield Fault(connection, "a password stands in it", "name the secret by SECRET_ID")
        if "JDBC_CONNECTION_URL" in properties and properties.get("JDBC_ENFORCE_SSL") != "true":
            yield Fault(connection, "it speaks without TLS", "set JDBC_ENFORCE_SSL to true")


def _configuration(template: Template, job: Resource) -> Resource | None:
    found = template.all("aws_glue_security_configuration")
    return next((one for one in found if job.refers_to(one, "security_configuration")), None)
