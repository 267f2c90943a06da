"""Does the merge come to the tables of a real database, from what was captured while they were loaded and changed?"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from cdc_merge import TABLES_AT_ONCE, merge_all
from contracts.captured_tables import CAPTURED
from lib.captured_table import CapturedTable, captured_tables
from lib.change_run import ChangeRun
from lib.common import Run
from lib.parquet_table import ParquetTable
from local.change_capture.contracts import contracts_of
from local.embedded_aws import down, up
from local.lake.folder_objects import FolderObjects
from local.shop_database import ShopDatabase, start, stop
from local.shop_database.scripts import load, scripts_in
from tests.support.captured_rows import masking_key
from tests.support.captured_shop import SCHEMAS, CapturedShop, capture
from tests.support.delivery_orders import Difference, merged_in_all_orders, session_for_many_rows

CHANGES = 20_000
# Merged twice, once from half of their files. All of them would take minutes more and tell no more.
BY_HALVES = ("chinook_invoice_line", "sakila_customer", "sakila_payment", "sakila_store")
TABLES = sorted(path.name.removesuffix(".odcs.yaml") for path in CAPTURED.glob("*.odcs.yaml"))


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


@pytest.fixture(scope="module")
def differences(
    spark: SparkSession, merged: ChangeRun, captured: CapturedShop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Difference]]]:
    """What comes of a hundred orders of delivery, by table: some tables at once, as the job does."""
    folder, session = tmp_path_factory.mktemp("orders"), session_for_many_rows(spark)

    def of(table: CapturedTable) -> Difference:
        files = session.read.schema(table.file_schema).option("recursiveFileLookup", "true")
        return merged_in_all_orders(
            table,
            files=files.parquet(str(captured.folder / "cdc" / table.folder)),
            expected=merged.open_table(table.state.name).read(session).select(*table.names),
            folder=folder / table.state.name,
        )

    tables = captured_tables(list(SCHEMAS))
    with ThreadPoolExecutor(TABLES_AT_ONCE) as pool:
        yield {table.state.name: pool.submit(of, table) for table in tables}


@pytest.mark.parametrize("name", TABLES)
def test_a_hundred_orders_in_random_portions_come_to_the_same(
    differences: Mapping[str, Future[Difference]], name: str
) -> None:
    found = differences[name].result()
    assert found.rows > 0
    assert (found.only_merged, found.only_expected) == (0, 0)
