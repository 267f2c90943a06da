"""What a step of a visitor and a request become: one row each, with the columns of their contracts."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from etl_processor.batch import BatchProcessor
from tests.unit.etl_processor.etl_events import (
    ARRIVAL,
    SHARD,
    Document,
    batch_of,
    encoded,
    keys,
    order,
    request,
    rows,
    step,
)

ARRIVED: dict[str, Any] = {
    "schema_version": "1.0",
    "late": False,
    "_extra": None,
    "_shard_id": SHARD,
    "_sequence_number": "49590338271490256608559692538361571095921575989136588898",
    "_arrival_ts": datetime(2010, 12, 1, 8, 30, 0, 250_000),  # noqa: DTZ001  as stored: UTC without zone
}
EIGHT_26 = datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001


def test_a_step_becomes_a_row_with_the_tokens_an_order_of_the_same_customer_has(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(step()), encoded(order())]))
    (row,), (ordered,) = rows(result.objects, "clickstream"), rows(result.objects, "orders")
    tokens = {name: row.pop(name) for name in list(row) if name.endswith("_token")}
    assert tokens == {name: value for name, value in ordered.items() if name.endswith("_token")}
    assert row == ARRIVED | {
        "event_id": "cart_add-7",
        "event_type": "cart_add",
        "occurred_at": EIGHT_26,
        "session_id": "s-7",
        "visitor_id": "v-90a3",
        "customer_id": "17850",
        "page_path": "/product/85123A",
        "referrer": "https://www.example.com/find",
        "device": "mobile",
        "product_code": "85123A",
        "quantity": 6,
        "unit_price": Decimal("2.5500"),
        "currency": "GBP",
        "search_text": None,
        "checkout_step": None,
        "order_id": None,
    }


def test_a_request_becomes_a_row(processor: BatchProcessor) -> None:
    (row,) = rows(processor.process(batch_of([encoded(request())])).objects, "web_requests")
    document = request()
    assert row == ARRIVED | document | {"occurred_at": EIGHT_26}


@pytest.mark.parametrize("nothing", [None, "absent"])
def test_what_is_absent_or_null_is_null(nothing: str | None, processor: BatchProcessor) -> None:
    of_step = ("visitor_id", "customer", "ip_address", "referrer", "device", "unit_price", "currency")
    of_request = ("protocol", "response_bytes", "referrer", "user_agent")
    sides: list[tuple[Callable[[], Document], str, tuple[str, ...]]]
    sides = [(step, "clickstream", of_step), (request, "web_requests", of_request)]
    for make, table, names in sides:
        document = make() | dict.fromkeys(names)
        if nothing:
            document = {name: value for name, value in document.items() if name not in names}
        (row,) = rows(processor.process(batch_of([encoded(document)])).objects, table)
        stored = {"customer": "customer_id", "ip_address": "ip_address_token"}
        assert [row[stored.get(name, name)] for name in names] == [None] * len(names)


@pytest.mark.parametrize("event_type", ["page_view", "checkout_start"])
def test_a_step_needs_no_product_where_there_is_none(event_type: str, processor: BatchProcessor) -> None:
    bare = step(event_type=event_type, product_code=None, quantity=None, unit_price=None)
    assert processor.process(batch_of([encoded(bare)])).stored == 1


@pytest.mark.parametrize(
    "members",
    [
        {"event_type": "search", "search_text": "heart"},
        {"event_type": "checkout_step", "checkout_step": "payment"},
        {"event_type": "checkout_complete", "order_id": "536365"},
        {"event_type": "product_view", "quantity": None},
        {"unit_price": 0},
        {"unit_price": 2.55},
        {"unit_price": "0"},
    ],
)
def test_a_step_with_what_it_needs_is_stored(members: dict[str, Any], processor: BatchProcessor) -> None:
    (row,) = rows(processor.process(batch_of([encoded(step(**members))])).objects, "clickstream")
    if "unit_price" in members:
        assert row["unit_price"] == Decimal(str(members["unit_price"]))


def test_each_family_lies_in_the_hour_of_its_event(processor: BatchProcessor) -> None:
    events = [step(occurred_at="2010-11-30T23:59:59Z"), request(occurred_at="2010-12-01T00:00:00Z")]
    result = processor.process(batch_of(map(encoded, events), arrival=ARRIVAL))
    assert [key.rpartition("/")[0] for key in keys(result)] == [
        "clickstream/year=2010/month=11/day=30/hour=23",
        "web_requests/year=2010/month=12/day=01/hour=00",
    ]
