"""order_facts: what becomes of an order of several events."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lib.gold_order_facts import order_facts
from tests.support.gold_world import OrderEvent, orders

NEXT_MONTH = "2011-02-01T09:00:00"
ALL_BACK, ONE_BACK = [("85123A", -6, "2.55")], [("85123A", -1, "2.55")]
EVENTS = (
    OrderEvent(order_id="kept"),
    OrderEvent(order_id="cancelled"),
    OrderEvent(order_id="cancelled", event_type="order_cancelled", at=NEXT_MONTH, lines=ALL_BACK),
    OrderEvent(order_id="partly"),
    OrderEvent(order_id="partly", event_type="order_cancelled", at=NEXT_MONTH, lines=ONE_BACK),
    OrderEvent(order_id="C9", event_type="order_cancelled", lines=ALL_BACK),
    OrderEvent(order_id="A9", event_type="order_adjusted", lines=[("B", 1, "-11062.06")], customer_id=None),
    OrderEvent(order_id="moved", country="France", customer_id=None),
    OrderEvent(order_id="moved", country="Spain", at="2011-01-06T10:00:00", customer_id="1"),
    OrderEvent(order_id="moved", country="Italy", at="2011-01-07T10:00:00", customer_id=None),
    OrderEvent(order_id="both", currency="GBP"),
    OrderEvent(order_id="both", currency="EUR"),
    OrderEvent(order_id="same number"),
    OrderEvent(order_id="same number", shard="erp_sales", at="2011-03-05T10:00:00"),
)
Facts = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def facts(spark: SparkSession) -> Facts:
    """By order."""
    found: Facts = {}
    for row in order_facts(orders(spark, *EVENTS)).collect():
        found.setdefault(row["order_id"], []).append(row.asDict())
    return found


def test_an_orders_events_are_one_row_of_the_month_of_the_first(facts: Facts) -> None:
    (row,) = facts["cancelled"]
    assert (row["events"], row["year"], row["month"]) == (2, 2011, 1)
    assert (row["first_event_at"], row["cancelled_at"]) == (datetime(2011, 1, 5, 10), datetime(2011, 2, 1, 9))  # noqa: DTZ001
    assert (row["placed_amount"], row["cancelled_amount"], row["net_amount"]) == (
        *(Decimal("15.3000"), Decimal("-15.3000")),
        Decimal("0.0000"),
    )


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ("kept", "placed"),
        ("cancelled", "cancelled"),
        ("partly", "partly_cancelled"),
        ("C9", "cancellation"),
        ("A9", "adjustment"),
    ],
)
def test_the_status_says_what_became_of_it(facts: Facts, order: str, status: str) -> None:
    assert [row["status"] for row in facts[order]] == [status]


def test_the_latest_event_that_names_them_gives_country_and_customer(facts: Facts) -> None:
    (row,) = facts["moved"]
    assert (row["country"], row["customer_id"]) == ("Italy", "1")


def test_currencies_are_never_added(facts: Facts) -> None:
    assert {row["currency"]: row["net_amount"] for row in facts["both"]} == {
        "GBP": Decimal("15.3000"),
        "EUR": Decimal("15.3000"),
    }


def test_the_shop_and_the_erp_may_use_the_same_number(facts: Facts) -> None:
    assert {row["source"] for row in facts["same number"]} == {"shop", "erp"}
