"""Contracts of tables that jobs publish: their names, their partitions, and what the jobs are shipped."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import load_contract
from contracts.job_document import job_document
from contracts.loader import FOLDER

ORDERS = load_contract("orders")
SALES = load_contract("daily_sales")


def changed(folder: Path, name: str, **properties: Any) -> Path:
    """A folder with the contract, in which these properties are others; None takes one out."""
    document = yaml.safe_load((FOLDER / f"{name}.odcs.yaml").read_text(encoding="utf-8"))
    known = {item["property"]: item["value"] for item in document["customProperties"]} | properties
    document["customProperties"] = [{"property": key, "value": value} for key, value in known.items() if value]
    (folder / f"{name}.odcs.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return folder


def test_what_functions_fill_and_jobs_publish_has_partitions_and_names_of_both() -> None:
    assert [column.name for column in ORDERS.received_partitions] == ["year", "month", "day", "hour"]
    assert [column.name for column in ORDERS.published_partitions] == ["year", "month", "day"]
    assert set(ORDERS.catalogued) == {"orders", "orders_received", "orders_live", "orders_live_with_tokens"}
    assert ORDERS.catalogued["orders"] == ORDERS.data_columns + ORDERS.published_partitions


def test_what_jobs_alone_fill_has_one_name_and_its_own_partitions() -> None:
    assert SALES.is_published
    assert SALES.catalogued == {"daily_sales": SALES.columns}
    assert (SALES.received_partitions, SALES.published_partitions) == ((), SALES.partitions)
    assert SALES.views == {}


def test_what_no_job_publishes_stays_as_it_was() -> None:
    clickstream = load_contract("clickstream")
    assert not clickstream.is_published
    assert clickstream.published_partitions == ()
    assert set(clickstream.catalogued) == {"clickstream", "clickstream_received", "clickstream_with_tokens"}


def test_jobs_are_shipped_columns_partitions_keys_and_rules() -> None:
    document = json.loads(job_document(ORDERS))
    assert [column["name"] for column in document["columns"]] == [column.name for column in ORDERS.data_columns]
    assert [column["name"] for column in document["published_partitions"]] == ["year", "month", "day"]
    assert [column["name"] for column in document["received_partitions"]] == ["year", "month", "day", "hour"]
    assert (document["zone"], document["keys"]) == ("silver", ["event_id"])
    assert document["ruleset"].startswith('Rules = [\n    IsPrimaryKey "event_id" "year" "month" "day",')
    assert json.loads(job_document(load_contract("clickstream")))["ruleset"] == ""


@pytest.mark.parametrize(
    ("name", "properties", "message"),
    [
        ("orders", {"liveAs": None}, "publishedPartitions and liveAs go together"),
        ("orders", {"publishedPartitions": ["day", "year"]}, "in that order"),
        ("orders", {"publishedPartitions": ["week"]}, r"must be of \['year', 'month', 'day', 'hour'\]"),
        ("orders", {"receivedAs": None}, "publishedPartitions without receivedAs"),
        ("orders", {"published": True}, "leave receivedAs and publishedPartitions out"),
        ("daily_sales", {"zone": None}, "needs a primaryKey, and the properties database and zone"),
    ],
)
def test_what_cannot_be_published_so_is_refused_with_its_file(
    tmp_path: Path, name: str, properties: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=rf"{name}\.odcs\.yaml: .*{message}"):
        load_contract(name, changed(tmp_path, name, **properties))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"type": "custom", "engine": "soda", "implementation": "x"}, "only metrics of the library, and sql"),
        ({"type": "sql", "query": "SELECT max(v) FROM {object}", "mustBe": 0}, "is not of the form SELECT count"),
        ({"metric": "rowCount", "unit": "bytes", "mustBe": 0}, "unit is 'bytes'; there are: rows, percent"),
    ],
)
def test_a_rule_of_another_kind_is_refused(tmp_path: Path, rule: dict[str, Any], message: str) -> None:
    folder = changed(tmp_path, "daily_sales")
    path = folder / "daily_sales.odcs.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["schema"][0]["quality"] = [rule]
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_contract("daily_sales", folder)
