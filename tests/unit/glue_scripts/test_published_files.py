"""The files that a publish leaves: the contract's columns, of its types, in its order, and what a broken rule does."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession

from contracts import load_contracts
from contracts.captured_tables import captured_contracts
from lib.parquet_table import ParquetTable
from lib.published_table import PublishedTable, QualityError, Run
from lib.quality import audit_of
from lib.table_contract import TableColumn, TableContract
from lib.table_contract import load_contract as load_shipped
from local.lake.folder_objects import FolderObjects
from tests.support.sales_table import passes
from tests.support.table_types import of_contract, of_parquet

PUBLISHED = {name: contract for name, contract in load_contracts().items() if contract.is_published}
CAPTURED = captured_contracts()
BY_TYPES = {frozenset(column.type for column in CAPTURED[name].data_columns): name for name in CAPTURED}
# Of the captured tables one for each set of types.
PUBLISHED |= {name: CAPTURED[name] for name in BY_TYPES.values()}
VALUES: dict[str, Any] = {
    "string": "x",
    "boolean": True,
    "int": 3,
    "bigint": 3,
    "double": 0.5,
    "date": date(2026, 3, 1),
    "timestamp": datetime(2026, 3, 1, 12, tzinfo=UTC),
}
# A row of orders that keeps every rule.
ORDER = {"event_id": "order_placed-1", "event_type": "order_placed", "year": 2026, "month": 3, "day": 1}
Row = dict[str, Any]


def value(column: TableColumn) -> Any:
    return Decimal("1.5") if column.type.startswith("decimal") else VALUES[column.type]


def row(contract: TableContract, **values: Any) -> Row:
    return {column.name: value(column) for column in (*contract.columns, *contract.partitions)} | values


def frame(spark: SparkSession, contract: TableContract, *rows: Row) -> DataFrame:
    return spark.createDataFrame([tuple(found.values()) for found in rows], contract.schema)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_file_has_the_contracts_columns(name: str, spark: SparkSession, tmp_path: Path) -> None:
    contract = load_shipped(name)
    table = ParquetTable(contract, objects=FolderObjects(tmp_path))
    table.publish(frame(spark, contract, row(contract)), partitions=None, run=Run(job="tests"), audit=passes)
    (written,) = tmp_path.rglob("*.parquet")
    assert of_parquet(written.read_bytes()) == of_contract(PUBLISHED[name].data_columns)
    # Of INT96, which Spark wrote of old, nanoseconds are read.
    units = {field.type.unit for field in pq.read_schema(written) if pa.types.is_timestamp(field.type)}
    assert units <= {"us"}


@pytest.mark.parametrize(
    ("planted", "broken"),
    [
        ([{"currency": None}], 'IsComplete "currency"'),
        ([{}, {}], 'IsPrimaryKey "event_id"'),
        ([{"event_type": "order_eaten"}], 'ColumnValues "event_type" in'),
        ([{"year": 1999}], 'ColumnValues "year" >= 2000'),
    ],
)
def test_rows_that_break_a_rule_of_the_contract_leave_the_version_before(
    planted: list[Row],
    broken: str,
    spark: SparkSession,
    open_table: Callable[[TableContract], PublishedTable],
) -> None:
    contract = load_shipped("orders")
    good = frame(spark, contract, row(contract, **ORDER))
    open_table(contract).publish(good, partitions=None, run=Run(job="tests"), audit=audit_of(contract))
    before = open_table(contract)
    rows = [row(contract, **(ORDER | {"event_id": "order_placed-3"} | change)) for change in planted]
    with pytest.raises(QualityError, match="Nothing published") as raised:
        before.publish(frame(spark, contract, *rows), partitions=None, run=Run(job="tests"), audit=audit_of(contract))
    failed = [result for result in raised.value.verdict.results if not result.passed]
    assert [result.rule.startswith(broken) for result in failed] == [True]
    after = open_table(contract)
    assert after.versions() == before.versions()
    assert [found["event_id"] for found in after.read(spark).collect()] == ["order_placed-1"]
