"""What a published table of Parquet is made of: snapshots, expiry, the record of what was processed, paths."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pyspark.sql import SparkSession

from lib.expiry import expire
from lib.objects import StoredObject
from lib.parquet_table import ParquetTable
from lib.partition_filter import in_partitions
from lib.partition_path import partition_of, partition_path
from lib.processed import Processed
from lib.published_table import Partition, QualityError, Run
from lib.snapshots import Chain, Content, Snapshot, snapshot_from
from lib.table_contract import TableColumn, is_wider, load_contract
from local.lake.folder_objects import FolderObjects
from tests.support.sales_table import APRIL, MARCH, SALES, fails, passes, rows_of, run, sale, stored

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TYPES = (("sale_id", "string"),)
TEXT = (TableColumn(name="country", type="string", required=True),)


def snapshot(number: int, *locations: str, hours_ago: float = 0) -> Snapshot:
    partitions: dict[Partition, Content] = {
        (2026, month): Content(location=location, rows=1, types=TYPES) for month, location in enumerate(locations, 1)
    }
    return Snapshot(
        number=number, job="j", run_id="r", published_at=NOW - timedelta(hours=hours_ago), partitions=partitions
    )


class OldObjects(FolderObjects):
    """Everything in it is as old as its run's name says: ``v=48-1`` was written 48 hours ago."""

    def listed(self, prefix: str) -> list[StoredObject]:
        return [
            StoredObject(key=found.key, size=found.size, etag=found.etag, modified=written_at(found.key))
            for found in super().listed(prefix)
        ]


def written_at(key: str) -> datetime:
    _, marked, rest = key.partition("/v=")
    return NOW - timedelta(hours=int(rest.partition("-")[0]) if marked else 0)


@pytest.fixture
def old(folder_objects: FolderObjects) -> OldObjects:
    return OldObjects(folder_objects.folder)


def test_a_snapshot_is_read_as_it_was_written() -> None:
    written = snapshot(3, "published/sales/v=a", "published/sales/v=b")
    assert snapshot_from(written.document()) == written


def test_the_last_snapshot_is_the_table_and_none_follows_twice(folder_objects: FolderObjects) -> None:
    chain = Chain(folder_objects, "sales")
    assert chain.latest() == Snapshot()
    assert [chain.append(snapshot(number)) for number in (1, 2)] == [True, True]
    assert not chain.append(snapshot(2, "another"))
    assert chain.latest() == snapshot(2)


def test_a_snapshot_whose_answer_was_lost_is_known_as_ones_own(folder_objects: FolderObjects) -> None:
    chain = Chain(folder_objects, "sales")
    assert chain.append(snapshot(1, "mine"))
    assert chain.append(snapshot(1, "mine"))


def test_a_number_that_has_expired_is_not_made_again(folder_objects: FolderObjects) -> None:
    chain = Chain(folder_objects, "sales")
    for number in (1, 2, 3):
        chain.append(snapshot(number))
    chain.forget([1, 2])
    assert not chain.append(snapshot(2, "another"))
    assert chain.numbers() == [3]


def test_what_no_version_names_any_more_goes_and_what_one_names_stays(old: OldObjects) -> None:
    chain = Chain(old, "sales")
    first, second, third = (f"published/sales/v={name}/year=2026/month=1" for name in ("90-1", "80-2", "30-3"))
    for location in (first, second, third):
        old.write(f"{location}/part-0.parquet", b"rows")
    for version in (
        snapshot(1, first, hours_ago=90),
        snapshot(2, second, hours_ago=80),
        snapshot(3, third, hours_ago=30),
    ):
        chain.append(version)
    assert expire(old, "sales", 48, NOW) == 2
    assert chain.numbers() == [2, 3], "version 2 was replaced only 30 hours ago"
    assert [found.key for found in old.listed("published/")] == sorted(
        f"{location}/part-0.parquet" for location in (second, third)
    )


def test_the_last_two_versions_stay_whatever_their_age(old: OldObjects) -> None:
    """A run that was killed between its commit and the catalogue leaves SQL at the version before the last."""
    locations = [f"published/sales/v={hours}-{number}/month=1" for number, hours in enumerate((900, 800, 700), start=1)]
    for number, (location, hours) in enumerate(zip(locations, (900, 800, 700), strict=True), start=1):
        old.write(f"{location}/part-0.parquet", b"rows")
        Chain(old, "sales").append(snapshot(number, location, hours_ago=hours))
    assert expire(old, "sales", 1, NOW) == 2
    assert Chain(old, "sales").numbers() == [2, 3]
    assert [found.key.rpartition("/")[0] for found in old.listed("published/")] == sorted(locations[1:])


