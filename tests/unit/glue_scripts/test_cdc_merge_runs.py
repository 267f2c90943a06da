"""Does the merge come to the source's table from files in any portions, and change nothing when it must stop?"""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from lib.change_run import ChangeRun, ChangesRefusedError, Merged
from lib.parquet_table import ParquetTable
from lib.published_table import Partition, Run
from local.lake.folder_objects import FolderObjects
from shared.tokens import Tokens
from tests.support.captured_rows import FOLDER, KEY, SCHEMA, THING, Row, Shop, masking_key, write

TOKEN = Tokens(KEY).of("email")


class Desk:
    """A source, what is captured of it in a folder, and the merge into another one."""

    def __init__(self, spark: SparkSession, folder: Path, seed: int = 1) -> None:
        self.spark, self.bronze, self.silver = spark, FolderObjects(folder / "bronze"), FolderObjects(folder / "silver")
        self.shop = Shop(random.Random(seed))  # noqa: S311  nothing secret
        contracts = {contract.name: contract for contract in (THING.state, THING.changes)}
        self.run = ChangeRun(
            spark=spark,
            bronze=self.bronze,
            silver=self.silver,
            open_table=lambda name: ParquetTable(contracts[name], objects=self.silver),
            key=masking_key,
            run=Run(job="cdc_merge"),
        )

    def deliver(self, name: str, rows: list[Row], schema: pa.Schema = SCHEMA) -> None:
        write(self.bronze.folder, name, rows, schema)

    def merge(self, **others: object) -> Merged | None:
        return replace(self.run, run=Run(job="cdc_merge"), **others).merge(THING)  # type: ignore[arg-type]

    def state(self) -> dict[int, str | None]:
        found = self.run.open_table("shop_thing").read(self.spark).collect()
        assert len({row.id for row in found}) == len(found)
        return {row.id: row.mail_token for row in found}

    def history(self) -> list[str]:
        return sorted(
            row[0] for row in self.run.open_table("shop_thing_changes").read(self.spark).select("_change_seq").collect()
        )

    @property
    def source(self) -> dict[int, str | None]:
        return {key: TOKEN(value) for key, value in self.shop.rows.items()}


@pytest.fixture
def desk(spark: SparkSession, tmp_path: Path) -> Desk:
    return Desk(spark, tmp_path)


def day(name: str) -> str:
    return f"2026/11/{name[:2]}/202611{name}.parquet"


def test_files_in_random_order_over_several_runs_each_twice_come_to_the_source(desk: Desk) -> None:
    desk.shop.change(15)
    loaded, captured_before = desk.shop.load(), len(desk.shop.changes) - 6
    desk.shop.change(60)
    changes = desk.shop.changes[captured_before:]
    files = [
        (day(f"{10 + start // 20}-{start:04d}"), changes[start : start + 9]) for start in range(0, len(changes), 9)
    ]
    files = [("LOAD00000001.parquet", loaded), *files]
    desk.shop.dice.shuffle(files)
    for start in range(0, len(files), 5):
        for name, rows in files[start : start + 5]:
            desk.deliver(name, rows)
            desk.deliver(name.replace(".parquet", "-again.parquet"), rows[::-1])
        desk.merge(parts={"shop_thing": 3})
    assert desk.state() == desk.source
    assert len(desk.history()) == len(changes)
    assert desk.merge(parts={"shop_thing": 3}) is None
    # Another number of parts keeps the rows.
    desk.merge(parts={"shop_thing": 2})
    assert desk.state() == desk.source
    assert set(desk.run.open_table("shop_thing").partitions()) <= {(0,), (1,)}


