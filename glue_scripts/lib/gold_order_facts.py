"""What became of each order: silver's `orders`, which are events, go in, a row per order comes out.

Shops differ in how they cancel. Some name the order, and its row then says `cancelled` or `partly_cancelled`; others
give the cancellation a number of its own that leads to no order, and it is a row of its own: `cancellation`.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from lib.gold_events import (
    MONEY,
    has_customer,
    is_adjusted,
    is_cancelled,
    is_placed,
    money_where,
    sum_where,
    with_source,
)


def order_facts(orders: DataFrame) -> DataFrame:
    """Customer and country are those of the latest event that names them; ties go by event_id."""
    latest = F.struct("occurred_at", "event_id")
    facts = (
        with_source(orders)
        .groupBy("source", "order_id", "currency")
        .agg(
            F.max_by("customer_id", F.when(has_customer(), latest)).alias("customer_id"),
            F.max_by("country", latest).alias("country"),
            F.min("event_date").alias("order_date"),
            F.min("occurred_at").alias("first_event_at"),
            F.max("occurred_at").alias("last_event_at"),
            F.max(F.when(is_cancelled(), F.col("occurred_at"))).alias("cancelled_at"),
            F.count("*").alias("events"),
            F.count(F.when(is_placed(), 1)).alias("placements"),
            F.count(F.when(is_cancelled(), 1)).alias("cancellations"),
            sum_where(is_placed(), "item_count").alias("lines"),
            sum_where(is_placed(), "units").alias("placed_units"),
            sum_where(is_cancelled(), "units").alias("cancelled_units"),
            F.sum("units").alias("units"),
            money_where(is_placed(), "total_amount").alias("placed_amount"),
            money_where(is_cancelled(), "total_amount").alias("cancelled_amount"),
            money_where(is_adjusted(), "total_amount").alias("adjusted_amount"),
            F.sum("total_amount").cast(MONEY).alias("net_amount"),
        )
    )
    return facts.select(
        "source",
        "order_id",
        "currency",
        _status().alias("status"),
        "order_date",
        "customer_id",
        "country",
        "lines",
        "units",
        "placed_amount",
        "cancelled_amount",
        "adjusted_amount",
        "net_amount",
        "events",
        "first_event_at",
        "last_event_at",
        "cancelled_at",
        F.year("order_date").alias("year"),
        F.month("order_date").alias("month"),
    )


def _status() -> Column:
    was_placed = F.col("placements") > 0
    was_cancelled = F.col("cancellations") > 0
    all_came_back = F.col("placed_units") + F.col("cancelled_units") <= 0
    return (
        F.when(was_placed & was_cancelled & all_came_back, "cancelled")
        .when(was_placed & was_cancelled, "partly_cancelled")
        .when(was_placed, "placed")
        .when(was_cancelled, "cancellation")
        .otherwise("adjustment")
    )
