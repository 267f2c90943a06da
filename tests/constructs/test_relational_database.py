from collections.abc import Callable

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.security_group import SecurityGroup

from config import Environment, NetworkSize
from config.database_size import DatabaseSize
from constructs.access import service_role
from constructs.encryption_key import EncryptionKey
from constructs.private_network import PrivateNetwork
from constructs.relational_database import BACKUP_WINDOW, MAINTENANCE_WINDOW, OWNER, RelationalDatabase
from tests.support.synthesis import Block, Template, synthesized

ACCOUNT = "123456789012"
MYSQL = DatabaseSize(engine="mysql", version="8.4", multi_az=False, change_capture=True)


def store(
    size: DatabaseSize,
    *,
    disposable: bool = False,
    use: Callable[[TerraformStack, RelationalDatabase], object] | None = None,
) -> Template:
    def build(stack: TerraformStack) -> None:
        env = Environment(name="test", account_id=ACCOUNT, log_keep_days=90)
        network = PrivateNetwork(
            stack, "Private", name="n", size=NetworkSize(), region=env.region, account_id=env.account_id
        )
        key = EncryptionKey(stack, "Key", name="k", account_id=ACCOUNT)
        database = RelationalDatabase(
            stack, "Database", name="shop", size=size, env=env, network=network, key=key, disposable=disposable
        )
        if use:
            use(stack, database)

    return synthesized(build)


@pytest.fixture(scope="module")
def kept() -> Template:
    return store(DatabaseSize())


@pytest.fixture(scope="module")
def mysql() -> Template:
    return store(MYSQL)


def server(template: Template) -> Block:
    return template.one("aws_db_instance")


def parameters(template: Template) -> dict[str, str]:
    return {each["name"]: each["value"] for each in template.one("aws_db_parameter_group")["parameter"]}


def test_nobody_outside_the_network_reaches_it_and_inside_nobody_until_let_in(kept: Template) -> None:
    assert server(kept)["publicly_accessible"] is False
    assert len(kept.one("aws_db_subnet_group")["subnet_ids"]) == 3
    group = kept.named("aws_security_group", "shop")
    assert not {"ingress", "egress"} & set(group)
    doors = kept.all("aws_vpc_security_group_ingress_rule").values()
    assert [rule["to_port"] for rule in doors if rule["to_port"] != 443] == []


@pytest.mark.parametrize(("size", "port"), [(DatabaseSize(), 5432), (MYSQL, 3306)])
def test_a_group_that_is_let_in_gets_through_on_the_engines_port_both_ways(size: DatabaseSize, port: int) -> None:
    def use(stack: TerraformStack, database: RelationalDatabase) -> None:
        database.let_in(SecurityGroup(stack, "Reader", name="reader"))

    template = store(size, use=use)
    (come_in,) = [r for r in template.all("aws_vpc_security_group_ingress_rule").values() if r["from_port"] == port]
    (go_out,) = template.all("aws_vpc_security_group_egress_rule").values()
    assert "Reader" in come_in["referenced_security_group_id"]
    assert come_in["security_group_id"] == go_out["referenced_security_group_id"]
    assert go_out["security_group_id"] == come_in["referenced_security_group_id"]
    assert come_in["to_port"] == go_out["from_port"] == go_out["to_port"] == port


def test_both_engines_refuse_connections_without_tls(kept: Template, mysql: Template) -> None:
    assert parameters(kept)["rds.force_ssl"] == "1"
    assert parameters(mysql)["require_secure_transport"] == "1"


def test_slow_statements_are_written_down_without_their_values(kept: Template, mysql: Template) -> None:
    assert parameters(kept)["log_min_duration_statement"] == "1000"
    assert parameters(kept)["log_parameter_max_length"] == "0"
    assert parameters(mysql)["slow_query_log"] == "1"
    assert parameters(mysql)["log_output"] == "FILE"


def test_changes_are_captured_only_where_asked_for(kept: Template, mysql: Template) -> None:
    assert parameters(mysql)["binlog_format"] == "ROW"
    assert parameters(mysql)["binlog_row_image"] == "FULL"
    assert parameters(mysql)["binlog_transaction_compression"] == "0"
    assert "rds.logical_replication" not in parameters(kept)
    assert parameters(store(DatabaseSize(change_capture=True)))["rds.logical_replication"] == "1"


def test_another_version_makes_another_group_before_the_old_one_goes(kept: Template) -> None:
    group, other = kept.one("aws_db_parameter_group"), store(DatabaseSize(version="16")).one("aws_db_parameter_group")
    assert group["lifecycle"]["create_before_destroy"]
    assert (group["name"], other["name"]) == ("shop-postgres17", "shop-postgres16")


def test_no_value_waits_for_a_method_that_aws_would_not_answer_with(kept: Template) -> None:
    methods = {each["apply_method"] for each in kept.one("aws_db_parameter_group")["parameter"]}
    assert methods == {"pending-reboot"}


