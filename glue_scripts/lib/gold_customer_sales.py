"""What a customer bought: silver's `orders` and `order_items` go in, a row per customer and currency comes out.

Silver's `customers`, who are people of the CRM, are met by the number the CRM and the ERP share. The shop's numbers are
a series of their own (see `gold_events`): its customers are known to the CRM by nothing that gold may hold.
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from lib.gold_events import MONEY, distinct_where, has_customer, is_cancelled, is_placed, money_where, per, with_source

CUSTOMER = ("source", "customer_id", "currency")
# One event_id may stand on two dates: far enough apart, they are two events.
EVENT = ("event_id", "year", "month", "day")


def customer_sales(orders: DataFrame, items: DataFrame, customers: DataFrame) -> DataFrame:
    """All time up to ``as_of_date``, the last day of the source: no clock, so the same orders give the same rows."""
    events = with_source(orders)
    buyers = (
        _sums(events.where(has_customer()))
        .join(_favourites(events, items), on=list(CUSTOMER), how="left")
        .join(_people(customers), on=["source", "customer_id"], how="left")
    )
    last_days = events.groupBy("source").agg(F.max("event_date").alias("as_of_date"))
    most_orders_first = Window.partitionBy("source", "customer_id").orderBy(F.desc("orders"), "currency")
    return buyers.join(F.broadcast(last_days), on="source", how="inner").select(
        "source",
        "customer_id",
        "currency",
        F.row_number().over(most_orders_first).cast("bigint").alias("currency_rank"),
        "country",
        "first_order_at",
        "last_order_at",
        "orders",
        "cancellations",
        "units",
        "gross_revenue",
        "cancelled_amount",
        "net_revenue",
        per(F.col("gross_revenue"), F.col("orders")).cast(MONEY).alias("average_order_value"),
        F.datediff("as_of_date", "last_order_date").cast("bigint").alias("recency_days"),
        "favourite_product",
        "crm_customer_id",
        "as_of_date",
        F.lit(0).alias("_part"),
    )


def _sums(events: DataFrame) -> DataFrame:
    latest = F.struct("occurred_at", "event_id")
    return events.groupBy(*CUSTOMER).agg(
        F.max_by("country", latest).alias("country"),
        F.min(F.when(is_placed(), F.col("occurred_at"))).alias("first_order_at"),
        F.max(F.when(is_placed(), F.col("occurred_at"))).alias("last_order_at"),
        F.max(F.when(is_placed(), F.col("event_date"))).alias("last_order_date"),
        distinct_where(is_placed(), "order_id").alias("orders"),
        distinct_where(is_cancelled(), "order_id").alias("cancellations"),
        F.sum("units").alias("units"),
        money_where(is_placed(), "total_amount").alias("gross_revenue"),
        money_where(is_cancelled(), "total_amount").alias("cancelled_amount"),
        F.sum("total_amount").cast(MONEY).alias("net_revenue"),
    )


def _favourites(events: DataFrame, items: DataFrame) -> DataFrame:
    """The product a customer ordered most units of; of equals the first in the alphabet."""
    buyers = events.where(is_placed() & has_customer()).select(*EVENT, *CUSTOMER)
    bought = items.where(is_placed()).groupBy(*EVENT, "stock_code").agg(F.sum("quantity").alias("units"))
    most_first = F.struct(-F.col("units"), F.col("stock_code"))
    return (
        bought.join(buyers, on=list(EVENT), how="inner")
        .groupBy(*CUSTOMER, "stock_code")
        .agg(F.sum("units").alias("units"))
        .where(F.col("units") > 0)
        .groupBy(*CUSTOMER)
        .agg(F.min_by("stock_code", most_first).alias("favourite_product"))
    )


def _people(customers: DataFrame) -> DataFrame:
    """Which of silver's customers has which of the ERP's numbers now; the first, should two have it."""
    return (
        customers.where("is_current")
        .select(
            F.lit("erp").alias("source"),
            F.explode(F.split("crm_customer_keys", ",")).alias("customer_id"),
            F.col("customer_id").alias("crm_customer_id"),
        )
        .groupBy("source", "customer_id")
        .agg(F.min("crm_customer_id").alias("crm_customer_id"))
    )