@pytest.fixture(scope="module")
def once_filled(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    desk = Desk(spark, folder)
    desk.deliver("LOAD00000001.parquet", [("I", place, f"p{place}@example.org", None, None) for place in range(1, 11)])
    desk.deliver(day("11-1"), [("D", 1, "p1@example.org", None, 11)])
    desk.merge()
    return folder


@pytest.fixture
def filled(spark: SparkSession, once_filled: Path, tmp_path: Path) -> Desk:
    return Desk(spark, shutil.copytree(once_filled, tmp_path / "desk"))


def marker(desk: Desk) -> None:
    desk.bronze.write(f"{FOLDER}/TRUNCATED.json", b"{}")


def emptied(desk: Desk) -> None:
    desk.deliver("LOAD00000001.parquet", [])


def much_smaller(desk: Desk) -> None:
    desk.deliver("LOAD00000001.parquet", [("I", 2, "a@example.org", None, None)])


def a_number_that_was_another_change(desk: Desk) -> None:
    desk.deliver(day("12-1"), [("D", 2, "p2@example.org", None, 11)])


def a_new_column(desk: Desk) -> None:
    desk.deliver(day("12-1"), [("I", 20, "a@example.org", None, 20)], SCHEMA.append(pa.field("Points", pa.int32())))


def no_key(desk: Desk) -> None:
    desk.deliver(day("12-1"), [("I", 20, "a@example.org", None, 20)], SCHEMA.remove(SCHEMA.get_field_index("Id")))


def two_types(desk: Desk) -> None:
    at = SCHEMA.get_field_index("Mail")
    desk.deliver(day("12-1"), [("I", 20, None, None, 20)], SCHEMA.set(at, pa.field("Mail", pa.int64())))
    desk.deliver(day("12-2"), [("I", 21, "a@example.org", None, 21)])


def no_parquet(desk: Desk) -> None:
    desk.bronze.write(f"{FOLDER}/{day('12-1')}", b"Op,Id\nI,1\n")


def an_operation_nobody_knows(desk: Desk) -> None:
    desk.deliver(day("12-1"), [("T", 20, None, None, 20)])


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (marker, "cdc/shop/Thing/TRUNCATED.json is no file of captured rows"),
        (emptied, "the new full load is empty, the table has 9 rows"),
        (much_smaller, "the new full load has 1 rows, the table has 9"),
        (a_new_column, "column Points is not in the contract"),
        (no_key, "column Id is missing"),
        (two_types, "its files do not go together"),
        (no_parquet, "its files do not go together"),
        (an_operation_nobody_knows, "1 rows have an operation other than I, U or D"),
        (a_number_that_was_another_change, "1 numbers stand for other changes than in the history"),
    ],
)
def test_what_must_be_looked_at_stops_the_table_and_changes_nothing(
    filled: Desk, happens: Callable[[Desk], None], reason: str
) -> None:
    before = filled.state(), filled.history()
    happens(filled)
    with pytest.raises(ChangesRefusedError, match=reason):
        filled.merge()
    assert (filled.state(), filled.history()) == before


def test_a_smaller_load_that_was_accepted_takes_the_place_of_the_rows(filled: Desk) -> None:
    much_smaller(filled)
    filled.merge(accepted=["shop_thing"])
    assert filled.state() == {2: TOKEN("a@example.org")}


def test_a_load_that_may_still_be_written_waits(filled: Desk) -> None:
    filled.bronze.delete([found.key for found in filled.bronze.listed(FOLDER)])
    filled.deliver("LOAD00000001.parquet", [("I", place, f"q{place}@example.org", None, None) for place in range(1, 9)])
    now, before = datetime.now(tz=UTC), filled.state()
    with pytest.raises(ChangesRefusedError, match="the new full load may still be written"):
        filled.merge(settled_before=now - timedelta(minutes=30))
    assert filled.state() == before
    filled.merge(settled_before=now + timedelta(minutes=30))
    assert filled.state() == {place: TOKEN(f"q{place}@example.org") for place in range(1, 9)}


