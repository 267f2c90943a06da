"""What an order becomes: the columns of the contract, exact amounts, and a line per item."""

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from arro3.io import read_parquet

from contracts import load_contract
from etl_processor.batch import BatchProcessor
from etl_processor.datasets import Contracts, load_contracts
from shared.table_object import TableFormat
from tests.unit.etl_processor.etl_events import (
    KEY,
    SHARD,
    TABLES,
    batch_of,
    encoded,
    order,
    request,
    rows,
    step,
    with_item,
)

HIVE_TYPES = {
    "Utf8": "string",
    "Boolean": "boolean",
    "Int32": "int",
    "Int64": "bigint",
    "Timestamp(µs)": "timestamp",
    "Decimal128(18, 4)": "decimal(18,4)",
}


@pytest.mark.parametrize("table", [*TABLES, "quarantine"])
def test_the_columns_written_are_the_contracts_in_its_order(table: str, processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(order()), encoded(step()), encoded(request()), b"x"]))
    (body,) = [item.body for item in result.objects if item.key.startswith(f"{table}/")]
    schema = read_parquet(io.BytesIO(body)).schema
    fields = [schema.field(name) for name in schema.names]
    written = [
        (field.name, HIVE_TYPES[repr(field.type).split("<")[1].strip().rstrip(">")], not field.nullable)
        for field in fields
    ]
    assert written == [(column.name, column.type, column.required) for column in load_contract(table).data_columns]


def test_timestamps_carry_no_zone_as_athenas_do_not(processor: BatchProcessor) -> None:
    (body, *_) = [item.body for item in processor.process(batch_of([encoded(order())])).objects]
    with io.BytesIO(body) as file:
        relation = duckdb.from_arrow(read_parquet(file).read_all())
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert (types["occurred_at"], types["_arrival_ts"]) == ("TIMESTAMP", "TIMESTAMP")


def test_an_order_becomes_one_row(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(order(occurred_at="2010-12-01T09:26:00.5+01:00"))]))
    (row,) = rows(result.objects, "orders")
    tokens = {name: row.pop(name) for name in list(row) if name.endswith("_token")}
    assert len(set(tokens.values())) == 4
    assert row == {
        "event_id": "order_placed-536365",
        "event_type": "order_placed",
        "order_id": "536365",
        "occurred_at": datetime(2010, 12, 1, 8, 26, 0, 500_000),  # noqa: DTZ001  as stored: UTC without zone
        "customer_id": "17850",
        "country": "United Kingdom",
        "currency": "GBP",
        "item_count": 2,
        "units": 12,
        "total_amount": Decimal("35.6400"),
        "schema_version": "1.0",
        "late": False,
        "_extra": None,
        "_shard_id": SHARD,
        "_sequence_number": "49590338271490256608559692538361571095921575989136588898",
        "_arrival_ts": datetime(2010, 12, 1, 8, 30, 0, 250_000),  # noqa: DTZ001
    }


def test_each_line_becomes_a_row_that_knows_its_order(processor: BatchProcessor) -> None:
    twice = order(2, items=with_item()["items"] * 2, total=None)
    items = rows(processor.process(batch_of(map(encoded, [order(1), twice]))).objects, "order_items")
    assert [(row["event_id"], row["line_number"], row["stock_code"], row["line_amount"]) for row in items] == [
        ("order_placed-1", 1, "85123A", Decimal("15.3000")),
        ("order_placed-1", 2, "71053", Decimal("20.3400")),
        ("order_placed-2", 1, "85123A", Decimal("15.3000")),
        ("order_placed-2", 2, "85123A", Decimal("15.3000")),
    ]
    assert {(row["order_id"], row["_sequence_number"][-2:]) for row in items} == {("1", "98"), ("2", "99")}


@pytest.mark.parametrize(
    ("price", "stored"),
    [
        ("0.1", "0.1000"),
        (0.1, "0.1000"),
        ("2.5500000", "2.5500"),
        (7, "7.0000"),
        ("0", "0.0000"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("0.0001", "0.0001"),
    ],
)
def test_a_price_keeps_its_digits_however_it_is_spelled(price: Any, stored: str, processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(with_item(unit_price=price, quantity=1))]))
    (row,) = rows(result.objects, "order_items")
    assert (row["unit_price"], row["line_amount"]) == (Decimal(stored), Decimal(stored))


