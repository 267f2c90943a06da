"""One side of `bench.spark_orders`, in a process of its own: ``python -m bench.orders_side <side> <received> <out>``.

``glue_scripts`` and the package of contracts are on the path, as on Glue. Out: one line of JSON with the seconds of the
work, without the start of Spark, and the rows that were written.
"""

# ruff: noqa: S608  places of our own making

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from pyspark import SparkContext
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812

from lib.common import spark_session
from lib.deduplication import winners
from lib.gold_product_performance import product_performance
from lib.parquet_table import ParquetTable
from lib.published_table import Run, rebalanced
from lib.quality import audit_of
from lib.table_contract import load_contract
from local.lake.folder_objects import FolderObjects

DAY = ("year", "month", "day")
MEMORY = "6GB"
WINDOW_DAYS = 7


def ours(received: Path, out: Path) -> Callable[[], None]:
    """The job's own way: schema of the contract, its deduplication, rows brought together by day before writing."""
    spark, contract = spark_session("bench"), load_contract("orders")

    def work() -> None:
        rows = spark.read.schema(contract.received_schema).parquet(str(received))
        exact = winners(rows, window_days=WINDOW_DAYS).select(*contract.schema.names)
        rebalanced(exact, DAY).write.partitionBy(*DAY).parquet(str(out))

    return work


def published(received: Path, out: Path) -> Callable[[], None]:
    """Ours, and what else the job does with such rows: read again, held against the rules, committed at once."""
    spark, contract = spark_session("bench"), load_contract("orders")
    table = ParquetTable(contract, objects=FolderObjects(out))

    def work() -> None:
        rows = spark.read.schema(contract.received_schema).parquet(str(received))
        exact = winners(rows, window_days=WINDOW_DAYS).select(*contract.schema.names)
        table.publish(exact, partitions=None, run=Run(job="bench"), audit=audit_of(contract))

    return work


def plain(received: Path, out: Path) -> Callable[[], None]:
    """As most would write it first: the schema inferred, one window, nothing set."""
    spark = SparkSession.builder.appName("bench").getOrCreate()

    def work() -> None:
        rows = spark.read.parquet(str(received))
        place = F.row_number().over(Window.partitionBy("event_id").orderBy("_arrival_ts"))
        exact = rows.withColumn("place", place).where("place = 1").drop("place", "hour")
        exact.write.partitionBy(*DAY).parquet(str(out))

    return work


def duck(received: Path, out: Path) -> Callable[[], None]:
    """DuckDB on the same files: what one machine can do without a cluster's ways."""

    def work() -> None:
        with duckdb.connect(config={"threads": 2, "memory_limit": MEMORY}) as connection:
            connection.execute(
                f"""COPY (SELECT * EXCLUDE hour FROM read_parquet('{received}/**/*.parquet', hive_partitioning = true)
                    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY _arrival_ts) = 1)
                TO '{out}' (FORMAT parquet, PARTITION_BY (year, month, day), COMPRESSION zstd)"""
            )

    return work


def products(received: Path, out: Path) -> Callable[[], None]:
    """What gold says of products, to see what it costs if nearly all rows are one product's."""
    spark, contract = spark_session("bench"), load_contract("order_items")

    def work() -> None:
        items = spark.read.schema(contract.received_schema).parquet(str(received))
        product_performance(items.select(*contract.schema.names)).write.parquet(str(out))

    return work


SIDES = {"ours": ours, "published": published, "plain": plain, "duckdb": duck, "products": products}


def _end_spark() -> None:
    """Waits for Spark's process, or its seconds of the processor would be nobody's."""
    if context := SparkContext._active_spark_context:
        gateway: Any = context._gateway
        process: subprocess.Popen[bytes] = gateway.proc
        context.stop()
        gateway.shutdown()
        if process.stdin:
            process.stdin.close()
        process.wait()


def main() -> None:
    side, received, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    work = SIDES[side](received, out)
    started = time.monotonic()
    work()
    seconds = time.monotonic() - started
    _end_spark()
    written = duckdb.sql(f"SELECT count(*) FROM read_parquet('{out}/**/*.parquet')").fetchall()[0][0]
    print(json.dumps({"seconds": seconds, "rows": written}))


if __name__ == "__main__":
    main()
