"""Records that contradict the one that counts, as rows of quarantine: DataFrames in, objects of quarantine out.

The function that stores events refuses such a record if it meets the other in its batch, and stores it if not. What it
refused already, by shard and sequence number, is not written again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from lib.deduplication import RECORD
from lib.kept_rows import keep
from lib.objects import Objects, StoredObject
from lib.published_table import Run
from lib.received import Received
from lib.staging import clear_left_over, staging
from lib.table_contract import TableContract
from lib.unreadable import READ_ERRORS, examine

REASON = "event_id_conflict"
DETAIL = "an earlier record says something else under this event_id"
SOURCE = "order_event"
# Below this the catalogue finds quarantine's rows; see stacks/analytics.py.
PREFIX = "quarantine/events/"
HOUR = ("year", "month", "day", "hour")
MAX_PAYLOAD_BYTES = 10_000
# No letter takes more in UTF-8.
BYTES_PER_LETTER = 4


def conflict_rows(records: DataFrame, quarantine: TableContract) -> DataFrame:
    """One row for each record, filed under its arrival as all of quarantine is."""
    return records.select(
        F.col("event_id").alias("record_id"),
        F.lit(REASON).alias("reason"),
        F.lit(DETAIL).alias("detail"),
        F.lit(SOURCE).alias("source"),
        _payload().alias("payload"),
        F.octet_length("content").cast("bigint").alias("payload_bytes"),
        *RECORD,
        "_arrival_ts",
        F.year("_arrival_ts").alias("year"),
        F.month("_arrival_ts").alias("month"),
        F.dayofmonth("_arrival_ts").alias("day"),
        F.hour("_arrival_ts").alias("hour"),
    ).select(quarantine.received_schema.names)


def set_aside_rows(rows: DataFrame, quarantine: Received, run: Run) -> int:
    """Writes what is not in quarantine yet, an object for each hour; how many rows these are.

    The name follows from the records inside, so whoever writes the same rows again replaces them. What stood in an
    object of quarantine that cannot be read any more is written again.
    """
    with ExitStack() as kept:
        rows = keep(rows, kept)
        days = [row["day"] for row in rows.select(F.to_date("_arrival_ts").alias("day")).distinct().collect()]
        if not days:
            return 0
        found = quarantine.listed(days)
        try:
            return _set_aside_new(rows, quarantine, found, run, kept)
        except READ_ERRORS:
            seen = examine(rows.sparkSession, quarantine, found)
            if not seen.unreadable:
                raise
            return _set_aside_new(rows, quarantine.without(seen.unreadable, seen.narrower), found, run, kept)


def _set_aside_new(
    rows: DataFrame, quarantine: Received, found: Sequence[StoredObject], run: Run, kept: ExitStack
) -> int:
    is_conflict = F.col("reason") == REASON
    known = quarantine.rows(rows.sparkSession, found).where(is_conflict).select(*RECORD)
    fresh = keep(rows.join(known, on=list(RECORD), how="left_anti").select(rows.columns), kept)
    records = F.concat_ws("\n", F.array_sort(F.collect_list(F.concat_ws(":", *RECORD))))
    hours = fresh.groupBy(*HOUR).agg(F.count("*").alias("rows"), F.sha2(records, 256).alias("digest")).collect()
    staged = staging(run)
    clear_left_over(quarantine.objects, run, now=datetime.now(tz=UTC))
    _write(fresh, quarantine.objects.url(staged))
    names = {tuple(row[name] for name in HOUR): f"{run.job}-{row['rows']}-{row['digest'][:16]}" for row in hours}
    _move(quarantine.objects, staged, names)
    return sum(row["rows"] for row in hours)


def _write(rows: DataFrame, folder: str) -> None:
    # As the functions write it: without a zone.
    wall_clock = F.col("_arrival_ts").cast("timestamp_ntz")
    (
        rows.withColumn("_arrival_ts", wall_clock)
        .repartition(*HOUR)
        .sortWithinPartitions(*HOUR, "record_id", *RECORD)
        .write.mode("overwrite")
        .partitionBy(*HOUR)
        .parquet(folder)
    )


def _move(objects: Objects, staged: str, names: Mapping[tuple[int, ...], str]) -> None:
    """Spark chooses the names of its files; here they get those that say what is inside."""
    found = [item.key for item in objects.listed(staged)]
    parts: Counter[tuple[int, ...]] = Counter()
    for key in (key for key in found if key.endswith(".parquet")):
        hour = tuple(int(part.partition("=")[2]) for part in key.removeprefix(staged).split("/")[:-1])
        folder = "/".join(f"{name}={value:02d}" for name, value in zip(HOUR, hour, strict=True))
        body = objects.read(key)
        if body is None:
            raise FileNotFoundError(f"{objects.url(key)} is gone; another run cleared it away: run this one again")
        objects.write(f"{PREFIX}{folder}/{names[hour]}-{parts[hour]}.parquet", body)
        parts[hour] += 1
    objects.delete(found)


def _payload() -> Column:
    content = F.col("content")
    is_short = F.octet_length(content) <= MAX_PAYLOAD_BYTES
    return F.when(is_short, content).otherwise(F.substring(content, 1, MAX_PAYLOAD_BYTES // BYTES_PER_LETTER))
