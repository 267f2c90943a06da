"""Which of several rows of one event counts, and which are a conflict?"""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from pyspark.sql import DataFrame, SparkSession

from lib.deduplication import IDENTITY, beaten_days, conflicts, totals, winners

ORDERS = (
    "event_id string, said string, late boolean, _shard_id string, _sequence_number string, _arrival_ts timestamp, "
    "year int, month int, day int"
)
ITEMS = (
    "event_id string, line_number bigint, quantity bigint, _shard_id string, _sequence_number string, "
    "_arrival_ts timestamp, year int, month int, day int"
)
NOON = datetime(2010, 12, 31, 12, tzinfo=UTC)
Row = tuple[object, ...]


def row(event: str, number: int, *, day: int = 1, said: str = "a", shard: str = "s-1", late: bool = False) -> Row:
    return (event, said, late, shard, str(number), NOON, 2010, 12, day)


def line(order: Row, quantity: int = 1) -> Row:
    event, _, _, shard, number, *rest = order
    return (event, 1, quantity, shard, number, *rest)


def frame(spark: SparkSession, rows: Sequence[Row], schema: str = ORDERS) -> DataFrame:
    return spark.createDataFrame(list(rows), schema)


def standing(
    spark: SparkSession, rows: Sequence[Row], others: Sequence[Row] | None = None, *, window_days: int = 7
) -> list[tuple[str, str]]:
    """event_id and sequence number of what counts; of ``others`` it is only known who they are."""
    known = None if others is None else frame(spark, others).select(*IDENTITY)
    found = winners(frame(spark, rows), known, window_days=window_days).collect()
    return sorted((found_row["event_id"], found_row["_sequence_number"]) for found_row in found)


def refused(
    spark: SparkSession, rows: Sequence[Row], lines: Sequence[Row] | None = None, *, window_days: int = 7
) -> list[str]:
    """Sequence numbers of the conflicts."""
    received = frame(spark, rows)
    items = frame(spark, [line(each) for each in rows] if lines is None else lines, ITEMS)
    found = conflicts(received, items, beaten_days(received, window_days=window_days)).collect()
    return sorted(found_row["_sequence_number"] for found_row in found)


def test_sequence_numbers_count_by_their_value_and_not_as_texts(spark: SparkSession) -> None:
    assert standing(spark, [row("e", 10**40), row("e", 9 * 10**39), row("f", 10), row("f", 9)]) == [
        ("e", str(9 * 10**39)),
        ("f", "9"),
    ]


def test_whatever_the_order_of_rows_the_same_ones_count(spark: SparkSession) -> None:
    rows = [row(f"e{n % 5}", n, day=1 + n % 3, shard=f"s-{n % 2}", said=str(n % 4)) for n in range(30)]
    shuffled = [*rows[::-2], *rows[:10], *rows[::2]]
    assert standing(spark, shuffled) == standing(spark, rows)
    assert refused(spark, shuffled, [line(each) for each in rows]) == refused(spark, rows)


@pytest.mark.parametrize(("window_days", "expected"), [(0, 3), (6, 3), (7, 2), (14, 1)])
def test_an_event_is_one_event_within_the_window(spark: SparkSession, window_days: int, expected: int) -> None:
    rows = [row("e", 1, day=1), row("e", 2, day=15), row("e", 3, day=8)]
    assert len(standing(spark, rows, window_days=window_days)) == expected


def test_a_row_of_another_date_that_came_before_counts_though_nothing_else_is_known_of_it(spark: SparkSession) -> None:
    rows = [row("e", 2), row("f", 4), row("g", 6), row("g", 5)]
    others = [row("e", 1, day=3), row("f", 5, day=3), row("g", 1, day=20), row("h", 1, day=2)]
    assert standing(spark, rows, others) == [("f", "4"), ("g", "5")]


def test_what_says_the_same_is_no_conflict_however_it_came(spark: SparkSession) -> None:
    rows = [row("e", 1), row("e", 2, late=True), row("e", 3, shard="s-2"), row("e", 1)]
    assert refused(spark, rows) == []
    assert standing(spark, rows) == [("e", "1")]


def test_another_content_or_other_lines_or_another_day_are_a_conflict(spark: SparkSession) -> None:
    rows = [row("e", 1), row("e", 2, said="b"), row("e", 3), row("e", 4, day=2), row("e", 5), row("f", 6)]
    lines = [line(each) for each in rows]
    lines[4] = line(rows[4], quantity=2)
    assert refused(spark, rows, lines) == ["2", "4", "5"]


def test_a_null_is_another_content_than_a_text(spark: SparkSession) -> None:
    rows = [row("e", 1), ("e", None, *row("e", 2)[2:])]
    assert refused(spark, rows) == ["2"]


def test_rows_and_records_are_counted(spark: SparkSession) -> None:
    found = totals(frame(spark, [row("e", 1), row("e", 1), row("e", 2), row("f", 3)]))
    assert (found.rows, found.records, found.some_again) == (4, 3, True)
    assert not totals(frame(spark, [row("e", 1), row("e", 1), row("f", 3)])).some_again
    assert totals(frame(spark, [])).rows == 0
