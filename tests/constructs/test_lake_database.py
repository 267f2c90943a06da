import base64
import dataclasses
import json

import pytest
from cdktf import TerraformStack

from config import ZoneLifecycle
from constructs.encryption_key import EncryptionKey
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from contracts import load_contract
from contracts.job_document import job_document
from tests.support.synthesis import Template, synthesized

ORDERS = load_contract("orders")


def database(stack: TerraformStack) -> LakeDatabase:
    key = EncryptionKey(stack, "Key", name="k", account_id="123456789012")
    zone = LakeZone(stack, "Silver", name="silver", key=key, lifecycle=ZoneLifecycle())
    return LakeDatabase(stack, "Database", name="shop_silver", zone=zone)


@pytest.fixture
def tables() -> Template:
    def build(stack: TerraformStack) -> None:
        made = database(stack)
        made.add_view(ORDERS, over=made.add_received_table(ORDERS, prefix="orders"))
        made.add_published_table(ORDERS)

    return synthesized(build)


def test_partitions_are_projected_from_the_path(tables: Template) -> None:
    parameters = tables.named("aws_glue_catalog_table", "orders_received")["parameters"]
    assert parameters["projection.enabled"] == "true"
    assert parameters["projection.hour.range"] == "0,23"
    assert parameters["projection.hour.digits"] == "2"
    assert parameters["storage.location.template"].endswith(
        "/orders/year=$${year}/month=$${month}/day=$${day}/hour=$${hour}/"
    )


def test_the_columns_are_the_contracts(tables: Template) -> None:
    table = tables.named("aws_glue_catalog_table", "orders_received")
    columns = [(c["name"], c["type"]) for c in table["storage_descriptor"]["columns"]]
    assert columns == [(c.name, c.type) for c in ORDERS.data_columns]
    assert [(c["name"], c["type"]) for c in table["partition_keys"]] == [(c.name, c.type) for c in ORDERS.partitions]


def test_the_view_is_what_athena_keeps_of_one(tables: Template) -> None:
    view = tables.named("aws_glue_catalog_table", "orders_live")
    assert view["table_type"] == "VIRTUAL_VIEW"
    assert view["parameters"]["presto_view"] == "true"
    encoded = view["view_original_text"].removeprefix("/* Presto View: ").removesuffix(" */")
    document = json.loads(base64.b64decode(encoded))
    assert "orders_received" in document["originalSql"]
    assert document["schema"] == "shop_silver"
    assert [c["name"] for c in document["columns"]] == [c.name for c in ORDERS.view_columns]


def test_what_is_sensitive_stands_in_a_second_view_that_has_all_columns(tables: Template) -> None:
    full = tables.named("aws_glue_catalog_table", "orders_live_with_tokens")["storage_descriptor"]["columns"]
    assert [c["name"] for c in full] == [c.name for c in ORDERS.columns]
    shown = tables.named("aws_glue_catalog_table", "orders_live")["storage_descriptor"]["columns"]
    assert not [c["name"] for c in shown if c["name"].endswith("_token")]


def test_what_is_published_has_partitions_that_are_registered_and_not_projected(tables: Template) -> None:
    table = tables.named("aws_glue_catalog_table", "orders")
    assert table["storage_descriptor"]["location"].endswith(".bucket}/published/orders/")
    assert [(c["name"], c["type"]) for c in table["partition_keys"]] == [(n, "int") for n in ("year", "month", "day")]
    assert [c["name"] for c in table["storage_descriptor"]["columns"]] == [c.name for c in ORDERS.data_columns]
    assert not [name for name in table["parameters"] if name.startswith("projection")]


def test_its_rules_are_those_its_contract_ships_to_the_jobs(tables: Template) -> None:
    rules = tables.named("aws_glue_data_quality_ruleset", "shop_silver-orders")
    assert rules["ruleset"] == json.loads(job_document(ORDERS))["ruleset"]
    assert rules["target_table"]["table_name"] == "orders"
    assert rules["depends_on"][0].startswith("aws_glue_catalog_table.Database_Orders_")


def test_a_dataset_that_no_job_publishes_cannot_be_a_published_table() -> None:
    with pytest.raises(ValueError, match="clickstream is published by no job"):
        synthesized(lambda stack: database(stack).add_published_table(load_contract("clickstream")))


def test_a_dataset_that_is_no_table_cannot_be_made_one() -> None:
    event = dataclasses.replace(ORDERS, received_as=None)
    with pytest.raises(ValueError, match="names no table"):
        synthesized(lambda stack: database(stack).add_received_table(event, prefix="x"))
