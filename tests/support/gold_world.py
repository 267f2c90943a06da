"""Silver and gold as folders: events of orders are published to silver, the job runs, and gold's rows are looked at."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from gold_etl import publish_all
from lib.gold_publishing import GoldRun
from lib.gold_tables import GOLD_TABLES, GoldTable
from lib.parquet_table import ParquetTable
from lib.published_table import Partition, Run
from lib.quality import audit_of
from lib.table_contract import load_contract
from local.lake.folder_objects import FolderObjects

Line = tuple[str, int, str]
Values = Mapping[str, object]
ONE_LINE: tuple[Line, ...] = (("85123A", 6, "2.55"),)


@dataclass(frozen=True, kw_only=True)
class OrderEvent:
    """What the shop says of an order; ``lines`` are stock code, quantity, price."""

    order_id: str
    at: str = "2011-01-05T10:00:00"
    event_type: str = "order_placed"
    customer_id: str | None = "17850"
    country: str = "United Kingdom"
    currency: str = "GBP"
    lines: Sequence[Line] = ONE_LINE
    descriptions: Mapping[str, str] = field(default_factory=dict)
    shard: str = "shardId-000000000000"

    @property
    def event_id(self) -> str:
        return f"{self.event_type}-{self.order_id}-{self.at}"

    @property
    def order_row(self) -> dict[str, object]:
        return self._shared | {
            "customer_id": self.customer_id,
            "country": self.country,
            "item_count": len(self.lines),
            "units": sum(quantity for _, quantity, _ in self.lines),
            "total_amount": sum((quantity * Decimal(price) for _, quantity, price in self.lines), Decimal(0)),
            "schema_version": "1.0",
            "late": False,
        }

    @property
    def item_rows(self) -> list[dict[str, object]]:
        return [
            self._shared
            | {
                "line_number": number,
                "stock_code": code,
                "description": self.descriptions.get(code),
                "quantity": quantity,
                "unit_price": Decimal(price),
                "line_amount": quantity * Decimal(price),
            }
            for number, (code, quantity, price) in enumerate(self.lines, start=1)
        ]

    @property
    def _shared(self) -> dict[str, object]:
        moment = datetime.fromisoformat(self.at)
        return {
            "event_id": self.event_id,
            "event_type": self.event_type,
            "order_id": self.order_id,
            "occurred_at": moment,
            "currency": self.currency,
            "_shard_id": self.shard,
            "_sequence_number": self.event_id,
            "_arrival_ts": moment,
            "year": moment.year,
            "month": moment.month,
            "day": moment.day,
        }


def frame(spark: SparkSession, contract: str, rows: Iterable[Values]) -> DataFrame:
    """Rows of a published table; columns that are not named are null."""
    schema = load_contract(contract).schema
    return spark.createDataFrame([tuple(row.get(name) for name in schema.names) for row in rows], schema)


def orders(spark: SparkSession, *events: OrderEvent) -> DataFrame:
    return frame(spark, "orders", [event.order_row for event in events])


def order_items(spark: SparkSession, *events: OrderEvent) -> DataFrame:
    return frame(spark, "order_items", [row for event in events for row in event.item_rows])


def dicts(rows: DataFrame) -> list[dict[str, Any]]:
    """The rows in an order of their own."""
    return sorted((row.asDict() for row in rows.collect()), key=lambda row: str(list(row.values())))


@dataclass(frozen=True, kw_only=True)
class GoldWorld:
    """Both zones below ``folder``."""

    spark: SparkSession
    folder: Path
    told: list[tuple[str, Mapping[str, int]]] = field(default_factory=list)

    def objects(self, zone: str) -> FolderObjects:
        return FolderObjects(self.folder / zone)

    def table(self, name: str) -> ParquetTable:
        contract = load_contract(name)
        return ParquetTable(contract, objects=self.objects(contract.zone))

    def publish(self, name: str, rows: DataFrame, *, partitions: Collection[Partition] | None = None) -> None:
        """Replaces these partitions, or those that occur in the rows."""
        table = self.table(name)
        table.publish(rows, partitions=partitions, run=Run(job="silver"), audit=audit_of(table.contract))

    def publish_orders(self, *events: OrderEvent) -> None:
        """These are all events of their days."""
        self.publish("orders", orders(self.spark, *events))
        self.publish("order_items", order_items(self.spark, *events))

    def run(self, *, dates: Collection[date] | None = None, tables: tuple[GoldTable, ...] = GOLD_TABLES) -> None:
        this = GoldRun(
            spark=self.spark,
            run=Run(job="gold_etl"),
            open_table=self.table,
            gold=self.objects("gold"),
            dates=dates,
        )
        publish_all(this, tell=lambda _, name, values: self.told.append((name, values)), tables=tables)

    def rows(self, name: str) -> list[dict[str, Any]]:
        return dicts(self.table(name).read(self.spark))

    def digests(self) -> dict[str, str]:
        """What each gold table holds, in whatever order its rows are stored."""
        return {table.name: sha256(repr(self.rows(table.name)).encode()).hexdigest() for table in GOLD_TABLES}

    def versions(self) -> dict[str, Mapping[Any, str]]:
        return {table.name: self.table(table.name).versions() for table in GOLD_TABLES}
