"""What a serverless warehouse becomes."""

from collections.abc import Callable

import pytest
from cdktf import TerraformStack

from config import Environment, NetworkSize
from config.warehouse_size import ServerlessWarehouse
from constructs.access import service_role
from constructs.encryption_key import EncryptionKey
from constructs.network_client import NetworkClient
from constructs.redshift_serverless import RedshiftServerless
from tests.constructs.test_private_network import private
from tests.support.synthesis import Template, synthesized

Make = Callable[..., Template]


@pytest.fixture
def made(env: Environment) -> Make:
    def make(size: ServerlessWarehouse | None = None, *, disposable: bool = False) -> Template:
        def build(stack: TerraformStack) -> None:
            network = private(stack, NetworkSize())
            warehouse = RedshiftServerless(
                stack,
                "Redshift",
                name="shop-warehouse",
                size=size or ServerlessWarehouse(),
                env=env,
                network=network,
                key=EncryptionKey(stack, "Key", name="k", account_id=env.account_id),
                disposable=disposable,
            )
            warehouse.let_in(NetworkClient(stack, "Reports", name="reports", network=network).group)
            reader = service_role(
                stack, "Reader", name="reader", service="lambda.amazonaws.com", account_id=env.account_id
            )
            warehouse.grant_read_password(reader)

        return synthesized(build)

    return make


def test_its_data_is_encrypted_and_its_password_made_by_aws(made: Make) -> None:
    namespace = made().one("aws_redshiftserverless_namespace")
    assert "aws_kms_key" in namespace["kms_key_id"]
    assert namespace["manage_admin_password"] is True
    assert "aws_kms_key" in namespace["admin_password_secret_kms_key_id"]
    assert not {"admin_user_password", "admin_user_password_wo"} & namespace.keys()
    assert namespace["db_name"] != "dev"


def test_it_works_in_three_zones_out_of_reach_of_the_internet(made: Make) -> None:
    workgroup = made().one("aws_redshiftserverless_workgroup")
    assert len(workgroup["subnet_ids"]) == 3
    assert workgroup["publicly_accessible"] is False
    assert workgroup["enhanced_vpc_routing"] is True
    assert len(workgroup["security_group_ids"]) == 2


def test_it_starts_with_all_parameters_aws_has_so_that_none_is_left_to_chance(made: Make) -> None:
    workgroup = made(ServerlessWarehouse(longest_query_seconds=600)).one("aws_redshiftserverless_workgroup")
    parameters = {each["parameter_key"]: each["parameter_value"] for each in workgroup["config_parameter"]}
    assert parameters["require_ssl"] == "true"
    assert parameters["enable_user_activity_logging"] == "true"
    assert parameters["max_query_execution_time"] == "600"
    assert len(parameters) == 9
    # What AWS adds later would be a change for ever, and one that AWS refuses.
    assert workgroup["lifecycle"]["ignore_changes"] == ["config_parameter"]


def test_it_grows_so_far_and_works_so_long_a_day(made: Make) -> None:
    template = made(ServerlessWarehouse(base_rpu=8, max_rpu=64, rpu_hours_per_day=50))
    workgroup = template.one("aws_redshiftserverless_workgroup")
    assert (workgroup["base_capacity"], workgroup["max_capacity"]) == (8, 64)
    limit = template.one("aws_redshiftserverless_usage_limit")
    assert (limit["usage_type"], limit["amount"]) == ("serverless-compute", 50)
    assert (limit["period"], limit["breach_action"]) == ("daily", "deactivate")


def test_its_logs_have_an_end_and_a_key_before_it_writes_them(made: Make, env: Environment) -> None:
    template = made()
    groups = template.all("aws_cloudwatch_log_group")
    assert {group["name"] for group in groups.values()} == {
        f"/aws/redshift/shop-warehouse/{log}" for log in ("connectionlog", "userlog", "useractivitylog")
    }
    assert {group["retention_in_days"] for group in groups.values()} == {env.log_keep_days}
    namespace = template.one("aws_redshiftserverless_namespace")
    assert set(namespace["depends_on"]) >= {f"aws_cloudwatch_log_group.{name}" for name in groups}
    assert sorted(namespace["log_exports"]) == ["connectionlog", "useractivitylog", "userlog"]


def test_its_data_is_kept_unless_told_that_it_may_go(made: Make) -> None:
    assert made().one("aws_redshiftserverless_namespace")["lifecycle"]["prevent_destroy"]
    going = made(disposable=True).one("aws_redshiftserverless_namespace")
    assert not going["lifecycle"]["prevent_destroy"]


def test_both_names_of_the_service_take_its_role_one_by_one(made: Make, env: Environment) -> None:
    trusts = [s for s in made().statements() if s["sid"].startswith("AssumeByRedshift")]
    assert [s["principals"][0]["identifiers"] for s in trusts] == [
        ["redshift.amazonaws.com"],
        ["redshift-serverless.amazonaws.com"],
    ]
    assert all([env.account_id] in [c["values"] for c in s["condition"]] for s in trusts)


def test_only_named_groups_come_in(made: Make) -> None:
    rules = made().all("aws_vpc_security_group_ingress_rule").values()
    into = [rule for rule in rules if "Redshift_Door" in rule["security_group_id"]]
    assert [(rule["from_port"], "referenced_security_group_id" in rule) for rule in into] == [(5439, True)]


def test_reading_the_password_is_reading_one_secret(made: Make) -> None:
    (read,) = [s for s in made().statements() if s["actions"] == ["secretsmanager:GetSecretValue"]]
    (resource,) = read["resources"]
    assert resource.endswith(".admin_password_secret_arn}")
