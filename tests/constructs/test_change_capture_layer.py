import json
from dataclasses import replace
from functools import cache

import pytest
from cdktf import TerraformStack

from config import Environment, environment
from config.change_capture import ChangeCapture, ServerlessReplication
from constructs.alerts import Alerts
from stacks.change_capture import ChangeCaptureLayer
from stacks.network import NetworkLayer
from stacks.operational_store import OperationalStoreLayer
from stacks.storage import StorageLayer
from tests.support.synthesis import Template, synthesized

DEV, PROD = environment("dev"), environment("prod")


def made(env: Environment) -> Template:
    def make(stack: TerraformStack) -> None:
        network = NetworkLayer(stack, "Network", env=env).private
        ChangeCaptureLayer(
            stack,
            "ChangeCapture",
            env=env,
            network=network,
            bronze=StorageLayer(stack, "Storage", env=replace(env, replication=None), replica=None).bronze,
            database=OperationalStoreLayer(stack, "OperationalStore", env=env, network=network).database,
            alerts=Alerts(stack, "Alerts", env=env),
        )

    return synthesized(make)


@cache
def dev() -> Template:
    return made(DEV)


@cache
def prod() -> Template:
    return made(PROD)


def test_an_environment_without_it_has_nothing_of_it() -> None:
    template = made(replace(DEV, change_capture=None))
    assert not [type_ for type_ in template.document["resource"] if type_.startswith("aws_dms")]


def test_the_source_is_logged_into_by_a_secret_and_its_certificate_is_looked_at() -> None:
    endpoint = prod().one("aws_dms_endpoint")
    assert endpoint["ssl_mode"] == "verify-full"
    assert not {"username", "password", "server_name"} & endpoint.keys()
    assert endpoint["secrets_manager_arn"].endswith(".arn}")


def test_the_password_is_nowhere_in_the_template() -> None:
    (value,) = [each for each in dev().all("aws_secretsmanager_secret_version").values() if "wo" in str(each)]
    login = json.loads(value["secret_string_wo"])
    assert login["username"] == "change_capture"
    assert login["host"].startswith("${aws_db_instance.")
    assert login["password"].startswith("${ephemeral.aws_secretsmanager_random_password.")


def test_dms_reads_the_secret_in_a_role_that_the_regions_service_takes() -> None:
    services = [
        name
        for statement in prod().statements()
        for principal in statement.get("principals", [])
        for name in principal["identifiers"]
        if statement["actions"] == ["sts:AssumeRole"]
    ]
    assert "dms.eu-west-1.amazonaws.com" in services


def test_rows_land_in_parquet_with_operation_time_and_the_lakes_key() -> None:
    target = prod().one("aws_dms_s3_endpoint")
    assert (target["data_format"], target["bucket_folder"]) == ("parquet", "cdc")
    assert target["include_op_for_full_load"] is True
    assert target["timestamp_column_name"] == "_commit_ts"
    assert (target["encryption_mode"], target["date_partition_sequence"]) == ("SSE_KMS", "yyyymmdd")
    assert target["server_side_encryption_kms_key_id"].startswith("${aws_kms_key.Storage_LakeKey")


def test_dms_may_touch_nothing_of_bronze_but_its_own_folder() -> None:
    (statement,) = [s for s in prod().statements() if "s3:PutObjectTagging" in s["actions"]]
    assert all(resource.endswith("/cdc/*") for resource in statement["resources"])


def test_it_may_read_back_only_where_rows_are_compared() -> None:
    for template, reads in ((prod(), True), (dev(), False)):
        (statement,) = [s for s in template.statements() if "s3:PutObjectTagging" in s["actions"]]
        assert ("s3:GetObject" in statement["actions"]) is reads


def test_the_way_out_leads_to_the_source_and_no_further() -> None:
    by_vpn = [r for r in prod().all("aws_vpc_security_group_egress_rule").values() if r["from_port"] == 3306]
    assert [rule["cidr_ipv4"] for rule in by_vpn] == ["10.0.8.0/24"]
    ours = [r for r in dev().all("aws_vpc_security_group_egress_rule").values() if r["from_port"] == 3306]
    assert len(ours) == 1
    assert ours[0]["referenced_security_group_id"].startswith(
        "${aws_security_group.OperationalStore_Database_Door_Group"
    )


def test_the_task_stands_until_the_user_is_made() -> None:
    assert dev().one("aws_dms_replication_task")["start_replication_task"] is False


def test_the_machine_waits_for_the_accounts_roles_and_its_log() -> None:
    waits = " ".join(prod().one("aws_dms_replication_instance")["depends_on"])
    assert "aws_iam_role_policy.ChangeCapture_AccountRoles_Connect" in waits
    assert "aws_cloudwatch_log_group.ChangeCapture_Runner_Log" in waits
    log = prod().named("aws_cloudwatch_log_group", "dms-tasks-ecommerce-prod-capture")
    assert log["retention_in_days"] == 365


def test_roles_that_the_account_has_already_are_not_made_again() -> None:
    assert PROD.change_capture is not None
    template = made(replace(PROD, change_capture=replace(PROD.change_capture, makes_account_roles=False)))
    names = {role["name"] for role in template.all("aws_iam_role").values()}
    assert not {"dms-vpc-role", "dms-cloudwatch-logs-role"} & names
    assert {"dms-vpc-role", "dms-cloudwatch-logs-role"} <= {r["name"] for r in prod().all("aws_iam_role").values()}


def test_people_are_told_of_lateness_on_either_side_and_of_rows_that_differ() -> None:
    alarms = prod().all("aws_cloudwatch_metric_alarm").values()
    watched = {alarm["metric_name"]: alarm for alarm in alarms if alarm["namespace"] == "AWS/DMS"}
    assert watched.keys() == {"CDCLatencySource", "CDCLatencyTarget", "ValidationFailedOverallCount"}
    dimensions = watched["CDCLatencySource"]["dimensions"]
    # The end of the task's ARN: by its name CloudWatch finds nothing, and the alarm would be silent for ever.
    assert dimensions["ReplicationTaskIdentifier"].startswith("${element(split(")


def test_people_are_told_of_a_task_that_stops() -> None:
    (rule,) = [r for r in dev().all("aws_cloudwatch_event_rule").values() if "aws.dms" in r["event_pattern"]]
    assert {"wildcard": "*FAILED*"} in json.loads(rule["event_pattern"])["detail"]["eventType"]


def test_a_serverless_replication_has_capacity_and_no_machine() -> None:
    capture = ChangeCapture(machine=ServerlessReplication(most_units=8))
    template = made(replace(PROD, change_capture=capture))
    assert not template.all("aws_dms_replication_instance")
    compute = template.one("aws_dms_replication_config")["compute_config"]
    assert (compute["min_capacity_units"], compute["max_capacity_units"], compute["multi_az"]) == (1, 8, True)


def test_production_keeps_the_login_and_dev_does_not() -> None:
    for template, kept in ((prod(), True), (dev(), False)):
        assert template.one("aws_secretsmanager_secret")["lifecycle"]["prevent_destroy"] is kept


def test_without_a_network_or_a_database_it_is_refused() -> None:
    with pytest.raises(ValueError, match="stands in a network, and dev has none"):
        synthesized(
            lambda stack: ChangeCaptureLayer(
                stack,
                "ChangeCapture",
                env=DEV,
                network=None,
                bronze=StorageLayer(stack, "Storage", env=DEV, replica=None).bronze,
                database=None,
                alerts=Alerts(stack, "Alerts", env=DEV),
            )
        )