def test_amounts_add_up_to_the_cent(processor: BatchProcessor) -> None:
    # 0.1 + 0.2 is not 0.3 in floats; ten thousand times over it would show in the sum.
    prices = ["0.1", "0.2", "0.7", "1.1", "2.675"]
    documents = [
        with_item(unit_price=prices[number % 5], quantity=3) | {"event_id": f"order_placed-{number}"}
        for number in range(10_000)
    ]
    orders = rows(processor.process(batch_of(map(encoded, documents))).objects, "orders")
    assert sum(row["total_amount"] for row in orders) == 2000 * 3 * sum(map(Decimal, prices))


@pytest.mark.parametrize(
    "changes",
    [
        {"items": with_item(quantity=-10, unit_price="0.0")["items"], "total": "0.0"},
        {"items": with_item(quantity=-1)["items"], "event_type": "order_cancelled", "total": "-2.55"},
        {
            "items": with_item(quantity=1, unit_price="-11062.06")["items"],
            "event_type": "order_adjusted",
            "total": -11062.06,
        },
        {"items": with_item(quantity=1, unit_price="11062.06")["items"], "event_type": "order_adjusted", "total": None},
    ],
    ids=["written off for nothing", "cancelled", "adjusted downwards", "adjusted upwards"],
)
def test_what_real_shops_write_is_stored(changes: dict[str, Any], processor: BatchProcessor) -> None:
    assert processor.process(batch_of([encoded(order(**changes))])).stored == 1


@pytest.mark.parametrize(
    "text", ["MUG 🎁", "كوب", "e\u0301 and é", "  stray blanks ", "", 'SET/6 12" "PLATES"', "x" * 10_240]
)
def test_a_text_is_stored_as_it_came(text: str, processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(with_item(description=text))]))
    assert rows(result.objects, "order_items")[0]["description"] == text


def test_what_is_absent_or_null_is_null(processor: BatchProcessor) -> None:
    guest = with_item(description=None) | {"customer": None, "ip_address": None, "total": None}
    bare = with_item() | {"customer": {}}
    del bare["items"][0]["description"], bare["ip_address"]
    result = processor.process(batch_of(map(encoded, [guest, bare])))
    for row in rows(result.objects, "orders"):
        empty = {name for name, value in row.items() if value is None}
        assert empty == {
            "customer_id",
            "ip_address_token",
            "_extra",
            *(f"customer_{kind}_token" for kind in ("email", "phone", "name")),
        }
    assert [row["description"] for row in rows(result.objects, "order_items")] == [None, None]


def test_members_of_a_later_minor_version_are_left_out(processor: BatchProcessor) -> None:
    newer = order(schema_version="1.7", gift=True, items=with_item(colour="red")["items"], total="15.30")
    assert processor.process(batch_of([encoded(newer)])).stored == 1


def test_a_contract_with_a_column_this_code_does_not_make_is_refused_at_the_start(packed: Contracts) -> None:
    orders = packed.table("orders")
    with pytest.raises(ValueError, match=r"contract orders: .* differ in \['country'\]"):
        TableFormat(orders, columns=[c.name for c in orders.data_columns if c.name != "country"], distinct=())


def test_a_missing_contract_is_named_with_the_remedy(tmp_path: Any) -> None:
    with pytest.raises(ValueError, match=r"order_event\.json: missing; package it with contracts\.runtime_document"):
        BatchProcessor(load_contracts(tmp_path), KEY)


def test_a_time_is_cut_to_the_millisecond_so_that_it_stays_in_its_partition(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(order(occurred_at="2010-12-01T08:29:59.999999Z"))]))
    (row,) = rows(result.objects, "orders")
    assert row["occurred_at"] == datetime(2010, 12, 1, 8, 29, 59, 999_000)  # noqa: DTZ001  as stored
