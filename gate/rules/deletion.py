"""What may be deleted: in an environment that is not disposable, no data and no key to data."""

from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.stateful import STATEFUL
from gate.template import Resource, Template

KEY_DELETION_DAYS = 30
BACKUP_DAYS = 7
DATABASES = ("aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
WITH_FINAL_SNAPSHOT = (*DATABASES, "aws_redshift_cluster")


def data_is_not_destroyed(template: Template, env: Environment) -> Iterator[Fault]:
    for resource in _kept(template, env, *STATEFUL):
        if resource.get("lifecycle.prevent_destroy") is not True:
            yield Fault(resource, "Terraform may destroy it", "set lifecycle.prevent_destroy unless disposable")


def data_is_not_emptied(template: Template, env: Environment) -> Iterator[Fault]:
    """``force_destroy`` deletes every object, table or backup inside as well."""
    if env.disposable:
        return
    for resource in template.resources():
        for field in ("force_destroy", "force_delete", "force_delete_artifacts"):
            if resource.get(field) is True:
                yield Fault(resource, f"{field} is true", "set it to the environment's disposable")


def database_is_protected(template: Template, env: Environment) -> Iterator[Fault]:
    """The key that works even against somebody at the console."""
    for resource in _kept(template, env, *DATABASES):
        if resource.get("deletion_protection") is not True:
            yield Fault(resource, "deletion_protection is not set", "set it unless disposable")
    for table in _kept(template, env, "aws_dynamodb_table"):
        if table.get("deletion_protection_enabled") is not True:
            yield Fault(table, "deletion_protection_enabled is not set", "set it unless disposable")


def database_leaves_a_snapshot(template: Template, env: Environment) -> Iterator[Fault]:
    for resource in _kept(template, env, *WITH_FINAL_SNAPSHOT):
        if resource.get("skip_final_snapshot") is True or not resource.get("final_snapshot_identifier"):
            problem = "no final snapshot is taken when it goes"
            yield Fault(resource, problem, "skip_final_snapshot=False and a final_snapshot_identifier")


def database_can_go_back(template: Template, env: Environment) -> Iterator[Fault]:
    for resource in _kept(template, env, *DATABASES):
        if (resource.get("backup_retention_period") or 0) < BACKUP_DAYS:
            yield Fault(resource, f"backups are kept for less than {BACKUP_DAYS} days", "backup_retention_period")
    for cluster in _kept(template, env, "aws_redshift_cluster"):
        if (cluster.get("automated_snapshot_retention_period") or 1) < BACKUP_DAYS:
            problem = f"snapshots are kept for less than {BACKUP_DAYS} days"
            yield Fault(cluster, problem, "automated_snapshot_retention_period")
    for table in _kept(template, env, "aws_dynamodb_table"):
        if table.get("point_in_time_recovery.enabled") is not True:
            yield Fault(table, "it cannot go back in time", "point_in_time_recovery")


def database_keeps_its_backups(template: Template, env: Environment) -> Iterator[Fault]:
    """AWS's default throws them away together with the server."""
    for server in _kept(template, env, "aws_db_instance", "aws_rds_cluster"):
        if server.get("delete_automated_backups") is not False:
            yield Fault(server, "its backups go when it goes", "set delete_automated_backups to false")


def key_waits_before_it_goes(template: Template, env: Environment) -> Iterator[Fault]:
    """With the key goes all it encrypted."""
    for key in _kept(template, env, "aws_kms_key", "aws_kms_replica_key"):
        if (key.get("deletion_window_in_days") or KEY_DELETION_DAYS) < KEY_DELETION_DAYS:
            yield Fault(key, f"it can be gone in less than {KEY_DELETION_DAYS} days", "deletion_window_in_days")
    for secret in _kept(template, env, "aws_secretsmanager_secret"):
        days = secret.get("recovery_window_in_days")
        if days is not None and days < BACKUP_DAYS:
            yield Fault(secret, f"recovery_window_in_days is {days}", "keep it recoverable unless disposable")


def _kept(template: Template, env: Environment, *types: str) -> list[Resource]:
    """Resources nobody may lose: none in a disposable environment."""
    return [] if env.disposable else template.all(*types)
