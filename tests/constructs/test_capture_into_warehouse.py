"""The second target of a change capture: what it may touch, and what it waits for."""

import json
from dataclasses import replace
from functools import cache

import pytest
from cdktf import TerraformStack

from config import Environment, environment
from config.change_capture import ChangeCapture, Machine, ReplicationMachine, ServerlessReplication
from config.warehouse_size import ServerlessWarehouse, WarehouseNodes, WarehouseSize
from config.warehouse_target import WarehouseTarget
from constructs.alerts import Alerts
from stacks.change_capture import ChangeCaptureLayer
from stacks.network import NetworkLayer
from stacks.storage import StorageLayer
from stacks.warehouse import WarehouseLayer
from tests.support.synthesis import Block, Template, synthesized

PROD = environment("prod")
MACHINES = (ReplicationMachine(), ServerlessReplication())
WAREHOUSES = (WarehouseNodes(), ServerlessWarehouse(rpu_hours_per_day=800))


def variant(machine: Machine, warehouse: WarehouseSize, target: WarehouseTarget | None) -> Environment:
    assert PROD.network is not None
    network = replace(PROD.network, interface_endpoints=(*PROD.network.interface_endpoints, "redshift"))
    capture = ChangeCapture(machine=machine, warehouse_target=target)
    return replace(PROD, network=network, replication=None, warehouse=warehouse, change_capture=capture)


def made(env: Environment, *, with_warehouse: bool = True) -> Template:
    def make(stack: TerraformStack) -> None:
        network = NetworkLayer(stack, "Network", env=env).private
        storage = StorageLayer(stack, "Storage", env=env, replica=None)
        alerts = Alerts(stack, "Alerts", env=env)
        capture = ChangeCaptureLayer(
            stack, "ChangeCapture", env=env, network=network, bronze=storage.bronze, database=None, alerts=alerts
        )
        warehouse = WarehouseLayer(
            stack, "Warehouse", env=env, network=network, readable=[], databases=[], logs=storage.logs
        )
        capture.into_warehouse(warehouse.warehouse if with_warehouse else None)

    return synthesized(make)


@cache
def template(machine: Machine = MACHINES[0], warehouse: WarehouseSize = WAREHOUSES[0]) -> Template:
    return made(variant(machine, warehouse, WarehouseTarget()))


def endpoint(found: Template) -> Block:
    (target,) = [each for each in found.all("aws_dms_endpoint").values() if each["endpoint_type"] == "target"]
    return target


def trust(found: Template) -> list[Block]:
    documents = found.all("aws_iam_policy_document", "data")
    (trusted,) = [document for name, document in documents.items() if "FilesRoleTrust" in name]
    statements: list[Block] = trusted["statement"]
    return statements


def test_without_it_there_is_one_task_and_nothing_of_the_warehouse() -> None:
    found = made(variant(MACHINES[0], WAREHOUSES[0], None))
    assert len(found.all("aws_dms_replication_task")) == 1
    assert [each["engine_name"] for each in found.all("aws_dms_endpoint").values()] == ["mysql"]
    assert len(found.one("aws_redshift_cluster")["iam_roles"]) == 1
    assert "dms-access-for-endpoint" not in {role["name"] for role in found.all("aws_iam_role").values()}


@pytest.mark.parametrize("warehouse", WAREHOUSES)
def test_dms_logs_into_either_kind_of_warehouse_by_a_secret(warehouse: WarehouseSize) -> None:
    found = template(MACHINES[0], warehouse)
    target = endpoint(found)
    assert (target["engine_name"], target["database_name"]) == ("redshift", "warehouse")
    assert not {"username", "password", "server_name", "ssl_mode"} & target.keys()
    values = [each["secret_string_wo"] for each in found.all("aws_secretsmanager_secret_version").values()]
    (login,) = [json.loads(value) for value in values if "dbname" in value]
    assert login.keys() == {"username", "password", "host", "port", "dbname"}
    assert (login["username"], login["port"], login["dbname"]) == ("change_capture", 5439, "warehouse")
    assert "${aws_redshift" in login["host"]
    assert login["password"].startswith("${ephemeral.")


def test_files_on_their_way_are_encrypted_under_the_lakes_key_in_a_folder_of_their_own() -> None:
    settings = endpoint(template())["redshift_settings"]
    assert (settings["bucket_folder"], settings["encryption_mode"]) == ("cdc-redshift", "SSE_KMS")
    assert settings["server_side_encryption_kms_key_id"].startswith("${aws_kms_key.Storage_LakeKey")
    folders = [
        resource.rpartition("}/")[2]
        for statement in template().statements()
        if "s3:PutObjectTagging" in statement["actions"]
        for resource in statement["resources"]
    ]
    assert sorted(folders) == ["cdc-redshift/*", "cdc/*"]


