"""A captured table merged in many orders of delivery at once: the number of an order is a part of its key.

In: the files of a table. Out: how its state differs, over all orders, from what it should be, after rows came in
portions at random, some of them twice.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.captured_table import CapturedTable
from lib.change_merge import as_events, ends_in, events_of, history_of, in_silvers_words, state_of
from lib.table_contract import TableColumn
from lib.tokens import with_tokens
from tests.support.captured_rows import masking_key

ORDERS, PORTIONS = 100, 5
# What tests of ten rows go without: here they are millions.
FOR_MANY_ROWS = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How many rows one order should come to, and how many of all orders are on one side only."""

    rows: int
    only_merged: int
    only_expected: int


def session_for_many_rows(spark: SparkSession) -> SparkSession:
    """Another session of the same Spark."""
    session = spark.newSession()
    for name, value in FOR_MANY_ROWS.items():
        session.conf.set(name, value)
    return session


def merged_in_all_orders(plain: CapturedTable, *, files: DataFrame, expected: DataFrame, folder: Path) -> Difference:
    """Every row of ``files`` comes to each order at a time of its own; ``folder`` is for what is published between."""
    spark, table = files.sparkSession, _with_order(plain)
    orders = spark.range(ORDERS).select(F.col("id").cast("int").alias("_order"))
    rows = with_tokens(in_silvers_words(files, plain), plain.kinds, masking_key)
    delivered = _kept(_delivered(rows, orders), folder / "delivered")
    state: DataFrame = spark.createDataFrame([], table.state.schema)
    history: DataFrame = spark.createDataFrame([], table.changes.schema)
    for number in range(PORTIONS):
        # Some come with two portions.
        is_new = F.col("_portion").isin(number, (number * 3) % PORTIONS)
        new = delivered.where(is_new).select(*(column.name for column in table.changes.columns))
        history = history_of(history.select(*new.columns).unionByName(new), table)
        events = as_events(state, table).unionByName(events_of(new, table))
        ends = ends_in(history, table, after=None)
        state = state_of(events.unionByName(ends), table, parts=1)
        state, history = _kept(state, folder / f"state{number}"), _kept(history, folder / f"history{number}")
    wanted = expected.crossJoin(orders).select("_order", *plain.names)
    found = state.select("_order", *plain.names)
    return Difference(
        rows=expected.count(),
        only_merged=found.exceptAll(wanted).count(),
        only_expected=wanted.exceptAll(found).count(),
    )


def _with_order(table: CapturedTable) -> CapturedTable:
    order = TableColumn(name="_order", type="int", required=True)
    before = TableColumn(name="_old__order", type="int", required=False)
    state = replace(table.state, columns=(order, *table.state.columns), keys=("_order", *table.keys))
    changes = replace(table.changes, columns=(*table.changes.columns, order, before))
    return CapturedTable(state=state, changes=changes)


def _delivered(rows: DataFrame, orders: DataFrame) -> DataFrame:
    """Each row for each order, with the portion in which it comes; the numbers of changes are an order's own."""
    portion = F.pmod(F.xxhash64("_order", *rows.columns), F.lit(PORTIONS))
    own_number = F.concat("_change_seq", F.lpad(F.col("_order").cast("string"), 3, "0"))
    of_all = rows.crossJoin(orders).withColumn("_old__order", F.col("_order")).withColumn("_portion", portion)
    return of_all.withColumn("_change_seq", own_number)


def _kept(rows: DataFrame, place: Path) -> DataFrame:
    """Cut from what it was made of, as a published table is."""
    rows.write.parquet(str(place))
    return rows.sparkSession.read.schema(rows.schema).parquet(str(place))
