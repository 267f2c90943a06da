"""A small table of its own for the tests of publishing: its contract, rows of it, and audits that pass or do not."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from pyspark.sql import DataFrame, SparkSession

from lib.published_table import Run
from lib.quality import RuleResult, Verdict
from lib.table_contract import TableColumn, TableContract

SALES = TableContract(
    name="sales",
    version="1.0.0",
    zone="silver",
    columns=(
        TableColumn(name="sale_id", type="string", required=True),
        TableColumn(name="units", type="int", required=True),
        TableColumn(name="amount", type="decimal(18,4)", required=False),
        TableColumn(name="sold_at", type="timestamp", required=True),
    ),
    partitions=(
        TableColumn(name="year", type="int", required=True),
        TableColumn(name="month", type="int", required=True),
    ),
    received_partitions=(),
    keys=("sale_id",),
    ruleset="",
)
Month = tuple[int, int]
MARCH: Month = (2026, 3)
APRIL: Month = (2026, 4)
Row = tuple[object, ...]


def sale(number: int, partition: Month = MARCH, *, units: int | None = 1, day: int = 1) -> Row:
    """One row of `SALES`."""
    moment = datetime(*partition, day, 2, 30, number % 60, 123_000)  # noqa: DTZ001  UTC, as Spark gives it
    return (f"S{number:06}", units, Decimal(number) / 4, moment, *partition)


def rows_of(spark: SparkSession, rows: Sequence[Row], contract: TableContract = SALES) -> DataFrame:
    return spark.createDataFrame(list(rows), contract.schema)


def stored(rows: DataFrame) -> list[Row]:
    """All rows, in no particular order made particular."""
    return sorted((tuple(row) for row in rows.collect()), key=repr)


def run(number: int = 1, *, job: str = "sales_etl") -> Run:
    return Run(job=job, run_id=f"run-{number}")


def passes(_: DataFrame) -> Verdict:
    """An audit."""
    return Verdict(results=(RuleResult(rule="RowCount >= 0", passed=True),))


def fails(_: DataFrame) -> Verdict:
    """An audit."""
    return Verdict(results=(RuleResult(rule='IsUnique "sale_id"', passed=False, reason="1 twice"),))
