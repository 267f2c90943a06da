"""daily_sales: what is counted on which day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lib.gold_daily_sales import daily_sales
from tests.support.gold_world import OrderEvent, orders

SOME_BACK = [("85123A", -2, "2.55")]
# Each case is a country.
EVENTS = (
    OrderEvent(order_id="1", country="cancelled"),
    OrderEvent(order_id="C2", country="cancelled", event_type="order_cancelled", lines=SOME_BACK),
    OrderEvent(order_id="3", country="thirds", lines=[("A", 1, "1.00")]),
    OrderEvent(order_id="4", country="thirds", lines=[("A", 1, "1.00")]),
    OrderEvent(order_id="5", country="thirds", lines=[("A", 1, "0.00")]),
    OrderEvent(order_id="C6", country="only back", event_type="order_cancelled", lines=SOME_BACK),
    OrderEvent(order_id="7", country="currencies", currency="GBP"),
    OrderEvent(order_id="8", country="currencies", currency="USD"),
    OrderEvent(order_id="9", country="twice"),
    OrderEvent(order_id="9", country="twice", at="2011-01-05T11:00:00"),
    OrderEvent(order_id="10", country="twice"),
    OrderEvent(order_id="11", country="twice", customer_id=None),
    OrderEvent(order_id="12", country="sources"),
    OrderEvent(order_id="SO12", country="sources", shard="erp_sales"),
    OrderEvent(order_id="13", country="midnight", at="2011-01-31T23:59:59.999"),
    OrderEvent(order_id="14", country="midnight", at="2011-02-01T00:00:00"),
)
Sales = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def sales(spark: SparkSession) -> Sales:
    """By country."""
    found: Sales = {}
    for row in daily_sales(orders(spark, *EVENTS)).orderBy("sale_date", "currency").collect():
        found.setdefault(row["country"], []).append(row.asDict())
    return found


def test_what_is_cancelled_is_taken_off(sales: Sales) -> None:
    (day,) = sales["cancelled"]
    assert (day["net_revenue"], day["gross_revenue"]) == (Decimal("10.2000"), Decimal("15.3000"))
    assert (day["orders"], day["cancellations"], day["adjustments"]) == (1, 1, 0)
    assert (day["units"], day["returned_units"]) == (4, 2)


def test_the_average_is_of_what_was_placed_and_none_without_an_order(sales: Sales) -> None:
    assert [day["average_order_value"] for day in sales["thirds"]] == [Decimal("0.6667")]
    assert [day["average_order_value"] for day in sales["only back"]] == [None]


def test_currencies_are_never_added(sales: Sales) -> None:
    assert [(day["currency"], day["net_revenue"]) for day in sales["currencies"]] == [
        ("GBP", Decimal("15.3000")),
        ("USD", Decimal("15.3000")),
    ]


def test_an_order_of_two_events_is_one_and_so_is_a_customer_of_two_orders(sales: Sales) -> None:
    (day,) = sales["twice"]
    assert (day["orders"], day["active_customers"]) == (3, 1)


def test_the_same_number_in_shop_and_erp_is_two_customers(sales: Sales) -> None:
    assert [day["active_customers"] for day in sales["sources"]] == [2]


def test_who_only_cancels_is_not_active(sales: Sales) -> None:
    assert [day["active_customers"] for day in sales["only back"]] == [0]


def test_a_day_ends_at_midnight_in_utc(sales: Sales) -> None:
    days = [(day["sale_date"], day["year"], day["month"]) for day in sales["midnight"]]
    assert days == [(date(2011, 1, 31), 2011, 1), (date(2011, 2, 1), 2011, 2)]
