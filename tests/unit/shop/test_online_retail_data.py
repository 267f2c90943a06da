"""Facts of the real data, counted beforehand with other tools."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.shop.online_retail import read_events
from local.shop.order_record import Record, identity_of


@pytest.fixture(scope="module")
def records(real_data: Path) -> list[Record]:
    return list(read_events(real_data))


@pytest.fixture(scope="module")
def events(records: list[Record]) -> list[Any]:
    return [json.loads(record.data) for record in records]


def test_every_invoice_is_one_event_with_an_id_of_its_own(records: list[Record]) -> None:
    assert len(records) == 10_783
    assert len({record.identity for record in records}) == 10_783


def test_every_line_is_an_item(events: list[Any]) -> None:
    assert sum(len(event["items"]) for event in events) == 209_029


def test_the_revenue_is_exact_to_the_tenth_of_a_penny(events: list[Any]) -> None:
    lines = (item["quantity"] * Decimal(item["unit_price"]) for event in events for item in event["items"])
    assert sum(lines) == Decimal("3706827.641")
    assert sum(Decimal(event["total"]) for event in events) == Decimal("3706827.641")


def test_cancellations_are_those_with_a_c(events: list[Any]) -> None:
    cancelled = [event for event in events if event["event_type"] == "order_cancelled"]
    assert len(cancelled) == 1_677
    assert all(event["order_id"].startswith("C") for event in cancelled)
    assert {event["event_type"] for event in events} == {"order_cancelled", "order_placed"}


def test_lines_without_customer_are_lines_of_events_without_customer(events: list[Any]) -> None:
    assert sum(len(event["items"]) for event in events if event["customer"] is None) == 59_976
    assert not any(event["customer"]["id"].endswith(".0") for event in events if event["customer"])


def test_lines_without_description_have_none(events: list[Any]) -> None:
    assert sum(item["description"] is None for event in events for item in event["items"]) == 833


def test_events_of_a_day_are_the_same_alone_and_among_all(real_data: Path, records: list[Record]) -> None:
    last = list(read_events(real_data, [date(2011, 5, 31)]))
    assert len(last) == 62
    assert last == records[-62:]


def test_the_identity_of_each_event_follows_from_its_bytes(records: list[Record]) -> None:
    assert all(identity_of(record.data) == record.identity for record in records)
