"""Which gold tables there are, what each is made of, and by which function."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame

from lib.gold_customer_cohorts import customer_cohorts
from lib.gold_customer_rfm import customer_rfm
from lib.gold_customer_sales import customer_sales
from lib.gold_daily_sales import daily_sales
from lib.gold_order_facts import order_facts
from lib.gold_product_performance import product_performance


@dataclass(frozen=True, kw_only=True)
class GoldTable:
    """``rows`` makes the table of its ``inputs``, published tables, in their order.

    ``month_from_month``: a month of the table is made of the same month of its inputs, whose first partitions are then
    year and month. Otherwise every row may depend on any.
    """

    name: str
    inputs: tuple[str, ...]
    rows: Callable[..., DataFrame]
    month_from_month: bool = False


# In the order in which they are made: one may be made of those before it.
GOLD_TABLES = (
    GoldTable(name="daily_sales", inputs=("orders",), rows=daily_sales, month_from_month=True),
    GoldTable(name="product_performance", inputs=("order_items",), rows=product_performance, month_from_month=True),
    # A cancellation of March changes a row of January, the month of its order.
    GoldTable(name="order_facts", inputs=("orders",), rows=order_facts),
    GoldTable(name="customer_sales", inputs=("orders", "order_items", "customers"), rows=customer_sales),
    GoldTable(name="customer_rfm", inputs=("customer_sales",), rows=customer_rfm),
    GoldTable(name="customer_cohorts", inputs=("orders",), rows=customer_cohorts),
)
