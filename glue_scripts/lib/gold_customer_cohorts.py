"""Who comes back: silver's `orders` go in, a row per month of first purchase and month since comes out."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from lib.gold_events import MONEY, SHARE, distinct_where, has_customer, is_placed, per, with_source

COHORT = ("source", "currency", "cohort_index")
CUSTOMER = ("source", "currency", "customer_id")


def customer_cohorts(orders: DataFrame) -> DataFrame:
    """Every month up to the last of the data has a row, also one in which nobody came back.

    Revenue is net: what came back is taken off in the month it came. A return before the first purchase (the order lies
    before the data begin) belongs to no cohort.
    """
    months = _months_of_customers(orders)
    did_order = F.col("orders") > 0
    firsts = months.where(did_order).groupBy(*CUSTOMER).agg(F.min("month_index").alias("cohort_index"))
    since = F.col("month_index") - F.col("cohort_index")
    activity = (
        months.join(firsts, on=list(CUSTOMER), how="inner")
        .where(since >= 0)
        .groupBy(*COHORT, since.alias("months_since"))
        .agg(
            F.count(F.when(did_order, 1)).alias("customers"),
            F.sum("orders").alias("orders"),
            F.sum("net_revenue").cast(MONEY).alias("net_revenue"),
        )
    )
    rows = _grid(firsts, months).join(activity, on=[*COHORT, "months_since"], how="left")
    customers = F.coalesce("customers", F.lit(0))
    return rows.select(
        "source",
        "currency",
        _first_day(F.col("cohort_index")).alias("cohort_month"),
        F.col("months_since").cast("bigint").alias("months_since"),
        "cohort_customers",
        customers.alias("customers"),
        F.coalesce("orders", F.lit(0)).alias("orders"),
        F.coalesce("net_revenue", F.lit(0)).cast(MONEY).alias("net_revenue"),
        per(customers.cast(SHARE), F.col("cohort_customers")).cast(SHARE).alias("retention_rate"),
        F.lit(0).alias("_part"),
    )


def _months_of_customers(orders: DataFrame) -> DataFrame:
    index = F.col("year") * 12 + F.col("month") - 1
    return (
        with_source(orders)
        .where(has_customer())
        .groupBy(*CUSTOMER, index.alias("month_index"))
        .agg(distinct_where(is_placed(), "order_id").alias("orders"), F.sum("total_amount").alias("net_revenue"))
    )


def _grid(firsts: DataFrame, months: DataFrame) -> DataFrame:
    """Each cohort with each of its months so far, and how many customers it has."""
    lasts = months.groupBy("source", "currency").agg(F.max("month_index").alias("last_index"))
    so_far = F.sequence(F.lit(0), F.col("last_index") - F.col("cohort_index"))
    return (
        firsts.groupBy(*COHORT)
        .agg(F.count("*").alias("cohort_customers"))
        .join(lasts, on=["source", "currency"], how="inner")
        .select(*COHORT, "cohort_customers", F.explode(so_far).alias("months_since"))
    )


def _first_day(month_index: Column) -> Column:
    month = month_index % 12
    return F.make_date(((month_index - month) / 12).cast("int"), month + 1, F.lit(1))