@pytest.mark.parametrize(
    ("warehouse", "services"),
    [
        (WAREHOUSES[0], ["dms", "redshift"]),
        (WAREHOUSES[1], ["dms", "redshift", "redshift-serverless"]),
    ],
)
def test_only_the_user_of_dms_takes_the_role_of_the_files(warehouse: WarehouseSize, services: list[str]) -> None:
    statements = trust(template(MACHINES[0], warehouse))
    named = [name for statement in statements for each in statement["principals"] for name in each["identifiers"]]
    assert named == [f"{service}.amazonaws.com" for service in services]
    users = [c["values"] for s in statements for c in s["condition"] if c["variable"] == "sts:ExternalId"]
    assert users == [["arn:aws:redshift:eu-west-1:333333333333:dbuser:*/change_capture"]] * (len(services) - 1)


@pytest.mark.parametrize(
    ("warehouse", "type_"),
    [(WAREHOUSES[0], "aws_redshift_cluster"), (WAREHOUSES[1], "aws_redshiftserverless_namespace")],
)
def test_the_warehouse_knows_the_role_that_copy_will_name(warehouse: WarehouseSize, type_: str) -> None:
    found = template(MACHINES[0], warehouse)
    own, of_files = found.one(type_)["iam_roles"]
    assert own.startswith("${aws_iam_role.Warehouse_Redshift_Role")
    assert of_files == endpoint(found)["redshift_settings"]["service_access_role_arn"]
    # Its own stays the one that SQL without a name takes.
    assert found.one(type_)["default_iam_role_arn"] == own


@pytest.mark.parametrize("machine", MACHINES)
def test_the_way_to_the_warehouse_is_open_before_the_task_is_made(machine: Machine) -> None:
    found = template(machine)
    out = [r for r in found.all("aws_vpc_security_group_egress_rule").values() if r.get("from_port") == 5439]
    assert len(out) == 1
    assert out[0]["security_group_id"].startswith("${aws_security_group.ChangeCapture_Runner_Client_Group")
    type_ = "aws_dms_replication_task" if isinstance(machine, ReplicationMachine) else "aws_dms_replication_config"
    (task,) = [block for name, block in found.all(type_).items() if "IntoWarehouse" in name]
    waits = " ".join(task["depends_on"])
    assert "aws_vpc_security_group_egress_rule.Warehouse_Redshift_Door_In_OutOf" in waits
    assert "aws_vpc_security_group_ingress_rule.Warehouse_Redshift_Door_In_From" in waits


def test_a_machine_carries_both_tasks_and_each_serverless_one_has_its_own_capacity() -> None:
    tasks = template().all("aws_dms_replication_task").values()
    assert {task["replication_task_id"] for task in tasks} == {
        "ecommerce-prod-capture",
        "ecommerce-prod-capture-warehouse",
    }
    assert len({task["replication_instance_arn"] for task in tasks}) == 1
    configs = template(MACHINES[1]).all("aws_dms_replication_config").values()
    assert {config["replication_config_identifier"] for config in configs} == {
        task["replication_task_id"] for task in tasks
    }


def test_both_follow_the_same_source_and_stand_until_each_is_started_for_itself() -> None:
    assert len({task["source_endpoint_arn"] for task in template().all("aws_dms_replication_task").values()}) == 1
    env = variant(MACHINES[0], WAREHOUSES[0], WarehouseTarget(started=True))
    started = {
        task["replication_task_id"]: task["start_replication_task"]
        for task in made(env).all("aws_dms_replication_task").values()
    }
    assert started == {"ecommerce-prod-capture": False, "ecommerce-prod-capture-warehouse": True}


@pytest.mark.parametrize("machine", MACHINES)
def test_people_are_told_when_the_warehouse_is_late(machine: Machine) -> None:
    alarms = template(machine).all("aws_cloudwatch_metric_alarm").values()
    late = {alarm["alarm_name"]: alarm for alarm in alarms if "capture-warehouse" in alarm["alarm_name"]}
    assert {alarm["metric_name"] for alarm in late.values()} == {"CDCLatencySource", "CDCLatencyTarget"}
    (target,) = [alarm for alarm in late.values() if alarm["metric_name"] == "CDCLatencyTarget"]
    assert "the warehouse's load" in target["alarm_description"]
    others = [alarm for alarm in alarms if alarm["metric_name"] == "CDCLatencyTarget" and alarm not in late.values()]
    assert [alarm["dimensions"] for alarm in others] != [target["dimensions"]]


def test_limits_of_the_files_are_told_only_where_they_are_not_dms_own() -> None:
    assert "extra_connection_attributes" not in endpoint(template())
    limited = WarehouseTarget(max_file_mb=256, upload_streams=20)
    target = endpoint(made(variant(MACHINES[0], WAREHOUSES[0], limited)))
    assert target["extra_connection_attributes"] == "maxFileSize=262144;fileTransferUploadStreams=20"


def test_the_role_that_dms_looks_for_is_there_before_the_endpoint_and_may_do_nothing() -> None:
    found = template()
    (name,) = [n for n, role in found.all("aws_iam_role").items() if role["name"] == "dms-access-for-endpoint"]
    assert f"aws_iam_role.{name}" in endpoint(found)["depends_on"]
    assert not [policy for policy in found.all("aws_iam_role_policy").values() if name in policy["role"]]


def test_a_target_without_its_warehouse_is_refused() -> None:
    with pytest.raises(ValueError, match="warehouse_target is set, and prod has no warehouse"):
        made(variant(MACHINES[0], WAREHOUSES[0], WarehouseTarget()), with_warehouse=False)
