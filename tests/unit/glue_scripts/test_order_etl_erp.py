"""What do the ERP's orders look like among those of the stream, and what do they cost?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from lib.erp_orders import digests, erp_items, erp_lines, erp_orders, waiting
from lib.table_contract import load_contract

DAY = date(2015, 1, 1)
START = datetime(2015, 1, 1, tzinfo=UTC)
SALES = (
    "order_number string, order_line int, order_date date, product_key bigint, customer_key bigint, territory_key "
    "bigint, quantity int, _file_sha256 string, _source_line int, _arrival_ts timestamp"
)
PRODUCTS = (
    "product_key bigint, sku string, product_name string, unit_price decimal(18,4), _file_sha256 string, "
    "_source_line int, _arrival_ts timestamp"
)
Row = tuple[Any, ...]


def sale(order: str, line: int, *, product: int = 7, quantity: int = 1, came: int = 0, territory: int = 1) -> Row:
    """``came`` counts days; it names the file."""
    return (order, line, DAY, product, 11, territory, quantity, f"f{came}", line, START + timedelta(days=came))


def product(key: int, price: str, *, came: int) -> Row:
    return (key, f"SKU-{key}", f"Product {key}", Decimal(price), f"p{came}", key, START + timedelta(days=came))


def lines_of(spark: SparkSession, sales: Sequence[Row], products: Sequence[Row]) -> DataFrame:
    return erp_lines(spark.createDataFrame(list(sales), SALES), spark.createDataFrame(list(products), PRODUCTS))


def orders_of(spark: SparkSession, sales: Sequence[Row], products: Sequence[Row]) -> dict[str, Any]:
    found = erp_orders(lines_of(spark, sales, products), load_contract("orders")).collect()
    return {row["order_id"]: row for row in found}


def test_a_line_costs_what_the_last_catalogue_before_it_said(spark: SparkSession) -> None:
    products = [
        product(7, "1", came=10),
        product(7, "1", came=20),
        product(7, "2", came=30),
        product(7, "3", came=40),
        product(8, "9", came=40),
    ]
    sales = [sale(f"SO{came}", 1, came=came) for came in (5, 10, 25, 30, 39, 41)]
    sales.append(sale("SO8", 1, product=8, came=5))
    found = orders_of(spark, sales, products)
    totals = {order: int(row["total_amount"]) for order, row in found.items()}
    assert totals == {"SO5": 1, "SO10": 1, "SO25": 1, "SO30": 2, "SO39": 2, "SO41": 3, "SO8": 9}


def test_an_order_is_known_by_its_first_line_and_says_what_its_lines_say(spark: SparkSession) -> None:
    sales = [sale("SO1", 2, quantity=3), sale("SO1", 1, territory=10), sale("SO1", 2, quantity=4, came=50)]
    lines = lines_of(spark, sales, [product(7, "1.25", came=0)])
    (order,) = erp_orders(lines, load_contract("orders")).collect()
    assert (order["event_id"], order["_shard_id"], order["_sequence_number"]) == ("erp:SO1", "erp_sales", "f0:1")
    assert (order["item_count"], order["units"], order["total_amount"]) == (2, 5, Decimal("6.2500"))
    assert (order["country"], order["currency"], order["customer_id"]) == ("United Kingdom", "USD", "11")
    assert (order["late"], order["year"], order["month"], order["day"]) == (False, 2015, 1, 1)
    items = erp_items(lines, load_contract("order_items")).orderBy("line_number").collect()
    assert [(item["quantity"], item["line_amount"]) for item in items] == [(1, Decimal("1.25")), (4, Decimal(5))]
    assert {(item["_sequence_number"], item["_arrival_ts"]) for item in items} == {("f0:1", order["_arrival_ts"])}


def test_a_territory_is_in_a_country(spark: SparkSession) -> None:
    sales = [sale(f"SO{territory}", 1, territory=territory, came=31) for territory in (1, 6, 11)]
    found = orders_of(spark, sales, [product(7, "1", came=0)])
    countries = {order: (row["country"], row["late"]) for order, row in found.items()}
    assert countries == {"SO1": ("United States", True), "SO6": ("Canada", True), "SO11": ("Unspecified", True)}


def test_an_order_with_an_unknown_product_waits_whole(spark: SparkSession) -> None:
    sales = [sale("SO1", 1), sale("SO1", 2, product=99), sale("SO2", 1)]
    lines = lines_of(spark, sales, [product(7, "1", came=0)])
    assert [row["order_number"] for row in waiting(lines).collect()] == ["SO1"]
    assert [row["order_id"] for row in erp_items(lines, load_contract("order_items")).collect()] == ["SO2"]


def test_the_digest_of_a_date_changes_with_its_rows_only(spark: SparkSession) -> None:
    catalogue = [product(7, "1", came=0)]

    def digest(sales: Sequence[Row]) -> list[Row]:
        lines = lines_of(spark, sales, catalogue)
        orders, items = erp_orders(lines, load_contract("orders")), erp_items(lines, load_contract("order_items"))
        return [tuple(row) for row in digests(orders, items).collect()]

    first = [sale("SO1", 1), sale("SO2", 1)]
    assert digest(first) == digest(first[::-1]) == digest([*first, sale("SO1", 1, came=-1)])
    assert digest(first) != digest([sale("SO1", 1, quantity=2), sale("SO2", 1)])
