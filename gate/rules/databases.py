"""Database servers and warehouses: who comes in by which name, what is written down, which way data takes."""

from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.template import Resource, Template, listed

RDS = ("aws_db_instance", "aws_rds_cluster")
WITH_ROLES = ("mysql", "mariadb", "postgres", "aurora-mysql", "aurora-postgresql")
# Everybody tries these first. Names are compared in small letters.
DEFAULT_USERS = {"admin", "administrator", "awsuser", "mysql", "postgres", "rdsadmin", "root", "master", "user"}
USER_FIELDS = {
    "aws_db_instance": "username",
    "aws_rds_cluster": "master_username",
    "aws_redshift_cluster": "master_username",
    "aws_redshiftserverless_namespace": "admin_username",
}
NAME_FIELDS = {
    "aws_redshift_cluster": "database_name",
    "aws_redshiftserverless_namespace": "db_name",
}
WAREHOUSE_LOGS = {"userlog", "connectionlog", "useractivitylog"}
# Switch -> the key of what it switches on.
KEYS_OF_PARTS = {
    "manage_master_user_password": "master_user_secret_kms_key_id",
    "manage_master_password": "master_password_secret_kms_key_id",
    "manage_admin_password": "admin_password_secret_kms_key_id",
    "performance_insights_enabled": "performance_insights_kms_key_id",
}


def database_takes_roles_for_logins(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Otherwise each application keeps a password."""
    for server in template.all(*RDS):
        able = server.get("engine") in (None, *WITH_ROLES)
        if able and server.get("iam_database_authentication_enabled") is not True:
            yield Fault(server, "nobody can log in with a role", "set iam_database_authentication_enabled")


def database_has_no_default_name(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for type_, field in USER_FIELDS.items():
        for server in template.all(type_):
            name = server.get(field)
            if not server.get("replicate_source_db") and (name is None or str(name).lower() in DEFAULT_USERS):
                yield Fault(server, f"its owner is called {name or 'as AWS likes'}", f"give {field} a name of ours")
    for type_, field in NAME_FIELDS.items():
        for server in template.all(type_):
            if server.get(field) in (None, "dev"):
                yield Fault(server, "its database is called dev, as everybody's", f"set {field}")


def database_writes_its_logs(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Into groups of ours: those that RDS makes have no end and no key."""
    groups = {str(group.get("name")) for group in template.all("aws_cloudwatch_log_group")}
    for server in template.all(*RDS):
        kind = "cluster" if server.type == "aws_rds_cluster" else "instance"
        name = server.get("identifier") or server.get("cluster_identifier")
        exported = listed(server.get("enabled_cloudwatch_logs_exports"))
        if not exported:
            yield Fault(server, "its logs stay on the machine", "set enabled_cloudwatch_logs_exports")
        for log in exported:
            if f"/aws/rds/{kind}/{name}/{log}" not in groups:
                yield Fault(server, f"RDS would make the group of its {log} log", "make the group before it")


def warehouse_is_audited(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Scanners look for a block that the provider no longer has."""
    for cluster in template.all("aws_redshift_cluster"):
        if not template.companions("aws_redshift_logging", cluster, "cluster_identifier"):
            yield Fault(cluster, "nobody writes down who asked what", "give it an aws_redshift_logging")
    for group in template.all("aws_redshift_parameter_group"):
        if _parameter(group, "parameter", "name", "value", wanted="enable_user_activity_logging") != "true":
            yield Fault(group, "the audit log lacks the statements", "set enable_user_activity_logging to true")
    for namespace in template.all("aws_redshiftserverless_namespace"):
        missing = WAREHOUSE_LOGS - set(listed(namespace.get("log_exports")))
        if missing:
            yield Fault(namespace, f"it exports no {', '.join(sorted(missing))}", "set log_exports to all three")


def warehouse_stays_in_the_network(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Otherwise it loads and unloads past endpoints and flow logs."""
    for warehouse in template.all("aws_redshift_cluster", "aws_redshiftserverless_workgroup"):
        if warehouse.get("enhanced_vpc_routing") is not True:
            yield Fault(warehouse, "data goes past the network", "set enhanced_vpc_routing")


def warehouse_without_servers_refuses_plain_connections(
    template: Template,
    env: Environment,  # noqa: ARG001
) -> Iterator[Fault]:
    for workgroup in template.all("aws_redshiftserverless_workgroup"):
        said = _parameter(workgroup, "config_parameter", "parameter_key", "parameter_value", wanted="require_ssl")
        if said not in ("true", "1"):
            yield Fault(workgroup, "clients may connect without TLS", "set the config_parameter require_ssl to true")


def parts_of_a_database_have_own_keys(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Its password and its figures lie elsewhere, and under AWS's key unless they are told another."""
    for server in template.resources():
        for switch, key in KEYS_OF_PARTS.items():
            if server.get(switch) is True and not str(server.get(key)).startswith(("${", "arn:")):
                yield Fault(server, f"{switch}, and {key} names no key of ours", "pass it an EncryptionKey's ARN")


def _parameter(resource: Resource, block: str, key: str, value: str, *, wanted: str) -> str | None:
    found = [str(b.get(value)).lower() for b in resource.blocks(block) if b.get(key) == wanted]
    return found[0] if found else None