def test_the_owners_password_is_made_by_rds_under_our_key(kept: Template) -> None:
    assert server(kept)["manage_master_user_password"] is True
    assert server(kept)["master_user_secret_kms_key_id"] == server(kept)["kms_key_id"]
    assert not {"password", "password_wo"} & set(server(kept))
    assert server(kept)["username"] == OWNER
    assert OWNER not in {"admin", "postgres", "root", "awsuser"}


def test_a_role_reads_the_password_of_this_database_alone() -> None:
    def use(stack: TerraformStack, database: RelationalDatabase) -> None:
        role = service_role(stack, "Role", name="r", service="lambda.amazonaws.com", account_id=ACCOUNT)
        database.grant_read_password(role)

    granted = {s["actions"][0]: s.get("resources") for s in store(DatabaseSize(), use=use).statements()}
    (secret,) = granted["secretsmanager:GetSecretValue"] or []
    assert secret.endswith("master_user_secret[0].secret_arn}")
    assert "kms:Decrypt" in granted


def test_a_role_logs_in_as_one_user_without_a_password() -> None:
    def use(stack: TerraformStack, database: RelationalDatabase) -> None:
        role = service_role(stack, "Role", name="r", service="lambda.amazonaws.com", account_id=ACCOUNT)
        database.grant_login(role, user="app")

    template = store(DatabaseSize(), use=use)
    (login,) = [s for s in template.statements() if s["actions"] == ["rds-db:connect"]]
    assert login["resources"][0].startswith(f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:${{aws_db_instance.")
    assert login["resources"][0].endswith(".resource_id}/app")
    assert server(template)["iam_database_authentication_enabled"] is True


def test_it_is_encrypted_backed_up_and_grows_by_itself(kept: Template) -> None:
    instance = server(kept)
    assert instance["storage_encrypted"] is True
    assert "aws_kms_key" in instance["kms_key_id"]
    assert instance["backup_retention_period"] == 14
    assert instance["copy_tags_to_snapshot"] is True
    assert (instance["allocated_storage"], instance["max_allocated_storage"]) == (100, 1_000)


def test_it_is_kept_unless_told_that_it_may_go(kept: Template) -> None:
    instance = server(kept)
    assert instance["lifecycle"]["prevent_destroy"]
    assert instance["deletion_protection"] is True
    assert instance["skip_final_snapshot"] is False
    assert instance["final_snapshot_identifier"] == "shop-final"
    assert instance["delete_automated_backups"] is False
    assert instance["apply_immediately"] is False


def test_a_disposable_one_goes_without_a_trace(mysql: Template) -> None:
    instance = server(store(MYSQL, disposable=True))
    assert not instance["lifecycle"]["prevent_destroy"]
    assert instance["deletion_protection"] is False
    assert instance["skip_final_snapshot"] is True
    assert instance["delete_automated_backups"] is True
    assert instance["apply_immediately"] is True
    assert server(mysql)["deletion_protection"] is True


def test_its_logs_go_to_groups_that_are_there_before_it(kept: Template) -> None:
    groups = kept.all("aws_cloudwatch_log_group")
    assert {group["name"] for group in groups.values()} == {
        "/aws/rds/instance/shop/postgresql",
        "/aws/rds/instance/shop/upgrade",
    }
    assert all(group["retention_in_days"] == 90 and "aws_kms_key" in group["kms_key_id"] for group in groups.values())
    assert {f"aws_cloudwatch_log_group.{name}" for name in groups} <= set(server(kept)["depends_on"])
    assert server(kept)["enabled_cloudwatch_logs_exports"] == ["postgresql", "upgrade"]


def test_the_machine_is_watched_in_a_role_that_exists_before_it(kept: Template) -> None:
    instance = server(kept)
    assert instance["monitoring_interval"] == 60
    assert any(name.startswith("aws_iam_role_policy.") for name in instance["depends_on"])
    allowed = [s for s in kept.statements() if s["sid"].startswith("Write")]
    assert all(s["resources"][0].startswith(f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:RDS*") for s in allowed)
    assert len(allowed) == 2


def test_an_unwatched_machine_has_no_role() -> None:
    template = store(DatabaseSize(monitoring_seconds=0))
    assert "monitoring_role_arn" not in server(template)
    assert template.all("aws_iam_role") == {}


def test_insights_are_under_our_key_or_off(kept: Template) -> None:
    assert server(kept)["performance_insights_kms_key_id"] == server(kept)["kms_key_id"]
    assert server(kept)["performance_insights_retention_period"] == 7
    off = server(store(DatabaseSize(insights_days=None)))
    assert off["performance_insights_enabled"] is False
    assert "performance_insights_retention_period" not in off


def test_backup_and_maintenance_do_not_overlap() -> None:
    backup_end, maintenance_start = BACKUP_WINDOW.split("-")[1], MAINTENANCE_WINDOW.split("-")[0].removeprefix("sun:")
    assert backup_end < maintenance_start
