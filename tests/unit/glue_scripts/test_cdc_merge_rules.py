"""Do captured rows come to the source's table, whatever their order and however often they come?"""

from collections.abc import Sequence

import pytest
from pyspark.sql import DataFrame, SparkSession

from lib.change_merge import (
    as_events,
    ends_in,
    events_of,
    history_of,
    in_silvers_words,
    part_of,
    state_of,
    unknown_deletions,
)
from tests.support.captured_rows import THING, Row, number, record


def rows_of(spark: SparkSession, rows: Sequence[Row]) -> DataFrame:
    order = THING.file_schema.names
    files = spark.createDataFrame([tuple(record(row)[name] for name in order) for row in rows], THING.file_schema)
    return in_silvers_words(files, THING)


def state(spark: SparkSession, *rows: Row) -> dict[int, str]:
    found = state_of(events_of(rows_of(spark, rows), THING), THING, parts=1).collect()
    assert len({row.id for row in found}) == len(found)
    return {row.id: row.mail_token for row in found}


LOADED: Row = ("I", 1, "loaded", None, None)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([LOADED], {1: "loaded"}, id="a full load stands"),
        pytest.param([("U", 1, "changed", 1, 5), LOADED], {1: "changed"}, id="a change comes after the load"),
        pytest.param([("D", 1, "loaded", None, 5), LOADED], {}, id="what was deleted while loading is gone"),
        pytest.param([("I", 1, "racing", None, 5), LOADED], {1: "racing"}, id="a row inserted while loading is one"),
        pytest.param([("U", 1, "b", 1, 7), ("U", 1, "a", 1, 6), LOADED], {1: "b"}, id="numbers order, not files"),
        pytest.param([("U", 2, "x", 1, 5), LOADED], {2: "x"}, id="a changed key ends the old row"),
        pytest.param(
            [("U", 2, "x", 1, 5), ("I", 1, "new", None, 6), LOADED], {1: "new", 2: "x"}, id="an old key may come again"
        ),
        pytest.param([("D", 1, "a", None, 5), ("I", 1, "b", None, 6)], {1: "b"}, id="deleted and inserted again"),
        pytest.param([("I", 1, "b", None, 6), ("D", 1, "b", None, 7), LOADED], {}, id="inserted and deleted again"),
        pytest.param([("D", 9, "a", None, 5), LOADED], {1: "loaded"}, id="a deletion of nothing does nothing"),
        pytest.param([("U", 3, "a", 3, 5)], {3: "a"}, id="an update before its insert is the row"),
        pytest.param([("U", 3, "b", 3, 6), ("I", 3, "a", None, 5)], {3: "b"}, id="and stays it"),
    ],
)
def test_the_state_is_what_the_last_change_left(spark: SparkSession, rows: list[Row], expected: dict[int, str]) -> None:
    assert state(spark, *rows) == expected
    assert state(spark, *rows[::-1], *rows) == expected


def test_rows_of_a_load_that_differ_under_one_key_are_chosen_by_content(spark: SparkSession) -> None:
    assert state(spark, ("I", 1, "b", None, None), ("I", 1, "a", None, None)) == {1: "a"}


def test_history_has_each_change_once_and_no_row_of_the_load(spark: SparkSession) -> None:
    change: Row = ("U", 2, "x", 1, 15)
    history = history_of(rows_of(spark, [LOADED, change, change]), THING)
    assert history.schema == THING.changes.schema
    (found,) = history.collect()
    assert (found["_op"], found.id, found["_old_id"]) == ("U", 2, 1)
    assert (found.year, found.month, found.day) == (2026, 11, 11)
    assert str(found["_commit_ts"]) == "2026-11-23 12:00:00"


def test_an_end_is_remembered_when_an_older_change_comes_late(spark: SparkSession) -> None:
    history = history_of(rows_of(spark, [("D", 1, "a", None, 5), ("U", 3, "c", 2, 6)]), THING)
    late = events_of(rows_of(spark, [LOADED, ("U", 2, "older", 2, 4)]), THING)
    ends = ends_in(history, THING, after=None)
    assert state_of(late.unionByName(ends), THING, parts=1).count() == 0


def test_ends_from_before_the_table_was_loaded_again_count_no_more(spark: SparkSession) -> None:
    history = history_of(rows_of(spark, [("D", 1, "a", None, 5), ("D", 2, "b", None, 7)]), THING)
    again = events_of(rows_of(spark, [LOADED, ("I", 2, "loaded", None, None)]), THING)
    ends = ends_in(history, THING, after=number(5))
    assert [row.id for row in state_of(again.unionByName(ends), THING, parts=1).collect()] == [1]


def test_a_state_taken_up_again_is_the_same_state(spark: SparkSession) -> None:
    before = state_of(events_of(rows_of(spark, [LOADED, ("I", 2, "b", None, 3)]), THING), THING, parts=4)
    after = state_of(as_events(before, THING), THING, parts=4)
    assert after.schema == THING.state.schema
    assert sorted(after.collect()) == sorted(before.collect())


def test_each_key_has_one_part_of_those_there_are(spark: SparkSession) -> None:
    rows = rows_of(spark, [("I", key, "a", None, None) for key in range(50)])
    parts = {row.part for row in rows.select(part_of(THING, 4).alias("part")).distinct().collect()}
    assert parts == {0, 1, 2, 3}


def test_deletions_of_keys_that_never_were_are_counted(spark: SparkSession) -> None:
    rows = [LOADED, ("D", 1, "loaded", None, 1), ("D", 8, "?", None, 2), ("D", 9, "?", None, 3)]
    fresh = history_of(rows_of(spark, rows), THING)
    assert unknown_deletions(fresh, events_of(rows_of(spark, rows), THING), THING) == 2
