"""Orders as the real etl_processor stores them, in folders instead of buckets, and runs of the job over them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from contracts import load_contract, runtime_document
from etl_processor.batch import BatchProcessor
from etl_processor.datasets import load_contracts
from lib import table_contract
from lib.order_run import OrderRun, OrderStats, bring_up_to_date
from lib.parquet_table import ParquetTable
from lib.published_table import PublishedTable, Run
from lib.received import Received
from local.lake.folder_objects import FolderObjects
from shared.runtime_contract import Contract as RuntimeContract
from shared.runtime_contract import load_contract as load_runtime
from shared.table_object import TableFormat
from tests.unit.etl_processor.etl_events import DATASETS, KEY, SHARD, Document, batch_of, encoded, entry, order

ERP = ("erp_sales", "erp_products")
NOON = 1_291_204_800.0  # 2010-12-01 12:00 UTC
Rows = list[dict[str, Any]]


def sent(number: int, sequence: int, *, shard: str = SHARD, arrival: float = NOON, **changes: Any) -> Document:
    """The record of an order as the stream delivers it."""
    return entry(encoded(order(number, **changes)), sequence, shard=shard, arrival=arrival)


def product(key: int, price: str, *, came: int = 0) -> dict[str, Any]:
    """One row of the ERP's catalogue, as `ReceivedOrders.deliver_file` takes it; ``came`` counts milliseconds."""
    amount = int(Decimal(price) * 10_000)
    names = {"sku": f"SKU-{key}", "product_name": f"Product {key}"}
    return {"product_key": key, **names, "unit_cost": 1, "unit_price": amount, **_origin(f"p{came}", key, came)}


def sale(number: int, *, line: int = 1, came: int = 1, **changes: Any) -> dict[str, Any]:
    """One line of the ERP's sales: two of product 7, on 2010-12-01, to Australia."""
    row = {
        "order_number": f"SO{number}",
        "order_line": line,
        "order_date": 14_944,
        "product_key": 7,
        "customer_key": 11_000,
        "territory_key": 9,
        "quantity": 2,
        **_origin(f"s{came}", number * 10 + line, came),
    }
    return row | changes


def _origin(file: str, line: int, came: int) -> dict[str, Any]:
    arrived = int(NOON * 1_000_000) + came * 1_000
    return {"_source_file": f"erp/{file}.csv", "_source_line": line, "_file_sha256": file, "_arrival_ts": arrived}


@dataclass(kw_only=True)
class ReceivedOrders:
    """A lake of orders. ``open_table`` may be replaced to make publishing fail."""

    spark: SparkSession
    folder: Path
    open_table: Callable[[str], PublishedTable] = field(init=False)

    def __post_init__(self) -> None:
        self.silver, self.quarantine = (FolderObjects(self.folder / zone) for zone in ("silver", "quarantine"))
        packed = self.folder / "contracts"
        packed.mkdir(parents=True)
        for name in (*DATASETS, *ERP):
            (packed / f"{name}.json").write_bytes(runtime_document(load_contract(name)))
        self._packed = packed
        self._processor = BatchProcessor(load_contracts(packed), KEY)
        self.open_table = self.published
        self._runs = 0

    def deliver(self, records: Iterable[Document | bytes], *, without: Sequence[str] = ()) -> list[str]:
        """One batch, as the function stores it; ``without`` are tables it does not get to. The keys written."""
        result = self._processor.process(batch_of(records))
        written = []
        for item in result.objects:
            if item.table not in without:
                (self.silver if item.zone == "silver" else self.quarantine).write(item.key, item.body)
                written.append(item.key)
        return written

    def deliver_file(self, table: str, name: str, rows: Sequence[dict[str, Any]], *, partition: str = "") -> str:
        """Rows of a file as the data_validator stores them: days and microseconds since 1970, units of an amount."""
        contract: RuntimeContract = load_runtime(self._packed, table)
        columns = [column.name for column in contract.data_columns]
        writer = TableFormat(contract, columns=columns, distinct=())
        body = writer.parquet({name: writer.array(name, [row.get(name) for row in rows]) for name in columns})
        key = f"{table}/{partition}{name}-00000.parquet"
        self.silver.write(key, body)
        return key

    def published(self, name: str) -> ParquetTable:
        return ParquetTable(table_contract.load_contract(name), objects=self.silver)

    def run(
        self,
        *dates: date,
        window_days: int = 7,
        max_unreadable_percent: int = 5,
    ) -> OrderStats:
        """One run of the job."""
        self._runs += 1
        this = OrderRun(
            spark=self.spark,
            run=Run(job="order_etl", run_id=f"run-{self._runs}"),
            open_table=self.open_table,
            silver=self.silver,
            quarantine=self.quarantine,
            window_days=window_days,
            max_unreadable_percent=max_unreadable_percent,
            dates=dates or None,
        )
        return bring_up_to_date(this)

    def rows(self, name: str) -> Rows:
        """A published table, sorted."""
        found = [row.asDict() for row in self.published(name).read(self.spark).collect()]
        return sorted(found, key=lambda row: (row["event_id"], row.get("line_number", 0)))

    def ids(self) -> list[str]:
        """Of the published orders, one for each row."""
        return [row["event_id"] for row in self.rows("orders")]

    def everything(self) -> tuple[Rows, Rows, list[tuple[str, str]]]:
        """All that a reader sees of orders."""
        return self.rows("orders"), self.rows("order_items"), self.refused()

    def rewrite(self, key: str, *columns: str) -> None:
        """The same rows with other columns, in SQL."""
        staged = self.folder / "rewritten"
        rows = self.spark.read.parquet(self.silver.url(key))
        kept = [name for name in rows.columns if f"({name})" not in columns[0]]
        rows.selectExpr(*kept, *columns[1:]).coalesce(1).write.mode("overwrite").parquet(str(staged))
        (part,) = staged.glob("*.parquet")
        self.silver.write(key, part.read_bytes())

    def refused(self) -> list[tuple[str, str]]:
        """What stands in quarantine as a conflict: event_id and sequence number, one for each row."""
        contract = table_contract.load_contract("quarantine")
        received = Received(contract=contract, objects=self.quarantine, folder="quarantine/events/")
        found = received.rows(self.spark, received.listed()).where("reason = 'event_id_conflict'").collect()
        return sorted((row["record_id"], row["_sequence_number"]) for row in found)
