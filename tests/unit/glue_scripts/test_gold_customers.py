"""customer_sales, customer_rfm and customer_cohorts: what is said of those who buy."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.gold_customer_cohorts import customer_cohorts
from lib.gold_customer_rfm import customer_rfm
from lib.gold_customer_sales import customer_sales
from tests.support.gold_world import OrderEvent, dicts, frame, order_items, orders

FEBRUARY, APRIL = "2011-02-10T09:00:00", "2011-04-30T09:00:00"
EVENTS = (
    OrderEvent(order_id="1", customer_id="11", lines=[("A", 5, "1.00"), ("B", 5, "2.00")]),
    OrderEvent(order_id="2", customer_id="11", at=FEBRUARY, lines=[("B", 1, "2.00")], country="France"),
    OrderEvent(order_id="C3", customer_id="11", at=FEBRUARY, event_type="order_cancelled", lines=[("A", -5, "1.00")]),
    OrderEvent(order_id="4", customer_id="11", currency="EUR", lines=[("A", 1, "9.00")]),
    OrderEvent(order_id="5", customer_id="12", lines=[("A", 1, "1.00"), ("B", 1, "1.00")]),
    OrderEvent(order_id="C6", customer_id="13", event_type="order_cancelled", lines=[("A", -1, "1.00")]),
    OrderEvent(order_id="7", customer_id=None, at=APRIL, lines=[("A", 1, "1.00")]),
    OrderEvent(order_id="SO8", customer_id="11", shard="erp_sales", currency="USD", lines=[("BK", 1, "699.0982")]),
)
CUSTOMERS = (
    {"customer_id": "c1", "crm_customer_keys": "10,11", "is_current": True},
    {"customer_id": "c0", "crm_customer_keys": "11", "is_current": False},
    {"customer_id": "c2", "crm_customer_keys": None, "is_current": True},
)
Customers = dict[tuple[str, str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def sales_frame(spark: SparkSession) -> DataFrame:
    customers = frame(spark, "customers", CUSTOMERS)
    return customer_sales(orders(spark, *EVENTS), order_items(spark, *EVENTS), customers).cache()


@pytest.fixture(scope="module")
def sales(sales_frame: DataFrame) -> Customers:
    """By source, number and currency."""
    return {(row["source"], row["customer_id"], row["currency"]): row for row in dicts(sales_frame)}


def test_a_customer_has_a_row_for_each_currency_and_a_guest_none(sales: Customers) -> None:
    assert set(sales) == {
        ("shop", "11", "GBP"),
        ("shop", "11", "EUR"),
        ("shop", "12", "GBP"),
        ("shop", "13", "GBP"),
        ("erp", "11", "USD"),
    }
    assert (sales["shop", "11", "GBP"]["currency_rank"], sales["shop", "11", "EUR"]["currency_rank"]) == (1, 2)


def test_what_was_bought_is_added_up_and_what_came_back_taken_off(sales: Customers) -> None:
    row = sales["shop", "11", "GBP"]
    assert (row["orders"], row["cancellations"], row["units"]) == (2, 1, 6)
    assert (row["gross_revenue"], row["cancelled_amount"]) == (Decimal("17.0000"), Decimal("-5.0000"))
    assert (row["net_revenue"], row["average_order_value"]) == (Decimal("12.0000"), Decimal("8.5000"))
    assert (row["first_order_at"], row["last_order_at"]) == (datetime(2011, 1, 5, 10), datetime(2011, 2, 10, 9))  # noqa: DTZ001
    assert row["country"] == "France"


def test_days_are_counted_up_to_the_last_order_of_the_source_and_not_to_today(sales: Customers) -> None:
    row = sales["shop", "11", "GBP"]
    assert (row["as_of_date"], row["recency_days"]) == (date(2011, 4, 30), 79)
    assert sales["erp", "11", "USD"]["recency_days"] == 0


def test_the_favourite_is_bought_most_and_of_equals_the_first(sales: Customers) -> None:
    assert sales["shop", "11", "GBP"]["favourite_product"] == "B"
    assert sales["shop", "12", "GBP"]["favourite_product"] == "A"


def test_one_event_id_on_two_dates_that_are_far_apart_is_two_events(spark: SparkSession) -> None:
    events = (
        OrderEvent(order_id="1", customer_id="21", lines=[("A", 5, "1.00")]),
        OrderEvent(order_id="2", customer_id="22", at=APRIL, lines=[("B", 9, "1.00")]),
    )
    placed, lines = (
        rows.withColumn("event_id", F.lit("e")) for rows in (orders(spark, *events), order_items(spark, *events))
    )
    found = dicts(customer_sales(placed, lines, frame(spark, "customers", ())))
    assert {row["customer_id"]: row["favourite_product"] for row in found} == {"21": "A", "22": "B"}


def test_who_only_cancelled_has_neither_order_nor_favourite(sales: Customers) -> None:
    row = sales["shop", "13", "GBP"]
    assert [row[name] for name in ("orders", "first_order_at", "recency_days", "favourite_product")] == [0, *[None] * 3]


def test_only_the_erps_customers_are_looked_up_in_the_crm(sales: Customers) -> None:
    assert sales["erp", "11", "USD"]["crm_customer_id"] == "c1"
    assert sales["shop", "11", "GBP"]["crm_customer_id"] is None


def test_who_comes_back_is_counted_by_month_and_quiet_months_are_there(spark: SparkSession) -> None:
    cohorts = [row for row in dicts(customer_cohorts(orders(spark, *EVENTS))) if row["currency"] == "GBP"]
    months = {row["months_since"]: row for row in cohorts}
    assert [(row["cohort_month"], row["cohort_customers"]) for row in cohorts] == [(date(2011, 1, 1), 2)] * 2
    assert (months[0]["customers"], months[0]["retention_rate"]) == (2, Decimal("1.0000"))
    assert (months[1]["customers"], months[1]["orders"]) == (1, 1)
    assert (months[1]["net_revenue"], months[1]["retention_rate"]) == (Decimal("-3.0000"), Decimal("0.5000"))


@pytest.fixture(scope="module")
def scores(spark: SparkSession) -> dict[str, dict[str, Any]]:
    """Ten customers; number n bought n % 10 + 1 times, for that much, that many days ago."""
    rows = [
        {
            **{"source": "shop", "customer_id": f"{number:02}", "currency": "GBP", "as_of_date": date(2011, 4, 30)},
            **{"orders": 3 if number < 5 else number, "net_revenue": Decimal(number), "recency_days": number},
        }
        for number in range(10)
    ]
    nobody = {**rows[0], "customer_id": "none", "orders": 0}
    found = dicts(customer_rfm(frame(spark, "customer_sales", [*rows, nobody])))
    return {row["customer_id"]: row for row in found}


def test_scores_are_fifths_and_five_is_best(scores: dict[str, dict[str, Any]]) -> None:
    assert [scores[number]["recency_score"] for number in sorted(scores)] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [scores[number]["monetary_score"] for number in sorted(scores)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_equals_are_told_apart_by_their_number(scores: dict[str, dict[str, Any]]) -> None:
    assert [scores[f"{number:02}"]["frequency_score"] for number in range(5)] == [1, 1, 2, 2, 3]


def test_who_never_ordered_has_no_score(scores: dict[str, dict[str, Any]]) -> None:
    assert len(scores) == 10
    assert "none" not in scores


def test_segments_say_what_the_scores_mean(scores: dict[str, dict[str, Any]]) -> None:
    assert scores["00"]["segment"] == "new"
    assert scores["09"]["segment"] == "at_risk"
    assert scores["04"]["segment"] == "occasional"
