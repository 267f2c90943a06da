"""How products sold: silver's `order_items` go in, a row per product, currency and month comes out.

A few products sell far more than all others. So orders are counted in two steps: first each order of each product
becomes one row, in as many tasks as there are orders, and only those are then added up by product.
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from lib.gold_events import MONEY, SHARE, is_cancelled, is_placed, money_where, per, sum_where, with_source

PRODUCT = ("source", "stock_code", "currency", "year", "month")


def product_performance(items: DataFrame) -> DataFrame:
    """Returns count in the month in which they came, so their rate may be over 1 after a month of strong sales."""
    lines = with_source(items)
    products = _sums(lines).join(_names(lines), on=list(PRODUCT), how="left")
    by_revenue = Window.partitionBy("year", "month", "source", "currency").orderBy(F.desc("net_revenue"), "stock_code")
    return products.select(
        "source",
        "stock_code",
        "currency",
        "product_name",
        "orders",
        "sold_units",
        "returned_units",
        "written_off_units",
        "gross_revenue",
        "returned_amount",
        "net_revenue",
        per(F.col("returned_units").cast(SHARE), F.col("sold_units")).cast(SHARE).alias("return_rate"),
        F.row_number().over(by_revenue).cast("bigint").alias("revenue_rank"),
        "year",
        "month",
    )


def _sums(lines: DataFrame) -> DataFrame:
    is_sold = is_placed() & (F.col("quantity") > 0)
    is_written_off = is_placed() & (F.col("quantity") < 0)
    by_order = lines.groupBy(*PRODUCT, "order_id").agg(
        F.max(is_placed()).cast("bigint").alias("was_placed"),
        sum_where(is_sold, "quantity").alias("sold_units"),
        (-sum_where(is_cancelled(), "quantity")).alias("returned_units"),
        (-sum_where(is_written_off, "quantity")).alias("written_off_units"),
        money_where(is_placed(), "line_amount").alias("gross_revenue"),
        (-money_where(is_cancelled(), "line_amount")).alias("returned_amount"),
        F.sum("line_amount").alias("net_revenue"),
    )
    return by_order.groupBy(*PRODUCT).agg(
        F.sum("was_placed").alias("orders"),
        F.sum("sold_units").alias("sold_units"),
        F.sum("returned_units").alias("returned_units"),
        F.sum("written_off_units").alias("written_off_units"),
        F.sum("gross_revenue").cast(MONEY).alias("gross_revenue"),
        F.sum("returned_amount").cast(MONEY).alias("returned_amount"),
        F.sum("net_revenue").cast(MONEY).alias("net_revenue"),
    )


def _names(lines: DataFrame) -> DataFrame:
    """What the product is called most often where it is sold: staff write remarks into the same field."""
    is_named = is_placed() & F.col("description").isNotNull()
    often_first = F.struct(-F.col("lines"), F.col("description"))
    return (
        lines.where(is_named)
        .groupBy(*PRODUCT, "description")
        .agg(F.count("*").alias("lines"))
        .groupBy(*PRODUCT)
        .agg(F.min_by("description", often_first).alias("product_name"))
    )
