"""Customers in groups by recency, frequency and money: rows of `customer_sales` go in, scores and segments come out."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812


def customer_rfm(sales: DataFrame) -> DataFrame:
    """Those who ever ordered, in fifths per source and currency, 5 is best; equals are told apart by customer_id."""
    scored = sales.where(F.col("orders") > 0).select(
        "source",
        "customer_id",
        "currency",
        "recency_days",
        F.col("orders").alias("frequency"),
        F.col("net_revenue").alias("monetary"),
        _fifth(F.desc("recency_days")).alias("recency_score"),
        _fifth(F.asc("orders")).alias("frequency_score"),
        _fifth(F.asc("net_revenue")).alias("monetary_score"),
        "as_of_date",
    )
    return scored.select(
        "source",
        "customer_id",
        "currency",
        "recency_days",
        "frequency",
        "monetary",
        "recency_score",
        "frequency_score",
        "monetary_score",
        _segment().alias("segment"),
        "as_of_date",
        F.lit(0).alias("_part"),
    )


def _fifth(worst_first: Column) -> Column:
    among_equals = Window.partitionBy("source", "currency").orderBy(worst_first, "customer_id")
    return F.ntile(5).over(among_equals).cast("bigint")


def _segment() -> Column:
    recency, frequency, monetary = (F.col(f"{name}_score") for name in ("recency", "frequency", "monetary"))
    is_recent, is_frequent, spends_much = recency >= 4, frequency >= 4, monetary >= 4
    is_long_gone, is_rare = recency <= 2, frequency <= 2
    return (
        F.when(is_recent & is_frequent & spends_much, "champion")
        .when(is_long_gone & is_frequent, "at_risk")
        .when(is_frequent, "loyal")
        .when(is_recent & is_rare, "new")
        .when(is_long_gone & is_rare, "lost")
        .otherwise("occasional")
    )
