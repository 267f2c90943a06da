"""Does the merge come to the tables of a real database, from what was captured while they were loaded and changed?"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from cdc_merge import merge_all
from contracts.captured_tables import CAPTURED
from lib.captured_table import CapturedTable, captured_tables
from lib.change_merge import as_events, ends_in, events_of, history_of, in_silvers_words, state_of
from lib.change_run import ChangeRun
from lib.common import Run
from lib.parquet_table import ParquetTable
from lib.table_contract import TableColumn
from local.change_capture.contracts import contracts_of
from local.embedded_aws import down, up
from local.shop_database import ShopDatabase, start, stop
from local.shop_database.scripts import load, scripts_in
from tests.support.captured_rows import masking_key
from tests.support.captured_shop import SCHEMAS, CapturedShop, capture
from tests.support.folder_objects import FolderObjects

CHANGES = 20_000
# Merged twice, once from half of their files. All of them would take minutes more and tell no more.
BY_HALVES = ("chinook_invoice_line", "sakila_customer", "sakila_payment", "sakila_store")
ORDERS, PORTIONS = 100, 5
# A small one, one of an ordinary size, one whose key is two columns.
IN_ALL_ORDERS = ("sakila.store", "Chinook.InvoiceLine", "sakila.film_category")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Iterator[ShopDatabase]:
    work_dir = tmp_path_factory.mktemp("shop")
    database = start(work_dir)
    load(database, scripts_in(real_data))
    yield database
    stop(work_dir)


@pytest.fixture(scope="module")
def captured(database: ShopDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CapturedShop]:
    work_dir = tmp_path_factory.mktemp("capture")
    aws = up(work_dir, companion=None)
    try:
        yield capture(database, aws, work_dir, tmp_path_factory.mktemp("captured"), changes=CHANGES)
    finally:
        down(work_dir)


@pytest.fixture(scope="module")
def merged(spark: SparkSession, captured: CapturedShop, tmp_path_factory: pytest.TempPathFactory) -> ChangeRun:
    """Half of the files at random, some tables merged; then the others, and every file once more under another name."""
    folder = tmp_path_factory.mktemp("lake")
    bronze, silver = FolderObjects(folder / "bronze"), FolderObjects(folder / "silver")
    tables = captured_tables(list(SCHEMAS))
    contracts = {contract.name: contract for table in tables for contract in (table.state, table.changes)}
    run = ChangeRun(
        spark=spark,
        bronze=bronze,
        silver=silver,
        open_table=lambda name: ParquetTable(contracts[name], objects=silver),
        key=masking_key,
        run=Run(job="cdc_merge"),
        parts={"sakila_payment": 3},
    )
    files = captured.files()
    random.Random(1).shuffle(files)  # noqa: S311  nothing secret
    half = len(files) // 2
    captured.deliver(files[:half], bronze.folder)
    assert merge_all(run, [table for table in tables if table.state.name in BY_HALVES]) == []
    captured.deliver(files[half:], bronze.folder)
    captured.deliver(files, bronze.folder, again=True)
    assert merge_all(replace(run, run=Run(job="cdc_merge")), tables) == []
    return run


def test_the_contracts_are_what_the_source_says(database: ShopDatabase) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in CAPTURED.glob("*")}
    assert written == contracts_of(database), "write them with `python -m local.change_capture.contracts DATA`"


def test_each_table_is_the_sources_row_for_row(merged: ChangeRun, captured: CapturedShop) -> None:
    tables = captured_tables(list(SCHEMAS))
    assert len(tables) == 27
    rows = 0
    for table in tables:
        found = merged.open_table(table.state.name).read(merged.spark).select(*table.names).collect()
        here, there = Counter(tuple(row) for row in found), captured.rows(table)
        assert (here - there, there - here) == (Counter(), Counter()), table.source
        rows += len(found)
    assert rows > 40_000


def test_the_history_has_every_change_once(merged: ChangeRun, captured: CapturedShop) -> None:
    for table in captured_tables(list(SCHEMAS)):
        numbers = captured.numbers(table)
        history = merged.open_table(table.changes.name).read(merged.spark).select("_change_seq").collect()
        assert len(history) == len(numbers), table.source
        assert {row[0] for row in history} == numbers


def test_no_personal_data_is_in_what_was_published(merged: ChangeRun, captured: CapturedShop) -> None:
    clear = pq.read_table(captured.folder / "cdc" / "sakila" / "customer" / "LOAD00000001.parquet")
    texts = [*clear.column("email").to_pylist(), *clear.column("last_name").to_pylist()]
    # Changes race with the load, and some leave no address: its null has a null for a token.
    personal = {text for text in texts if text is not None}
    assert len(personal) > 200
    for name in ("sakila_customer", "sakila_customer_changes"):
        rows = merged.open_table(name).read(merged.spark).collect()
        assert rows
        assert personal & {value for row in rows for value in row} == set()


def in_orders(table: CapturedTable) -> CapturedTable:
    """The table with the number of an order of delivery in its key: all orders are merged at once, each for itself."""
    order = TableColumn(name="_order", type="int", required=True)
    before = TableColumn(name="_old__order", type="int", required=False)
    state = replace(table.state, columns=(order, *table.state.columns), keys=("_order", *table.keys))
    changes = replace(table.changes, columns=(*table.changes.columns, order, before))
    return CapturedTable(state=state, changes=changes)


@pytest.mark.parametrize("source", IN_ALL_ORDERS)
def test_a_hundred_orders_in_random_portions_come_to_the_same(
    spark: SparkSession, merged: ChangeRun, captured: CapturedShop, tmp_path: Path, source: str
) -> None:
    (plain,) = [table for table in captured_tables(list(SCHEMAS)) if table.source == source]
    table = in_orders(plain)
    folder = str(captured.folder / "cdc" / plain.folder)
    files = spark.read.schema(plain.file_schema).option("recursiveFileLookup", "true").parquet(folder)
    rows = in_silvers_words(files, plain)
    orders = spark.range(ORDERS).select(F.col("id").cast("int").alias("_order"))
    # A portion of its own for each row and order, and some come in two of them.
    portion = F.pmod(F.xxhash64("_order", *rows.columns), F.lit(PORTIONS))
    all_orders = rows.crossJoin(orders).withColumn("_old__order", F.col("_order")).withColumn("_portion", portion)
    all_orders = all_orders.withColumn(
        "_change_seq", F.concat("_change_seq", F.lpad(F.col("_order").cast("string"), 3, "0"))
    ).cache()
    state: DataFrame = spark.createDataFrame([], table.state.schema)
    history: DataFrame = spark.createDataFrame([], table.changes.schema)
    for number in range(PORTIONS):
        is_delivered = F.col("_portion").isin(number, (number * 3) % PORTIONS)
        new = all_orders.where(is_delivered).select(*(column.name for column in table.changes.columns))
        history = history_of(history.select(*new.columns).unionByName(new), table)
        events = as_events(state, table).unionByName(events_of(new, table))
        ends = ends_in(history, table, after=None)
        state = state_of(events.unionByName(ends), table, parts=1)
        state, history = _kept(state, tmp_path / f"s{number}"), _kept(history, tmp_path / f"h{number}")
    expected = merged.open_table(plain.state.name).read(spark).select(*plain.names)
    assert expected.count() > 10
    wanted = expected.crossJoin(orders).select("_order", *plain.names)
    found = state.select("_order", *plain.names)
    assert found.exceptAll(wanted).count() == wanted.exceptAll(found).count() == 0


def _kept(rows: DataFrame, place: Path) -> DataFrame:
    """Cut from what it was made of, as a published table is."""
    rows.write.parquet(str(place))
    return rows.sparkSession.read.schema(rows.schema).parquet(str(place))
