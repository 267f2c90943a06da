"""What a warehouse on nodes becomes."""

import json
from collections.abc import Callable

import pytest
from cdktf import TerraformStack

from config import Environment, NetworkSize, ZoneLifecycle
from config.warehouse_size import OfficeHours, WarehouseNodes
from constructs.access import service_role
from constructs.encryption_key import EncryptionKey
from constructs.log_bucket import LogBucket
from constructs.network_client import NetworkClient
from constructs.redshift_cluster import RedshiftCluster
from tests.constructs.test_private_network import private
from tests.support.synthesis import Template, synthesized

Make = Callable[..., Template]
SMALL = WarehouseNodes(node_type="ra3.large", nodes=1, scaling_minutes_per_day=None, pause=OfficeHours())


@pytest.fixture
def made(env: Environment) -> Make:
    def make(size: WarehouseNodes | None = None, *, disposable: bool = False) -> Template:
        def build(stack: TerraformStack) -> None:
            network = private(stack, NetworkSize())
            warehouse = RedshiftCluster(
                stack,
                "Redshift",
                name="shop-warehouse",
                size=size or WarehouseNodes(),
                env=env,
                network=network,
                key=EncryptionKey(stack, "Key", name="k", account_id=env.account_id),
                disposable=disposable,
            )
            warehouse.audit_into(
                LogBucket(
                    stack,
                    "Logs",
                    name="logs",
                    account_id=env.account_id,
                    sources="shop-*",
                    lifecycle=ZoneLifecycle(),
                )
            )
            warehouse.let_in(NetworkClient(stack, "Reports", name="reports", network=network).group)
            reader = service_role(
                stack, "Reader", name="reader", service="lambda.amazonaws.com", account_id=env.account_id
            )
            warehouse.grant_read_password(reader)

        return synthesized(build)

    return make


def test_it_is_private_encrypted_and_routed_through_the_network(made: Make) -> None:
    cluster = made().one("aws_redshift_cluster")
    assert cluster["publicly_accessible"] is False
    assert cluster["enhanced_vpc_routing"] is True
    assert cluster["encrypted"] == "true" or cluster["encrypted"] is True
    assert "aws_kms_key" in cluster["kms_key_id"]
    assert cluster["cluster_subnet_group_name"].startswith("${aws_redshift_subnet_group.")


def test_nobody_has_seen_its_password(made: Make) -> None:
    cluster = made().one("aws_redshift_cluster")
    assert cluster["manage_master_password"] is True
    assert "aws_kms_key" in cluster["master_password_secret_kms_key_id"]
    assert not {"master_password", "master_password_wo"} & cluster.keys()


def test_neither_its_owner_nor_its_database_has_a_name_that_everybody_tries(made: Make) -> None:
    cluster = made().one("aws_redshift_cluster")
    assert cluster["master_username"] not in ("awsuser", "admin", "root")
    assert cluster["database_name"] != "dev"


def test_it_refuses_plain_connections_writes_statements_down_and_gives_up_long_ones(made: Make) -> None:
    group = made(WarehouseNodes(longest_query_seconds=600)).one("aws_redshift_parameter_group")
    parameters = {each["name"]: each["value"] for each in group["parameter"]}
    assert parameters["require_ssl"] == "true"
    assert parameters["enable_user_activity_logging"] == "true"
    queue, _ = json.loads(parameters["wlm_json_configuration"])
    assert queue["auto_wlm"] is True
    (rule,) = queue["rules"]
    assert (rule["predicate"][0]["value"], rule["action"]) == (600, "abort")


def test_its_parameters_are_in_small_letters_as_the_provider_reads_them_back(made: Make) -> None:
    group = made().one("aws_redshift_parameter_group")
    assert [each["value"] for each in group["parameter"] if each["value"] != each["value"].lower()] == []


def test_only_named_groups_come_in_and_only_https_goes_out(made: Make) -> None:
    template = made()
    into = [
        rule
        for rule in template.all("aws_vpc_security_group_ingress_rule").values()
        if "Redshift_Door" in rule["security_group_id"]
    ]
    assert [(rule["from_port"], rule["to_port"]) for rule in into] == [(5439, 5439)]
    assert all("referenced_security_group_id" in rule and "cidr_ipv4" not in rule for rule in into)
    out_of = [
        rule
        for rule in template.all("aws_vpc_security_group_egress_rule").values()
        if "Redshift_Door" in rule["security_group_id"]
    ]
    assert {(rule["from_port"], rule.get("cidr_ipv4")) for rule in out_of} == {(443, "10.40.0.0/16"), (443, None)}
    assert len(template.one("aws_redshift_cluster")["vpc_security_group_ids"]) == 2


def test_it_is_kept_unless_told_that_it_may_go(made: Make) -> None:
    kept = made().one("aws_redshift_cluster")
    assert kept["lifecycle"]["prevent_destroy"]
    assert not kept["skip_final_snapshot"]
    assert kept["final_snapshot_identifier"] == "shop-warehouse-final"
    going = made(disposable=True)
    assert not going.one("aws_redshift_cluster")["lifecycle"]["prevent_destroy"]
    assert going.one("aws_redshift_cluster")["skip_final_snapshot"]
    assert going.one("aws_redshift_snapshot_schedule")["force_destroy"]


