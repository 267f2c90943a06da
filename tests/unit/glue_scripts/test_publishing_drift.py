"""A contract that changed after rows were published, in both formats."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pyspark.sql import SparkSession

from lib.published_table import PublishedTable
from lib.table_contract import TableColumn, TableContract
from tests.support.sales_table import APRIL, MARCH, SALES, passes, rows_of, run, sale, stored

OpenTable = Callable[[TableContract], PublishedTable]
CHANNEL = TableColumn(name="channel", type="string", required=False)


def retyped(name: str, hive_type: str) -> TableContract:
    """`SALES` with another type of one column."""
    columns = [replace(column, type=hive_type) if column.name == name else column for column in SALES.columns]
    return replace(SALES, columns=tuple(columns), version="2.0.0")


def test_rows_from_before_a_column_have_null_in_it(open_table: OpenTable, spark: SparkSession) -> None:
    wider = replace(SALES, columns=(*SALES.columns, CHANNEL), version="1.1.0")
    open_table(SALES).publish(rows_of(spark, [sale(1)]), partitions=None, run=run(1), audit=passes)
    new = (*sale(2, APRIL)[:4], "web", *APRIL)
    open_table(wider).publish(rows_of(spark, [new], wider), partitions=None, run=run(2), audit=passes)
    table = open_table(wider)
    assert stored(table.read(spark)) == [(*sale(1)[:4], None, *MARCH), new]
    assert table.read(spark).schema == wider.schema


def test_a_column_that_became_wider_keeps_what_was_written(open_table: OpenTable, spark: SparkSession) -> None:
    wider = retyped("units", "bigint")
    open_table(SALES).publish(rows_of(spark, [sale(1, units=7)]), partitions=None, run=run(1), audit=passes)
    new = sale(2, APRIL, units=2**40)
    open_table(wider).publish(rows_of(spark, [new], wider), partitions=None, run=run(2), audit=passes)
    table = open_table(wider)
    assert stored(table.read(spark)) == [sale(1, units=7), new]
    assert table.read(spark).schema == wider.schema


def test_a_type_that_does_not_hold_what_was_written_is_refused(open_table: OpenTable, spark: SparkSession) -> None:
    open_table(SALES).publish(rows_of(spark, [sale(1)]), partitions=None, run=run(1), audit=passes)
    message = r"column amount was written as decimal\(18,4\), and decimal\(18,2\) does not hold every such value"
    with pytest.raises(ValueError, match=message):
        open_table(retyped("amount", "decimal(18,2)")).read(spark)
