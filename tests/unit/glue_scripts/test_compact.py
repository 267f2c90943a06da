"""Do the same rows stand in fewer files, wherever compaction is cut off, and does nobody compute anything again?"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from compact import Compacted, compact_table
from lib.compacted import generation
from lib.compaction import Compaction, RowsDifferError, plan
from lib.published_table import Run
from lib.received import Received
from lib.table_contract import load_contract
from tests.support.copying_folder import CopyingFolder, PowerCutError
from tests.support.received_orders import ReceivedOrders, sent

MB = 1024 * 1024


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> ReceivedOrders:
    """Twelve orders in six files; one record lies in two of them."""
    lake = ReceivedOrders(spark=spark, folder=tmp_path)
    for number in range(0, 12, 2):
        lake.deliver([sent(number, number), sent(number + 1, number + 1)])
    lake.deliver([sent(1, 1), sent(2, 2)])
    return lake


def compaction(lake: ReceivedOrders, table: str = "orders", *, changes_left: int | None = None) -> Compaction:
    return Compaction(
        spark=lake.spark,
        contract=load_contract(table),
        objects=CopyingFolder(lake.silver.folder, changes_left=changes_left),
        run=Run(job="compact", run_id="r"),
        target_bytes=128 * MB,
        closed_after=timedelta(hours=48),
        now=datetime(2010, 12, 4, tzinfo=UTC),
    )


def received(lake: ReceivedOrders, table: str = "orders") -> list[tuple[object, ...]]:
    """All rows, copies among them."""
    tables = Received(contract=load_contract(table), objects=lake.silver)
    return sorted((tuple(row) for row in tables.rows(lake.spark, tables.listed()).collect()), key=repr)


def test_the_rows_stay_and_the_files_become_one_that_says_what_is_inside(lake: ReceivedOrders) -> None:
    before, this = received(lake), compaction(lake)
    written_as = lake.spark.read.parquet(lake.silver.url(lake.silver.listed("orders/")[0].key)).schema
    assert compact_table(this) == Compacted(table="orders", before=7, after=1, rows=14)
    assert received(lake) == before
    (made,) = lake.silver.listed("orders/")
    assert isinstance(this.objects, CopyingFolder)
    assert this.objects.metadata == {made.key: {"records": "12", "rows": "14"}}
    assert lake.spark.read.parquet(lake.silver.url(made.key)).schema == written_as
    assert not lake.silver.listed("_staging/")
    assert compact_table(this) == Compacted(table="orders", before=1, after=1, rows=0)


def test_orders_are_not_computed_again_because_of_compaction_and_stay_the_same(lake: ReceivedOrders) -> None:
    first = lake.run()
    published = lake.rows("orders"), lake.rows("order_items")
    for table in ("orders", "order_items"):
        assert compact_table(compaction(lake, table)).after == 1
    assert not lake.run().dates
    again = lake.run(*[datetime(2010, 12, 1, tzinfo=UTC).date()])
    assert (again.orders, again.outcome) == (first.orders, first.outcome)
    assert (lake.rows("orders"), lake.rows("order_items")) == published


def test_a_late_file_is_left_out_and_joins_the_next_time(lake: ReceivedOrders) -> None:
    compact_table(compaction(lake))
    lake.deliver([sent(50, 50)])
    assert compact_table(compaction(lake)) == Compacted(table="orders", before=2, after=1, rows=15)
    (made,) = lake.silver.listed("orders/")
    assert generation(made.key) == 2


def test_with_dates_only_their_hours_are_compacted(lake: ReceivedOrders) -> None:
    other = replace(compaction(lake), dates=[date(2010, 11, 30), date(2010, 12, 2)])
    assert compact_table(other) == Compacted(table="orders", before=0, after=0, rows=0)
    assert len(lake.silver.listed("orders/")) == 7
    assert compact_table(replace(other, dates=[date(2010, 12, 1)])).after == 1


def test_cut_off_after_any_change_no_row_is_lost_and_the_next_run_finishes(spark: SparkSession, tmp_path: Path) -> None:
    cuts = 0
    while True:
        lake = ReceivedOrders(spark=spark, folder=tmp_path / str(cuts))
        for number in (1, 2):
            lake.deliver([sent(number, number)], without=["order_items"])
        before = received(lake)
        try:
            compact_table(compaction(lake, changes_left=cuts))
        except PowerCutError:
            assert set(received(lake)) == set(before), f"cut off after {cuts} changes"
            compact_table(compaction(lake))
            assert received(lake) == before, f"cut off after {cuts} changes"
            assert len(lake.silver.listed("orders/")) == 1
            cuts += 1
        else:
            break
    assert cuts == 5  # the file, its manifest, two deletions, and what was staged


def test_rows_that_differ_delete_nothing(lake: ReceivedOrders, monkeypatch: pytest.MonkeyPatch) -> None:
    before = received(lake)
    monkeypatch.setattr("lib.compaction._write", lambda *_: {"rows": 13, "sum": 0, "xor": 0})
    this = compaction(lake)
    staged = f"_staging/compact/r/{_planned(this)}/part-0.parquet"
    lake.silver.write(staged, lake.silver.read(lake.silver.listed("orders/")[0].key) or b"")
    with pytest.raises(RowsDifferError, match="nothing deleted"):
        compact_table(this)
    assert received(lake) == before


def test_files_that_cannot_be_read_leave_their_hour_as_it_is(lake: ReceivedOrders) -> None:
    hour = lake.silver.listed("orders/")[0].key.rpartition("/")[0]
    lake.silver.write(f"{hour}/garbage.parquet", b"no Parquet, but long enough")
    keys = [item.key for item in lake.silver.listed("orders/")]
    done = compact_table(compaction(lake))
    assert (done.after, done.rows, len(done.left)) == (8, 0, 1)
    assert [item.key for item in lake.silver.listed("orders/")] == keys


def test_columns_that_the_job_does_not_know_yet_are_kept(lake: ReceivedOrders) -> None:
    this = compaction(lake)
    older = replace(this.contract, columns=this.contract.columns[:3])
    compact_table(replace(this, contract=older))
    assert {row[this.contract.received_schema.names.index("country")] for row in received(lake)} == {"United Kingdom"}


def _planned(this: Compaction) -> str:
    (unit,) = plan(this, Received(contract=this.contract, objects=this.objects).listed()).units
    return unit.key