def test_it_can_be_set_back_to_any_few_hours_of_its_days(made: Make) -> None:
    template = made(WarehouseNodes(snapshot_days=21, snapshot_every_hours=6, manual_snapshot_days=None))
    cluster = template.one("aws_redshift_cluster")
    assert cluster["automated_snapshot_retention_period"] == 21
    assert cluster["manual_snapshot_retention_period"] == -1
    assert template.one("aws_redshift_snapshot_schedule")["definitions"] == ["rate(6 hours)"]
    assert "aws_redshift_cluster" in template.one("aws_redshift_snapshot_schedule_association")["cluster_identifier"]


def test_it_either_spreads_over_zones_or_can_be_moved(made: Make) -> None:
    apart = made(WarehouseNodes(multi_az=True)).one("aws_redshift_cluster")
    assert (apart["multi_az"], apart["availability_zone_relocation_enabled"]) == (True, False)
    single = made().one("aws_redshift_cluster")
    assert (single["multi_az"], single["availability_zone_relocation_enabled"]) == (False, True)


def test_who_came_and_what_they_asked_is_written_down_where_redshift_may_write(made: Make) -> None:
    template = made()
    log = template.one("aws_redshift_logging")
    assert (log["log_destination_type"], log["s3_key_prefix"]) == ("s3", "redshift/")
    assert [after for after in log["depends_on"] if after.startswith("aws_s3_bucket_policy.")]
    (put,) = [s for s in template.statements() if s["sid"] == "RedshiftPutObject"]
    assert put["resources"][0].endswith("/redshift/*")


def test_what_costs_extra_ends_for_the_day(made: Make) -> None:
    limits = made(WarehouseNodes(scaling_minutes_per_day=90, spectrum_tb_per_day=3)).all("aws_redshift_usage_limit")
    assert {(limit["feature_type"], limit["limit_type"], limit["amount"]) for limit in limits.values()} == {
        ("concurrency-scaling", "time", 90),
        ("spectrum", "data-scanned", 3),
    }
    assert {(limit["period"], limit["breach_action"]) for limit in limits.values()} == {("daily", "disable")}


def test_a_single_node_gets_no_help(made: Make) -> None:
    template = made(SMALL)
    assert template.one("aws_redshift_usage_limit")["feature_type"] == "spectrum"
    (wlm,) = [
        each["value"]
        for each in template.one("aws_redshift_parameter_group")["parameter"]
        if each["name"] == "wlm_json_configuration"
    ]
    assert json.loads(wlm)[0]["concurrency_scaling"] == "off"


def test_it_runs_day_and_night_unless_it_has_office_hours(made: Make) -> None:
    assert made().all("aws_redshift_scheduled_action") == {}
    actions = made(SMALL).all("aws_redshift_scheduled_action").values()
    schedules = {next(iter(action["target_action"])): action["schedule"] for action in actions}
    assert schedules == {
        "pause_cluster": "cron(0 19 ? * MON,TUE,WED,THU,FRI *)",
        "resume_cluster": "cron(0 6 ? * MON,TUE,WED,THU,FRI *)",
    }


def test_the_scheduler_can_pause_and_resume_this_cluster_and_nothing_else(made: Make) -> None:
    (statement,) = [s for s in made(SMALL).statements() if "redshift:PauseCluster" in s["actions"]]
    assert sorted(statement["actions"]) == ["redshift:PauseCluster", "redshift:ResumeCluster"]
    (resource,) = statement["resources"]
    assert resource.startswith("${aws_redshift_cluster.")


def test_services_take_its_roles_for_this_account_only(made: Make, env: Environment) -> None:
    trusts = [s for s in made(SMALL).statements() if s["actions"] == ["sts:AssumeRole"]]
    assert {s["principals"][0]["identifiers"][0] for s in trusts} == {
        "redshift.amazonaws.com",
        "scheduler.redshift.amazonaws.com",
        "lambda.amazonaws.com",
    }
    assert all([env.account_id] in [c["values"] for c in s["condition"]] for s in trusts)
    (cluster,) = [s for s in trusts if s["principals"][0]["identifiers"] == ["redshift.amazonaws.com"]]
    users = {c["variable"]: c["values"] for c in cluster["condition"]}["sts:ExternalId"]
    assert users == [f"arn:aws:redshift:{env.region}:{env.account_id}:dbuser:*"]


def test_its_role_is_the_default_one_of_its_sql(made: Make) -> None:
    cluster = made().one("aws_redshift_cluster")
    assert cluster["iam_roles"] == [cluster["default_iam_role_arn"]]


def test_reading_the_password_is_reading_one_secret(made: Make) -> None:
    (read,) = [s for s in made().statements() if s["actions"] == ["secretsmanager:GetSecretValue"]]
    (resource,) = read["resources"]
    assert resource.endswith(".master_password_secret_arn}")
