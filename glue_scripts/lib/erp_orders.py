"""Orders of the ERP as the stream's orders look: rows of erp_sales and erp_products go in. DataFrames only.

The ERP states no amounts. A line costs what the catalogue said that was the last to arrive before the line did; if that
one, or none, knew the product, what the first catalogue said that knows it. So a new price changes no order that is
known already, and it does not matter when amounts are computed.

An order of which a product stands in no catalogue waits until one has come: `waiting` counts such orders.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from lib.row_hash import row_hash
from lib.table_contract import TableContract

SOURCE = "erp_sales"
CURRENCY = "USD"
SCHEMA_VERSION = "1.0"
LATE_DAYS = 30
MONEY = "decimal(18,4)"
# The ERP's territories, which it exports by number only.
COUNTRIES = {
    **dict.fromkeys(range(1, 6), "United States"),
    6: "Canada",
    7: "France",
    8: "Germany",
    9: "Australia",
    10: "United Kingdom",
}
# As the shop writes it.
NO_COUNTRY = "Unspecified"
# The order of files, and of rows within one.
CAME = ("_arrival_ts", "_file_sha256", "_source_line")
LINE_COLUMNS = ("stock_code", "description", "quantity", "unit_price", "line_amount")


def erp_lines(sales: DataFrame, products: DataFrame) -> DataFrame:
    """The lines of orders with their prices; null where no catalogue knows the product."""
    lines = latest(sales, "order_number", "order_line").withColumn("came", F.struct(*CAME)).alias("line")
    prices = _prices(products).alias("price")
    is_same_product = F.col("line.product_key") == F.col("price.product_key")
    is_in_force = (F.col("price.since").isNull() | (F.col("price.since") <= F.col("line._arrival_ts"))) & (
        F.col("price.until").isNull() | (F.col("price.until") > F.col("line._arrival_ts"))
    )
    return lines.join(prices, on=is_same_product & is_in_force, how="left").select(
        "line.order_number",
        "line.order_line",
        "line.order_date",
        "line.customer_key",
        "line.territory_key",
        "line.came",
        F.col("price.sku").alias("stock_code"),
        F.col("price.product_name").alias("description"),
        F.col("line.quantity").cast("bigint").alias("quantity"),
        "price.unit_price",
        (F.col("line.quantity") * F.col("price.unit_price")).cast(MONEY).alias("line_amount"),
    )


def erp_orders(lines: DataFrame, contract: TableContract) -> DataFrame:
    """The orders that are complete, with the columns of ``orders``."""
    totals = [
        F.count("*").alias("item_count"),
        F.sum("quantity").alias("units"),
        F.sum("line_amount").cast(MONEY).alias("total_amount"),
    ]
    occurred_at = F.to_timestamp("order_date")
    is_late = F.col("came._arrival_ts") > occurred_at + F.expr(f"INTERVAL {LATE_DAYS} DAYS")
    orders = _with_head(lines).groupBy("order_number", *HEAD).agg(*totals)
    no_text = F.lit(None).cast("string")
    return orders.select(
        *_identity(),
        F.lit("order_placed").alias("event_type"),
        F.col("order_number").alias("order_id"),
        occurred_at.alias("occurred_at"),
        F.col("customer_key").cast("string").alias("customer_id"),
        *[no_text.alias(f"{kind}_token") for kind in ("customer_email", "customer_phone", "customer_name")],
        no_text.alias("ip_address_token"),
        _country().alias("country"),
        F.lit(CURRENCY).alias("currency"),
        "item_count",
        "units",
        "total_amount",
        F.lit(SCHEMA_VERSION).alias("schema_version"),
        is_late.alias("late"),
        no_text.alias("_extra"),
    ).select(contract.schema.names)


def erp_items(lines: DataFrame, contract: TableContract) -> DataFrame:
    """The lines of the orders that are complete, with the columns of ``order_items``."""
    return (
        _with_head(lines)
        .select(
            *_identity(),
            F.col("order_line").cast("bigint").alias("line_number"),
            F.col("order_number").alias("order_id"),
            F.lit("order_placed").alias("event_type"),
            F.to_timestamp("order_date").alias("occurred_at"),
            *LINE_COLUMNS,
            F.lit(CURRENCY).alias("currency"),
        )
        .select(contract.schema.names)
    )


def waiting(lines: DataFrame) -> DataFrame:
    """Each ``order_number`` with a product that no catalogue knows."""
    return lines.where(F.col("unit_price").isNull()).select("order_number").distinct()


def digests(orders: DataFrame, items: DataFrame) -> DataFrame:
    """By event date how many rows there are and a number that changes with their content."""
    rows = [
        frame.select("year", "month", "day", row_hash(*map(F.col, sorted(frame.columns))).alias("hash"))
        for frame in (orders, items)
    ]
    total = F.sum(F.col("hash").cast("decimal(38,0)")).cast("string")
    return (
        rows[0].unionByName(rows[1]).groupBy("year", "month", "day").agg(F.count("*").alias("rows"), total.alias("sum"))
    )


def latest(rows: DataFrame, *keys: str) -> DataFrame:
    """Of each key the row that came last: a later file corrects an earlier one."""
    place = F.row_number().over(Window.partitionBy(*keys).orderBy(*[F.col(name).desc() for name in CAME]))
    is_last = F.col("place") == 1
    return rows.withColumn("place", place).where(is_last).select(*rows.columns)


# What an order takes from its first line.
HEAD = ("order_date", "customer_key", "territory_key", "came")


def _with_head(lines: DataFrame) -> DataFrame:
    """The lines of complete orders; what belongs to the order as the first of its lines says it."""
    of_the_order = Window.partitionBy("order_number").orderBy("order_line")
    from_first = {name: F.first(name).over(of_the_order) for name in HEAD}
    return lines.join(waiting(lines), on="order_number", how="left_anti").withColumns(from_first)


def _identity() -> list[Column]:
    """Who the event is and how it came: the file and line of its first line stand for shard and sequence number."""
    number = F.concat_ws(":", "came._file_sha256", F.col("came._source_line").cast("string"))
    return [
        F.concat(F.lit("erp:"), "order_number").alias("event_id"),
        F.lit(SOURCE).alias("_shard_id"),
        number.alias("_sequence_number"),
        F.col("came._arrival_ts").alias("_arrival_ts"),
        F.year("order_date").alias("year"),
        F.month("order_date").alias("month"),
        F.dayofmonth("order_date").alias("day"),
    ]


def _country() -> Column:
    countries = F.create_map(*[F.lit(value) for pair in COUNTRIES.items() for value in pair])
    return F.coalesce(countries[F.col("territory_key").cast("int")], F.lit(NO_COUNTRY))


def _prices(products: DataFrame) -> DataFrame:
    """What a product cost ``since`` (null: ever) ``until`` (null: now), one row for each change."""
    of_product = Window.partitionBy("product_key").orderBy(*CAME)
    said = F.struct("sku", "product_name", "unit_price")
    number = F.row_number().over(of_product)
    is_change = (F.col("number") == 1) | ~F.col("said").eqNullSafe(F.col("said_before"))
    changes = (
        products.withColumns({"number": number, "said": said, "said_before": F.lag(said).over(of_product)})
        .where(is_change)
        .withColumn("until", F.lead("_arrival_ts").over(of_product))
    )
    is_first = F.col("number") == 1
    since = F.when(~is_first, F.col("_arrival_ts"))
    return changes.select("product_key", "sku", "product_name", "unit_price", since.alias("since"), "until")
