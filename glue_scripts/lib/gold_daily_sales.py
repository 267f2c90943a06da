"""What was sold on a day: silver's `orders` go in, a row per day, country and currency comes out."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from lib.gold_events import (
    MONEY,
    distinct_where,
    has_customer,
    is_adjusted,
    is_cancelled,
    is_placed,
    money_where,
    per,
    sum_where,
    with_source,
)


def daily_sales(orders: DataFrame) -> DataFrame:
    """An order that says something on two days counts on both."""
    days = (
        with_source(orders)
        .groupBy("event_date", "country", "currency")
        .agg(
            F.sum("total_amount").cast(MONEY).alias("net_revenue"),
            money_where(is_placed(), "total_amount").alias("gross_revenue"),
            distinct_where(is_placed(), "source", "order_id").alias("orders"),
            distinct_where(is_cancelled(), "source", "order_id").alias("cancellations"),
            distinct_where(is_adjusted(), "source", "order_id").alias("adjustments"),
            F.sum("units").alias("units"),
            sum_where(is_cancelled(), "units").alias("cancelled_units"),
            distinct_where(is_placed() & has_customer(), "source", "customer_id").alias("active_customers"),
        )
    )
    return days.select(
        F.col("event_date").alias("sale_date"),
        "country",
        "currency",
        "net_revenue",
        "gross_revenue",
        "orders",
        "cancellations",
        "adjustments",
        "units",
        (-F.col("cancelled_units")).alias("returned_units"),
        "active_customers",
        per(F.col("gross_revenue"), F.col("orders")).cast(MONEY).alias("average_order_value"),
        F.year("event_date").alias("year"),
        F.month("event_date").alias("month"),
    )