def test_leftovers_of_a_killed_run_go_and_those_of_a_young_run_stay(old: OldObjects) -> None:
    old.write("published/sales/v=50-1/_temporary/0/part-0.parquet", b"half")
    old.write("published/sales/v=2-1/year=2026/month=1/part-0.parquet", b"not yet published")
    assert expire(old, "sales", 48, NOW) == 1
    assert [found.key for found in old.listed("published/")] == [
        "published/sales/v=2-1/year=2026/month=1/part-0.parquet"
    ]


def test_nothing_is_kept_for_less_than_an_hour(old: OldObjects) -> None:
    with pytest.raises(ValueError, match="keep_hours is 0; at least 1"):
        expire(old, "sales", 0, NOW)


def test_input_is_processed_again_only_if_it_changed(folder_objects: FolderObjects) -> None:
    processed = Processed(folder_objects, job="sales_etl", contract=SALES)
    one = StoredObject(key="a", size=1, etag="x")
    inputs: dict[Partition, list[StoredObject]] = {MARCH: [one], APRIL: [one]}
    assert processed.changed(inputs) == [MARCH, APRIL]
    processed.record(inputs)
    assert processed.changed(inputs) == []
    assert processed.changed(inputs | {APRIL: [one, StoredObject(key="b", size=1, etag="y")]}) == [APRIL]
    assert processed.changed({MARCH: [StoredObject(key="a", size=1, etag="z")]}) == [MARCH]
    assert Processed(folder_objects, job="other", contract=SALES).changed(inputs) == [MARCH, APRIL]


def test_a_refused_version_is_told_with_where_its_rows_lie(folder_objects: FolderObjects, spark: SparkSession) -> None:
    table = ParquetTable(SALES, objects=folder_objects)
    with pytest.raises(QualityError):
        table.publish(rows_of(spark, [sale(1)]), partitions=None, run=Run(job="sales_etl", run_id="r7"), audit=fails)
    told = json.loads(folder_objects.read("_quality/sales/r7.json") or b"")
    assert (told["passed"], told["job"]) == (False, "sales_etl")
    (staged,) = {"/".join(found.key.split("/")[:3]) for found in folder_objects.listed("published/")}
    assert told["staged"] == staged
    assert staged.startswith("published/sales/v=r7-1-")
    assert told["results"][0]["rule"] == 'IsUnique "sale_id"'


def test_a_run_that_tries_again_is_not_stopped_by_what_its_first_attempt_left(
    folder_objects: FolderObjects, spark: SparkSession
) -> None:
    table = ParquetTable(SALES, objects=folder_objects)
    with pytest.raises(QualityError):
        table.publish(rows_of(spark, [sale(1)]), partitions=None, run=run(), audit=fails)
    table.publish(rows_of(spark, [sale(2)]), partitions=None, run=run(), audit=passes)
    assert stored(ParquetTable(SALES, objects=folder_objects).read(spark)) == [sale(2)]


def test_rows_of_one_partition_stand_together_in_one_file(folder_objects: FolderObjects, spark: SparkSession) -> None:
    rows = rows_of(spark, [sale(number, MARCH if number % 2 else APRIL) for number in range(40)]).repartition(7)
    ParquetTable(SALES, objects=folder_objects).publish(rows, partitions=None, run=run(), audit=passes)
    files = [found.key for found in folder_objects.listed("published/") if found.key.endswith(".zstd.parquet")]
    assert len(files) == len({key.rpartition("/")[0] for key in files}) == 2
    assert len(stored(rows)) == 40


@pytest.mark.parametrize(
    ("partition", "path"), [(("United Kingdom",), "country=United Kingdom"), (("a/b%=c",), "country=a%2Fb%25%3Dc")]
)
def test_a_text_stands_in_a_path_as_spark_writes_it(partition: Partition, path: str) -> None:
    assert partition_path(TEXT, partition) == path
    assert partition_of(TEXT, path) == partition


def test_partitions_are_asked_for_in_few_terms() -> None:
    asked = [(2026, 3), (2026, 4), (2025, 12)]
    assert in_partitions(("year", "month"), asked) == (
        "(`year` = 2025 AND `month` IN (12)) OR (`year` = 2026 AND `month` IN (3, 4))"
    )
    assert in_partitions(("country",), [("Côte d'Ivoire",)]) == "(`country` IN ('Côte d\\'Ivoire'))"


@pytest.mark.parametrize(
    ("now", "then", "holds"),
    [
        ("bigint", "int", True),
        ("int", "bigint", False),
        ("decimal(18,4)", "decimal(10,2)", True),
        ("decimal(18,4)", "decimal(18,2)", False),
        ("string", "int", False),
    ],
)
def test_a_type_is_wider_only_if_it_holds_every_value(now: str, then: str, *, holds: bool) -> None:
    assert is_wider(now, than=then) is holds


def test_a_contract_that_was_not_shipped_is_named_with_those_that_were() -> None:
    with pytest.raises(ValueError, match=r"no contract 'nothing'; there are: .*orders"):
        load_contract("nothing")