def test_of_the_history_only_the_days_since_the_first_new_change_are_read(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.deliver(day("12-1"), [("D", 2, "p2@example.org", None, 20)])
    filled.merge()
    read: list[object] = []
    reading = ParquetTable.read

    def noted(table: ParquetTable, spark: SparkSession, partitions: list[Partition] | None = None) -> DataFrame:
        if table.contract is THING.changes:
            read.append(partitions)
        return reading(table, spark, partitions)

    monkeypatch.setattr(ParquetTable, "read", noted)
    filled.deliver(day("13-1"), [("U", 3, "r3@example.org", 3, 30)])
    filled.merge()
    assert read == [[(2026, 11, 13)]] * 2
    # Late, and older than the end of 2: what came since is looked at.
    filled.deliver(day("12-0"), [("U", 2, "r2@example.org", 2, 19), ("U", 4, "r4@example.org", 4, 21)])
    filled.merge()
    assert set(filled.state()) == set(range(3, 11))


def test_a_table_loaded_again_forgets_the_old_rows_and_keeps_its_history(filled: Desk) -> None:
    # Moved away by hand, as the page says: at the source, 1 came again while nobody captured.
    filled.bronze.delete([found.key for found in filled.bronze.listed(FOLDER)])
    filled.deliver("LOAD00000001.parquet", [("I", place, f"q{place}@example.org", None, None) for place in range(1, 9)])
    filled.deliver(day("12-1"), [("D", 2, "q2@example.org", None, 25)])
    filled.merge()
    assert filled.state() == {place: TOKEN(f"q{place}@example.org") for place in (1, 3, 4, 5, 6, 7, 8)}
    assert len(filled.history()) == 2
    # Late, from the same load, and older than the end of 2.
    filled.deliver(day("12-0"), [("U", 2, "r2@example.org", 2, 24), ("U", 1, "r1@example.org", 1, 23)])
    filled.merge()
    assert filled.state() == {1: TOKEN("r1@example.org")} | {
        place: TOKEN(f"q{place}@example.org") for place in range(3, 9)
    }


def test_a_load_that_has_expired_leaves_its_rows_and_the_next_one_takes_their_place(filled: Desk) -> None:
    filled.bronze.delete([f"{FOLDER}/LOAD00000001.parquet"])
    assert filled.merge() is None
    filled.deliver(day("12-1"), [("D", 2, "?", None, 22)])
    filled.merge()
    assert sorted(filled.state()) == list(range(3, 11))
    filled.deliver("LOAD00000001.parquet", [("I", place, f"q{place}@example.org", None, None) for place in range(3, 9)])
    filled.merge()
    assert filled.state() == {place: TOKEN(f"q{place}@example.org") for place in range(3, 9)}


class KilledError(BaseException):
    """Stands for a machine that is gone."""


class KilledWhenWriting(FolderObjects):
    """Ends the run at the object number ``at``."""

    def __init__(self, folder: Path, at: int) -> None:
        super().__init__(folder)
        self.left = at

    def write(self, key: str, body: bytes) -> None:
        self.left -= 1
        if self.left == 0:
            raise KilledError(key)
        super().write(key, body)


def test_a_run_that_was_killed_is_made_good_by_the_next(filled: Desk) -> None:
    filled.deliver(day("12-1"), [("U", 30, "a@example.org", 2, 30), ("D", 3, "?", None, 31)])
    contracts = {contract.name: contract for contract in (THING.state, THING.changes)}
    # Between the history and the state, and between the state and the record of what was merged.
    for at, is_published in ((4, False), (5, True)):
        killed = KilledWhenWriting(filled.silver.folder, at)
        with pytest.raises(KilledError):
            filled.merge(silver=killed, open_table=lambda name, to=killed: ParquetTable(contracts[name], objects=to))
        assert len(filled.history()) == 3
        assert (30 in filled.state()) == is_published
    filled.merge()
    expected = {place: TOKEN(f"p{place}@example.org") for place in range(4, 11)} | {30: TOKEN("a@example.org")}
    assert filled.state() == expected
    assert len(filled.history()) == 3


def test_days_that_were_asked_for_are_merged_alone(filled: Desk) -> None:
    filled.deliver(day("12-1"), [("D", 2, "?", None, 22)])
    filled.deliver(day("13-1"), [("D", 3, "?", None, 32)])
    filled.merge(days=[(2026, 11, 13)])
    assert sorted(filled.state()) == [2, *range(4, 11)]


def test_deletions_of_rows_nobody_knew_are_told(filled: Desk) -> None:
    filled.deliver(day("12-1"), [("D", 1, "?", None, 22), ("D", 77, "?", None, 23), ("D", 5, "?", None, 24)])
    merged = filled.merge()
    assert merged == Merged(changes=3, rows=8, unknown_deletions=2)
