"""The rules of sql/athena/views, and of the views that are generated, asked of DuckDB."""

# ruff: noqa: S608  the tables are named in this file

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from contracts import load_contract
from contracts.conflicts import CONFLICT_COLUMNS
from local.lake.column_types import duckdb_type
from tests.support.lake_tables import CONFLICTS, DATASETS, NOON, empty_lake, insert, insert_order


@pytest.fixture
def lake() -> duckdb.DuckDBPyConnection:
    return empty_lake()


def answer(lake: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return lake.execute(sql).fetchall()


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_view_has_the_columns_of_its_contract_in_their_order(lake: duckdb.DuckDBPyConnection, dataset: str) -> None:
    contract = load_contract(dataset)
    described = lake.table(contract.view_name).description
    assert [column[0] for column in described] == [column.name for column in contract.view_columns]


def test_tokens_stand_in_a_view_of_their_own_beside_everything_else(lake: duckdb.DuckDBPyConnection) -> None:
    for number in ("1", "1", "2"):
        insert_order(lake, "order_placed-1", "1.50", _sequence_number=number, customer_email_token=f"token {number}")
    contract = load_contract("orders")
    described = lake.table(str(contract.full_as)).description
    assert [column[0] for column in described] == [column.name for column in contract.columns]
    tokens = "SELECT _sequence_number, customer_email_token FROM orders_live_with_tokens"
    assert answer(lake, tokens) == [("1", "token 1")]


def test_a_record_delivered_in_two_objects_stands_once(lake: duckdb.DuckDBPyConnection) -> None:
    for _ in range(2):
        insert_order(lake, "order_placed-1", "1.50", "2.50")
    assert answer(lake, "SELECT count(*) FROM orders_received") == [(2,)]
    assert answer(lake, "SELECT event_id FROM orders_live") == [("order_placed-1",)]
    assert answer(lake, "SELECT line_number FROM order_items_live ORDER BY 1") == [(1,), (2,)]


def test_an_event_the_producer_sent_again_stands_once(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "1.50", _sequence_number="7", arrived_after=5)
    insert_order(lake, "order_placed-1", "1.50", _sequence_number="8", arrived_after=9)
    assert answer(lake, "SELECT _sequence_number FROM orders_live") == [("7",)]
    assert answer(lake, "SELECT _sequence_number FROM order_items_live") == [("7",)]


def test_of_two_payloads_under_one_event_id_the_first_to_arrive_wins_with_its_lines(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    insert_order(lake, "order_placed-1", "9.00", "9.00", "9.00", _sequence_number="2", arrived_after=2)
    insert_order(lake, "order_placed-1", "5.00", _sequence_number="1", arrived_after=1)
    assert answer(lake, "SELECT total_amount::VARCHAR FROM orders_live") == [("5.0000",)]
    assert answer(lake, "SELECT line_number, line_amount::VARCHAR FROM order_items_live") == [(1, "5.0000")]


def test_a_payload_that_contradicts_the_first_about_its_time_does_not_stand_beside_it(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    insert_order(lake, "order_placed-1", "5.00", _sequence_number="1")
    insert_order(lake, "order_placed-1", "5.00", _sequence_number="2", occurred_at=NOON + timedelta(days=1))
    assert answer(lake, "SELECT event_id, day FROM orders_live") == [("order_placed-1", 1)]
    assert answer(lake, "SELECT event_id, day FROM order_items_live") == [("order_placed-1", 1)]


def test_equal_arrivals_are_told_apart_by_the_number_that_the_sequence_number_is(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    insert_order(lake, "order_placed-1", "1.00", _sequence_number="10")
    insert_order(lake, "order_placed-1", "2.00", _sequence_number="9")
    assert answer(lake, "SELECT _sequence_number FROM orders_live") == [("9",)]
    assert answer(lake, "SELECT _sequence_number FROM order_items_live") == [("9",)]


def test_equal_arrivals_in_two_shards_are_told_apart_by_the_shard(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "1.00", _shard_id="shardId-000000000001", _sequence_number="1")
    insert_order(lake, "order_placed-1", "2.00", _shard_id="shardId-000000000000", _sequence_number="2")
    assert answer(lake, "SELECT _shard_id FROM orders_live") == [("shardId-000000000000",)]
    assert answer(lake, "SELECT _shard_id FROM order_items_live") == [("shardId-000000000000",)]


def test_lines_do_not_show_before_their_order_does(lake: duckdb.DuckDBPyConnection) -> None:
    insert(lake, "order_items", event_id="order_placed-1")
    assert answer(lake, "SELECT * FROM order_items_live") == []


def test_a_copy_of_a_line_that_was_filed_under_another_hour_does_not_count(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "5.00")
    insert(lake, "order_items", event_id="order_placed-1", occurred_at=NOON + timedelta(hours=1))
    assert answer(lake, "SELECT hour FROM order_items_live") == [(12,)]


def test_two_equal_lines_of_an_order_are_two_lines(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "5.00", "5.00")
    assert answer(lake, "SELECT sum(line_amount)::VARCHAR FROM order_items_live") == [("10.0000",)]


def test_a_quarantined_record_stands_once_with_the_reason_it_first_arrived_with(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    later = {"_arrival_ts": NOON + timedelta(hours=3), "_sequence_number": "9", "reason": "later"}
    insert(lake, "quarantine", record_id="sha256:1", **later)
    insert(lake, "quarantine", record_id="sha256:1", reason="not_json")
    insert(lake, "quarantine", record_id="sha256:1", reason="not_json")
    assert answer(lake, "SELECT record_id, reason, hour FROM quarantine") == [("sha256:1", "not_json", 12)]


@pytest.mark.parametrize("table", ["clickstream", "web_requests"])
def test_an_event_of_any_table_stands_once_with_its_tokens_beside_it(
    lake: duckdb.DuckDBPyConnection, table: str
) -> None:
    for number in ("2", "2", "1"):
        insert(lake, table, event_id="a", _sequence_number=number, ip_address_token=f"token {number}")
    assert answer(lake, f"SELECT event_id, _sequence_number FROM {table}") == [("a", "1")]
    assert answer(lake, f"SELECT event_id, ip_address_token FROM {table}_with_tokens") == [("a", "token 1")]
    names = [column.name for column in load_contract(table).columns]
    assert [column[0] for column in lake.table(f"{table}_with_tokens").description] == names


@pytest.mark.parametrize("table", CONFLICTS)
def test_conflicts_name_what_came_with_two_payloads_and_nothing_else(
    lake: duckdb.DuckDBPyConnection, table: str
) -> None:
    twice = {"_sequence_number": "2", "_arrival_ts": NOON + timedelta(days=40), "late": True}
    other = {"orders": "country", "clickstream": "page_path", "web_requests": "path"}[table]
    insert(lake, table, event_id="repeated")
    insert(lake, table, event_id="repeated", **twice)
    insert(lake, table, event_id="contradicted")
    insert(lake, table, event_id="contradicted", **{other: "elsewhere"}, **twice)
    insert(lake, table, event_id="refused")
    source, _ = CONFLICTS[table]
    conflict = {"reason": "event_id_conflict", "source": source}
    insert(lake, "quarantine", record_id="refused", _sequence_number="3", **conflict)
    insert(lake, "quarantine", record_id="repeated", reason="not_json", source=source, _sequence_number="4")
    insert(lake, "quarantine", record_id="repeated", _sequence_number="5", **conflict | {"source": "another_event"})
    columns = "event_id, records, refused, last_arrival_ts - first_arrival_ts"
    assert answer(lake, f"SELECT {columns} FROM {table}_conflicts ORDER BY 1") == [
        ("contradicted", 2, 0, timedelta(days=40)),
        ("refused", 1, 1, timedelta(0)),
    ]


def test_orders_that_differ_in_a_line_alone_are_in_conflict(lake: duckdb.DuckDBPyConnection) -> None:
    for number, amounts in (("1", ("1.00", "3.00")), ("2", ("2.00", "2.00"))):
        insert_order(lake, "order_placed-1", *amounts, _sequence_number=number)
    insert_order(lake, "order_placed-2", "1.00", "1.00")
    assert answer(lake, "SELECT event_id, records FROM orders_conflicts") == [("order_placed-1", 2)]


@pytest.mark.parametrize("table", CONFLICTS)
def test_the_conflicts_have_the_columns_the_catalogue_says(lake: duckdb.DuckDBPyConnection, table: str) -> None:
    found = [(column[0], str(column[1])) for column in lake.table(f"{table}_conflicts").description]
    assert found == [(column.name, duckdb_type(column.type)) for column in CONFLICT_COLUMNS]


def test_a_filter_on_the_day_reaches_the_scan_of_the_lines(lake: duckdb.DuckDBPyConnection) -> None:
    for days in range(3):
        insert_order(lake, f"order_placed-{days}", "5.00", occurred_at=NOON + timedelta(days=days))
    ((_, plan),) = answer(lake, "EXPLAIN (FORMAT json) SELECT stock_code FROM order_items_live WHERE day = 2")
    filters = {scan["Table"]: scan.get("Filters") for scan in scans(json.loads(str(plan)))}
    assert filters == {"memory.main.order_items_received": "day=2", "memory.main.orders_received": None}


def scans(plan: Any) -> Iterator[dict[str, Any]]:
    """What the leaves of a DuckDB plan read."""
    for node in plan:
        if node["name"].strip() == "SEQ_SCAN":
            yield node["extra_info"]
        yield from scans(node["children"])
