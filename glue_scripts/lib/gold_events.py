"""What the gold tables have in common: rows of silver's `orders` as events that can be counted and added up.

The numbers of the shop's customers and those of the CRM and the ERP are two series that overlap: of 2,767 customers of
a real shop 2,709 bore a number that the CRM had given to somebody else. So every customer and order stands beside its
``source``, and nothing is joined by the number alone. Amounts stand beside their currency and are never added across.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

MONEY = "decimal(28,4)"  # what Spark makes of a sum of decimal(18,4): room for ten thousand million of them
SHARE = "decimal(18,4)"
ERP_SHARD = "erp_sales"


def is_placed() -> Column:
    return F.col("event_type") == "order_placed"


def is_cancelled() -> Column:
    return F.col("event_type") == "order_cancelled"


def is_adjusted() -> Column:
    return F.col("event_type") == "order_adjusted"


def has_customer() -> Column:
    return F.col("customer_id").isNotNull()


def with_source(rows: DataFrame) -> DataFrame:
    """The rows with ``source``, erp or shop, and ``event_date``, the day in UTC."""
    is_of_erp = F.col("_shard_id") == ERP_SHARD
    return rows.select(
        "*",
        F.when(is_of_erp, "erp").otherwise("shop").alias("source"),
        # From the partition, not from occurred_at: no time zone of a session can shift it.
        F.make_date("year", "month", "day").alias("event_date"),
    )


def sum_where(condition: Column, amount: str) -> Column:
    """The sum of ``amount`` over the rows that meet the condition; 0 if none does."""
    return F.coalesce(F.sum(F.when(condition, F.col(amount))), F.lit(0))


def money_where(condition: Column, amount: str) -> Column:
    """`sum_where` of an amount of money."""
    return sum_where(condition, amount).cast(MONEY)


def distinct_where(condition: Column, *columns: str) -> Column:
    """How many different values ``columns`` have in the rows that meet the condition."""
    return F.count_distinct(F.when(condition, F.struct(*columns)))


def per(amount: Column, number: Column) -> Column:
    """``amount`` / ``number`` to four digits, half up; null where the number is 0."""
    return F.when(number > 0, F.round(amount / number.cast("decimal(18,0)"), 4))
