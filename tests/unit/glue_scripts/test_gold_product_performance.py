"""product_performance: what is said of a product in a month."""

from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lib.gold_product_performance import product_performance
from tests.support.gold_world import OrderEvent, order_items

HEART = "WHITE HANGING HEART"
EVENTS = (
    OrderEvent(order_id="1", lines=[("HEART", 6, "2.00"), ("HEART", 2, "2.50")], descriptions={"HEART": HEART}),
    OrderEvent(order_id="2", lines=[("HEART", 2, "2.00")], descriptions={"HEART": "damaged?"}),
    OrderEvent(order_id="3", lines=[("HEART", -3, "0.00")], descriptions={"HEART": "broken"}),
    OrderEvent(order_id="C4", event_type="order_cancelled", lines=[("HEART", -5, "2.00"), ("GONE", -1, "1.00")]),
    OrderEvent(order_id="5", lines=[("TWIN B", 1, "1.00"), ("TWIN A", 1, "1.00")]),
    OrderEvent(order_id="6", at="2011-02-05T10:00:00", lines=[("HEART", 1, "2.00")]),
    OrderEvent(order_id="7", currency="EUR", lines=[("HEART", 1, "3.00")]),
)
Products = dict[tuple[str, str, int], dict[str, Any]]


@pytest.fixture(scope="module")
def products(spark: SparkSession) -> Products:
    """By code, currency and month."""
    rows = product_performance(order_items(spark, *EVENTS)).collect()
    found = {(row["stock_code"], row["currency"], row["month"]): row.asDict() for row in rows}
    assert len(found) == len(rows)
    return found


def test_sold_returned_and_written_off_are_told_apart(products: Products) -> None:
    heart = products["HEART", "GBP", 1]
    assert (heart["orders"], heart["sold_units"], heart["returned_units"], heart["written_off_units"]) == (3, 10, 5, 3)
    assert (heart["gross_revenue"], heart["returned_amount"], heart["net_revenue"]) == (
        *(Decimal("21.0000"), Decimal("10.0000")),
        Decimal("11.0000"),
    )
    assert heart["return_rate"] == Decimal("0.5000")


def test_what_only_came_back_has_no_rate_and_no_name(products: Products) -> None:
    gone = products["GONE", "GBP", 1]
    assert (gone["return_rate"], gone["product_name"], gone["orders"]) == (None, None, 0)


def test_the_name_is_what_most_lines_say(products: Products) -> None:
    assert products["HEART", "GBP", 1]["product_name"] == HEART


def test_months_and_currencies_have_rows_of_their_own(products: Products) -> None:
    assert products["HEART", "GBP", 2]["sold_units"] == products["HEART", "EUR", 1]["sold_units"] == 1


def test_the_rank_is_by_revenue_and_equals_stand_in_the_order_of_their_codes(products: Products) -> None:
    ranks = {
        code: row["revenue_rank"]
        for (code, currency, month), row in products.items()
        if (currency, month) == ("GBP", 1)
    }
    assert ranks == {"HEART": 1, "TWIN A": 2, "TWIN B": 3, "GONE": 4}


def test_a_product_that_sells_most_of_all_is_counted_like_any_other(spark: SparkSession) -> None:
    codes = ["HEART"] * 90 + [f"OTHER {number}" for number in range(10)]
    events = [OrderEvent(order_id=str(place), lines=[(code, 2, "1.50")]) for place, code in enumerate(codes)]
    found = {row["stock_code"]: row for row in product_performance(order_items(spark, *events)).collect()}
    assert {code: (row["orders"], row["net_revenue"]) for code, row in found.items()} == {
        code: (codes.count(code), codes.count(code) * Decimal("3.0000")) for code in set(codes)
    }
