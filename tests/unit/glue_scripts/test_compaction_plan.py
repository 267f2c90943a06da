"""Which files does compaction take together, and which does it leave alone?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from pyspark.sql import SparkSession

from compact import is_hourly, shipped_contracts
from lib.compacted import Manifest, compacted_key, generation, manifest_key, originals
from lib.compaction import Compaction, plan
from lib.objects import StoredObject
from lib.published_table import Run
from lib.table_contract import load_contract
from tests.support.copying_folder import CopyingFolder

HOUR = "orders/year=2010/month=12/day=01/hour=08/"
MB = 1024 * 1024
NOW = datetime(2010, 12, 3, 9, tzinfo=UTC)


def stored(name: str, mb: float = 1, *, folder: str = HOUR, age_hours: int = 1) -> StoredObject:
    modified = NOW - timedelta(hours=age_hours)
    return StoredObject(key=f"{folder}{name}.parquet", size=int(mb * MB), etag=f"e-{name}", modified=modified)


@pytest.fixture
def this(tmp_path: Path) -> Compaction:
    return Compaction(
        spark=cast("SparkSession", None),  # a plan needs none
        contract=load_contract("orders"),
        objects=CopyingFolder(tmp_path),
        run=Run(job="compact", run_id="r"),
        target_bytes=256 * MB,
        closed_after=timedelta(hours=48),
        now=NOW,
    )


def written(this: Compaction, *inputs: StoredObject, with_manifest: bool = True, age_hours: int = 1) -> StoredObject:
    """A file that compaction made of ``inputs``."""
    key = compacted_key(HOUR, inputs)
    if with_manifest:
        document = Manifest(inputs=inputs, originals=originals(this.objects, inputs), rows=1).document()
        this.objects.write(manifest_key(key), document)
    return StoredObject(key=key, size=MB, etag="made", modified=NOW - timedelta(hours=age_hours))


def test_the_small_files_of_an_hour_become_one(this: Compaction) -> None:
    found = [stored(f"shard-{number}") for number in range(5)]
    (unit,) = plan(this, found).units
    assert list(unit.inputs) == found


def test_the_name_follows_from_the_files_inside_and_comes_after_theirs(this: Compaction) -> None:
    found = [stored(f"shard-{number}") for number in range(5)]
    (unit,), (again,) = plan(this, found).units, plan(this, found[::-1]).units
    (other,) = plan(this, found[:4]).units
    assert unit.key == again.key != other.key
    assert unit.key > max(item.key for item in found)
    later = compacted_key(HOUR, [*found, StoredObject(key=unit.key, size=1, etag="x")])
    assert (generation(unit.key), generation(later)) == (1, 2)
    assert later > unit.key


def test_many_files_become_several_of_a_size_between_half_and_twice_the_target(this: Compaction) -> None:
    found = [stored(f"shard-{number:04d}", mb=7) for number in range(150)]
    units = plan(this, found).units
    assert sorted(item.key for unit in units for item in unit.inputs) == [item.key for item in found]
    sizes = [sum(item.size for item in unit.inputs) / MB for unit in units]
    assert len(sizes) == 5
    assert all(128 <= size <= 512 for size in sizes), sizes


def test_files_that_are_large_enough_and_files_alone_are_left_as_they_are(this: Compaction) -> None:
    alone = HOUR.replace("hour=08", "hour=07")
    found = [stored("large", mb=128), stored("larger", mb=600), stored("small"), stored("alone", folder=alone)]
    assert not plan(this, found).units


def test_an_hour_that_is_not_closed_yet_is_left_as_it_is(this: Compaction) -> None:
    later = HOUR.replace("hour=08", "hour=09")
    assert not plan(this, [stored("a", folder=later), stored("b", folder=later)]).units
    assert plan(this, [stored("a"), stored("b")]).units


def test_what_cannot_be_parquet_is_left_as_it_is(this: Compaction) -> None:
    (unit,) = plan(this, [stored("a"), stored("b"), stored("empty", mb=0)]).units
    assert [item.etag for item in unit.inputs] == ["e-a", "e-b"]


def test_files_that_a_manifest_names_are_deleted_by_the_next_run(this: Compaction) -> None:
    first, second, late = stored("a"), stored("b"), stored("late")
    made = written(this, first, second)
    todo = plan(this, [first, second, late, made])
    assert set(todo.finished) == {first.key, second.key}
    (unit,) = todo.units
    assert {item.key for item in unit.inputs} == {late.key, made.key}


def test_a_file_that_was_written_again_with_other_rows_is_not_deleted(this: Compaction) -> None:
    first, second = stored("a"), stored("b")
    made = written(this, first, second)
    other = StoredObject(key=first.key, size=MB, etag="other", modified=NOW)
    todo = plan(this, [other, made])
    assert not todo.finished
    assert {item.key for unit in todo.units for item in unit.inputs} == {other.key, made.key}


def test_a_file_without_a_manifest_is_made_again_or_cleared_away_when_nobody_can_be_writing_it(
    this: Compaction,
) -> None:
    found = [stored("a"), stored("b")]
    fresh, old = (written(this, *found, with_manifest=False, age_hours=age) for age in (1, 30))
    todo = plan(this, [*found, fresh])
    assert ([unit.key for unit in todo.units], list(todo.left_over)) == ([fresh.key], [])
    more = [*found, stored("late")]
    assert list(plan(this, [*more, fresh]).left_over) == []
    assert list(plan(this, [*more, old]).left_over) == [old.key]


def test_the_originals_stay_the_same_through_every_compaction(this: Compaction) -> None:
    first, second, late = stored("a"), stored("b"), stored("late")
    made = written(this, first, second)
    again = written(this, made, late)
    before = {(item.key, item.etag) for item in originals(this.objects, [first, second, late])}
    for found in ([first, second, made, late], [made, late], [made, late, again], [again]):
        assert {(item.key, item.etag) for item in originals(this.objects, found)} == before


def test_the_tables_of_the_stream_are_compacted_and_no_others() -> None:
    names = [contract.name for contract in shipped_contracts() if is_hourly(contract)]
    assert names == ["clickstream", "order_items", "orders", "web_requests"]
