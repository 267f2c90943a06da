"""Rows of captured files to a table's state and the history of its changes.

Rows come at least once and in any order of files. Their own order is ``_change_seq``; null, as the full load has it,
comes before all numbers. A key's last row says what it is, so merging is taking a maximum: it does not matter in which
portions, in what order or how often rows come. What makes that true is that an end is remembered as well: ends of the
past stand in the history.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812  Spark's own documentation calls it so

from lib.captured_table import BEFORE, CHANGE_SEQ, COMMIT_TS, OPERATION, SILVER_OPERATION, CapturedTable

GONE, PLACE, PART = "_gone", "_place", "_part"
DATE_DIGITS = {"year": (1, 4), "month": (5, 2), "day": (7, 2)}


def in_silvers_words(rows: DataFrame, table: CapturedTable) -> DataFrame:
    """Rows of files under silver's names: those of `CapturedTable.changes`, in its order, without its partitions."""
    renamed = {name: F.col(f"`{source}`") for name, source in table.sources.items()}
    renamed |= {
        SILVER_OPERATION: F.col(OPERATION),
        CHANGE_SEQ: F.col(CHANGE_SEQ),
        COMMIT_TS: F.to_timestamp(COMMIT_TS),
    }
    return rows.select(*(renamed[column.name].alias(column.name) for column in table.changes.columns))


def history_of(rows: DataFrame, table: CapturedTable) -> DataFrame:
    """The changes among ``rows``, each once: a number is one change, however often it came."""
    content = [column.name for column in table.changes.columns if column.name != CHANGE_SEQ]
    first = Window.partitionBy(CHANGE_SEQ).orderBy(*content)
    once = rows.where(is_change()).withColumn(PLACE, F.row_number().over(first)).where(F.col(PLACE) == 1)
    return once.select(*(column.name for column in table.changes.columns), *date_in_number())


def date_in_number() -> list[Column]:
    """The day that a change's number begins with: the partition of the history."""
    return [F.substring(CHANGE_SEQ, *digits).cast("int").alias(name) for name, digits in DATE_DIGITS.items()]


def date_of(number: str) -> tuple[int, ...]:
    """The same of one number."""
    return tuple(int(number[first - 1 : first - 1 + length]) for first, length in DATE_DIGITS.values())


def is_change() -> Column:
    """Rows of the full load are none."""
    return F.col(CHANGE_SEQ).isNotNull()


def events_of(rows: DataFrame, table: CapturedTable) -> DataFrame:
    """What rows tell of keys, with ``_gone``: each of its own, and where a key changed, the end of the old one."""
    names, keys = table.names, table.keys
    is_deletion = F.col(SILVER_OPERATION) == "D"
    same_key = [F.col(BEFORE + key).eqNullSafe(F.col(key)) for key in keys]
    is_moved = (F.col(SILVER_OPERATION) == "U") & ~_all(same_key)
    own = F.struct(*names, CHANGE_SEQ, is_deletion.alias(GONE))
    old = [F.col(BEFORE + name if name in keys else name).alias(name) for name in names]
    ended = F.struct(*old, CHANGE_SEQ, F.lit(True).alias(GONE))
    told = F.explode(F.when(is_moved, F.array(own, ended)).otherwise(F.array(own)))
    return rows.select(told.alias("_event")).select("_event.*")


def ends_in(history: DataFrame, table: CapturedTable, *, after: str | None) -> DataFrame:
    """The keys that changes of the past ended. ``after`` is the last number from before the table was loaded again.

    Of a whole history only keys and numbers are read: what an ended row held tells nobody anything.
    """
    still_counts = F.col(CHANGE_SEQ) > after if after else F.lit(True)
    read = {SILVER_OPERATION, CHANGE_SEQ, *table.keys, *(BEFORE + key for key in table.keys)}
    columns = [
        F.col(field.name) if field.name in read else F.lit(None).cast(field.dataType).alias(field.name)
        for field in table.changes.schema
    ]
    ends = history.where(still_counts & (F.col(SILVER_OPERATION) != "I")).select(*columns)
    return events_of(ends, table).where(F.col(GONE))


def last_of_each_key(events: DataFrame, table: CapturedTable) -> DataFrame:
    """One event for each key: the last. Rows of a full load that came twice are told apart by their content."""
    others = [name for name in table.names if name not in table.keys]
    newest = Window.partitionBy(*table.keys).orderBy(F.col(CHANGE_SEQ).desc_nulls_last(), F.col(GONE), *others)
    return events.withColumn(PLACE, F.row_number().over(newest)).where(F.col(PLACE) == 1)


def state_of(events: DataFrame, table: CapturedTable, *, parts: int) -> DataFrame:
    """The rows that are there after all ``events``."""
    there = last_of_each_key(events, table).where(~F.col(GONE))
    return there.select(*table.names, CHANGE_SEQ, part_of(table, parts).alias(PART))


def as_events(state: DataFrame, table: CapturedTable) -> DataFrame:
    """A state as the events that it came from."""
    return state.select(*table.names, CHANGE_SEQ, F.lit(False).alias(GONE))


def part_of(table: CapturedTable, parts: int) -> Column:
    """Which part of the published table a key belongs to."""
    return F.pmod(F.xxhash64(*table.keys), F.lit(parts)).cast("int") if parts > 1 else F.lit(0)


def unknown_deletions(history: DataFrame, known: DataFrame, table: CapturedTable) -> int:
    """How many deletions of ``history`` are of keys that none of the ``known`` events ever had."""
    keys = list(table.keys)
    deleted = history.where(F.col(SILVER_OPERATION) == "D").select(*keys)
    return deleted.join(known.where(~F.col(GONE)).select(*keys), on=keys, how="left_anti").count()


def _all(conditions: list[Column]) -> Column:
    met = conditions[0]
    for condition in conditions[1:]:
        met = met & condition
    return met
