"""What orders are made of, and where it lies: lists of objects go in, DataFrames of one run come out."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.compacted import originals
from lib.deduplication import DAY
from lib.erp_orders import SOURCE, digests, erp_items, erp_lines, erp_orders, waiting
from lib.kept_rows import keep
from lib.objects import Objects, StoredObject
from lib.published_table import Partition, PublishedTable
from lib.received import Received, by_date
from lib.table_contract import TableContract, load_contract
from lib.unreadable import examine, too_small

STREAM = ("orders", "order_items")
ERP = ("erp_sales", "erp_products")
TABLES = (*STREAM, *ERP)


@dataclass(frozen=True, kw_only=True)
class OrderSources:
    """The received tables by name and what was listed of each: orders first, so that their lines are there too."""

    tables: Mapping[str, Received]
    listed: Mapping[str, Sequence[StoredObject]]

    def of_days(self, table: str, days: Collection[date]) -> list[StoredObject]:
        """The objects of a table of the stream that belong to these event dates."""
        found = by_date(self.listed[table])
        return [stored for day in sorted(days) for stored in found.get(day, ())]

    def rows(self, spark: SparkSession, table: str, days: Collection[date]) -> DataFrame:
        """What came by the stream, with the published columns."""
        received = self.tables[table]
        return received.rows(spark, self.of_days(table, days)).select(received.contract.schema.names)

    def examined(
        self, spark: SparkSession, days: Collection[date], *, tables: Collection[str] = TABLES
    ) -> "OrderSources":
        """The same without what turns out to be unreadable of what these event dates need."""
        seen = dict(self.tables)
        for name in tables:
            found = [stored for stored in self._read_for(name, days) if stored.key not in seen[name].unreadable]
            examination = examine(spark, seen[name], found)
            seen[name] = seen[name].without(examination.unreadable, examination.narrower)
        return replace(self, tables=seen)

    def faults(self, days: Collection[date]) -> dict[str, list[StoredObject]]:
        """By table the unreadable objects that these event dates would need; no tables without."""
        found = {
            name: [stored for stored in self._read_for(name, days) if stored.key in received.unreadable]
            for name, received in self.tables.items()
        }
        return {name: objects for name, objects in found.items() if objects}

    def needed(self, table: str, days: Collection[date]) -> int:
        """How many objects of the table these event dates need."""
        return len(self._read_for(table, days))

    def _read_for(self, table: str, days: Collection[date]) -> Sequence[StoredObject]:
        return self.of_days(table, days) if table in STREAM else self.listed[table]


@dataclass(frozen=True, kw_only=True)
class ErpOrders:
    """The ERP's orders and their lines, all of them."""

    orders: DataFrame
    items: DataFrame
    lines: DataFrame

    def waiting(self) -> int:
        """How many could not be published yet."""
        return waiting(self.lines).count()


def order_sources(silver: Objects) -> OrderSources:
    """Lists what is there now."""
    tables: dict[str, Received] = {}
    listed: dict[str, Sequence[StoredObject]] = {}
    for name in TABLES:
        received = Received(contract=load_contract(name), objects=silver)
        listed[name] = received.listed()
        tables[name] = received.without(too_small(listed[name]))
    return OrderSources(tables=tables, listed=listed)


def erp(
    spark: SparkSession, sources: OrderSources, orders: TableContract, items: TableContract, kept: ExitStack
) -> ErpOrders | None:
    """The ERP's orders, computed once and kept; None if it has delivered none."""
    if not sources.listed["erp_sales"]:
        return None
    sales, products = (sources.tables[name].rows(spark, sources.listed[name]) for name in ERP)
    lines = keep(erp_lines(sales, products), kept)
    return ErpOrders(orders=erp_orders(lines, orders), items=erp_items(lines, items), lines=lines)


def inputs(silver: Objects, sources: OrderSources, from_erp: ErpOrders | None) -> dict[Partition, list[StoredObject]]:
    """What each event date is made of. Of the ERP's rows a digest: files do not say which dates they change."""
    found: dict[Partition, list[StoredObject]] = {}
    for name in STREAM:
        for day, objects in by_date(originals(silver, sources.listed[name])).items():
            found.setdefault((day.year, day.month, day.day), []).extend(objects)
    if from_erp:
        for row in digests(from_erp.orders, from_erp.items).collect():
            digest = StoredObject(key="erp", size=row["rows"], etag=row["sum"])
            found.setdefault(tuple(row[name] for name in DAY), []).append(digest)
    return found


def days_without_source(
    spark: SparkSession, orders: PublishedTable, made_of: Mapping[Partition, Collection[StoredObject]]
) -> set[date]:
    """Published event dates from which the ERP has moved its orders, and nothing else was there.

    One whose objects of the stream are gone keeps its rows: they were deleted, the orders were not.
    """
    gone = set(orders.partitions()) - set(made_of)
    if not gone:
        return set()
    came_by_stream = F.col("_shard_id") != SOURCE
    kept = orders.read(spark, gone).where(came_by_stream).select(*DAY).distinct().collect()
    return days_of(gone) - days_of([tuple(row) for row in kept])


def days_of(partitions: Collection[Partition]) -> set[date]:
    """The event dates."""
    return {date(*map(int, partition)) for partition in partitions}


def partitions_of(days: Collection[date]) -> list[Partition]:
    """The partitions of these event dates, in order."""
    return [(day.year, day.month, day.day) for day in sorted(days)]


def near(days: Collection[date], *, window_days: int) -> set[date]:
    """The dates at most so many days away, without ``days`` themselves."""
    steps = range(-window_days, window_days + 1)
    return {day + timedelta(days=step) for day in days for step in steps} - set(days)


def only(rows: DataFrame, days: Collection[date]) -> DataFrame:
    """The rows of these event dates."""
    return rows.where(F.make_date(*DAY).isin(sorted(days)))
