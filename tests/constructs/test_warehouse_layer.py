"""Who may touch what in the warehouse layer."""

from dataclasses import replace

import pytest
from cdktf import TerraformStack

from config import Environment, NetworkSize, ZoneLifecycle
from config.warehouse_size import ServerlessWarehouse, WarehouseNodes, WarehouseSize
from constructs.data_lake import DataLake
from constructs.encryption_key import EncryptionKey
from constructs.governed_database import GovernedDatabase
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.log_bucket import LogBucket
from constructs.redshift_cluster import RedshiftCluster
from constructs.redshift_serverless import RedshiftServerless
from stacks.warehouse import WarehouseLayer
from tests.constructs.test_private_network import private
from tests.support.synthesis import Template, synthesized


def layer(stack: TerraformStack, env: Environment, *, in_network: bool = True) -> WarehouseLayer:
    key = EncryptionKey(stack, "LakeKey", name="lake", account_id=env.account_id)
    gold = LakeZone(stack, "Gold", name="gold", key=key, lifecycle=ZoneLifecycle())
    silver = LakeZone(stack, "Silver", name="silver", key=key, lifecycle=ZoneLifecycle())
    lake = DataLake(
        stack,
        "Lake",
        name="lake",
        place=(env.region, env.account_id),
        administrators=["arn:aws:iam::123456789012:role/deploy"],
        onlookers=[],
        zones={},
    )
    in_gold = LakeDatabase(stack, "GoldDatabase", name="shop_gold", zone=gold)
    logs = LogBucket(stack, "Logs", name="logs", account_id=env.account_id, sources="shop-*", lifecycle=ZoneLifecycle())
    return WarehouseLayer(
        stack,
        "Warehouse",
        env=env,
        network=private(stack, NetworkSize()) if in_network else None,
        readable=[gold, silver],
        databases=[GovernedDatabase(stack, "GovernedGold", zone="gold", database=in_gold, lake=lake)],
        logs=logs,
    )


def made(env: Environment, size: WarehouseSize) -> Template:
    return synthesized(lambda stack: layer(stack, replace(env, warehouse=size)))


@pytest.mark.parametrize("size", [WarehouseNodes(), ServerlessWarehouse()])
def test_it_reads_the_zones_it_is_given_and_writes_none(env: Environment, size: WarehouseSize) -> None:
    statements = made(env, size).statements()
    read = [s for s in statements if "s3:GetObject" in s["actions"]]
    assert len(read) == 2
    of_roles = [s for s in statements if "principals" not in s]
    assert [s for s in of_roles if {"s3:PutObject", "s3:DeleteObject"} & set(s["actions"])] == []


def test_through_it_nobody_selects_what_tells_of_a_person(env: Environment) -> None:
    template = made(env, WarehouseNodes())
    grants = [g for g in template.all("aws_lakeformation_permissions").values() if "lf_tag_policy" in g]
    selects = [g["lf_tag_policy"]["expression"] for g in grants if "SELECT" in g["permissions"]]
    assert [e["values"] for select in selects for e in select if "Sensitivity" in e["key"]] == [["none"]]


def test_only_lake_formation_is_asked_without_naming_a_resource(env: Environment) -> None:
    statements = made(env, WarehouseNodes()).statements()
    of_roles = [s for s in statements if "principals" not in s]
    assert [s["actions"] for s in of_roles if "*" in s["resources"]] == [["lakeformation:GetDataAccess"]]


def test_the_kind_is_the_one_its_size_is_of(env: Environment) -> None:
    kinds: list[object] = []
    for size in (WarehouseNodes(), ServerlessWarehouse()):
        with_size = replace(env, warehouse=size)
        synthesized(lambda stack, env=with_size: kinds.append(layer(stack, env).warehouse))  # type: ignore[misc]
    assert [type(kind) for kind in kinds] == [RedshiftCluster, RedshiftServerless]


def test_only_serverless_has_a_key_that_the_log_service_may_use(env: Environment) -> None:
    def used_by_logs(size: WarehouseSize) -> list[str]:
        found = [s for s in made(env, size).statements() if s["sid"] == "LogsMayUse"]
        return [c["values"][0].rpartition(":")[2] for s in found for c in s["condition"]]

    assert used_by_logs(WarehouseNodes()) == []
    assert used_by_logs(ServerlessWarehouse()) == ["/aws/redshift/ecommerce-test-warehouse/*"]


def test_without_a_size_there_is_nothing(env: Environment) -> None:
    template = synthesized(lambda stack: layer(stack, replace(env, warehouse=None), in_network=False))
    assert template.all("aws_redshift_cluster") == {}
    assert len(template.all("aws_kms_key")) == 1


def test_it_does_not_stand_outside_a_network(env: Environment) -> None:
    with pytest.raises(ValueError, match="a warehouse stands in a network, and test has none"):
        synthesized(lambda stack: layer(stack, replace(env, warehouse=WarehouseNodes()), in_network=False))
