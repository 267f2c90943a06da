"""Each event once: rows as they were received go in, those that count come out. DataFrames only.

Delivery is at least once, so an event can have been received several times:

- the same record in several objects: same shard and sequence number, same content;
- sent again by its producer: same event_id under another sequence number;
- two different contents under one event_id: the first to arrive counts, the other is a conflict.

A row counts if no other of its event_id arrived earlier, in its own event date or in one at most ``window_days`` away.
That is said of received rows alone, not of what was published before: so it does not matter in which order, and how
often, dates are computed.
"""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

RECORD = ("_shard_id", "_sequence_number")
# When and how a record came, not what it says.
OF_ARRIVAL = ("late", *RECORD, "_arrival_ts")
DAY = ("year", "month", "day")
# Enough to tell who came first.
IDENTITY = ("event_id", *RECORD, "_arrival_ts", *DAY)


def arrival() -> Column:
    """The order of arrival. Sequence numbers have no leading zeros, so (length, text) is their numeric order."""
    number = F.col("_sequence_number")
    return F.struct("_arrival_ts", "_shard_id", F.length(number).alias("_digits"), number)


def first_of_each_day(rows: DataFrame, *keys: str) -> DataFrame:
    """Of the rows of an event date that agree in ``keys``, the one that arrived first."""
    return _first(rows, *keys, *DAY)


def each_record_once(rows: DataFrame) -> DataFrame:
    """Every record of the stream, however many objects it lies in."""
    return _first(rows, *RECORD)


def winners(rows: DataFrame, others: DataFrame | None = None, *, window_days: int) -> DataFrame:
    """The rows that count. ``others`` are identities of rows of other event dates that may have come before them."""
    here = rows.withColumn("here", F.lit(True))
    if others is not None:
        here = here.unionByName(others.withColumn("here", F.lit(False)), allowMissingColumns=True)
    counts = F.col("here") & (F.col("arrival") == F.col("earliest"))
    return _with_earliest(here, window_days).where(counts).select(rows.columns)


def beaten_days(identities: DataFrame, *, window_days: int) -> DataFrame:
    """``event_id`` and event date of rows of which an earlier one arrived in another date of the window."""
    is_beaten = F.col("arrival") > F.col("earliest")
    return _with_earliest(identities, window_days).where(is_beaten).select("event_id", *DAY)


def with_all_lines(orders: DataFrame, items: DataFrame) -> DataFrame:
    """The orders of which every line is there."""
    counts = items.groupBy("event_id", *RECORD, *DAY).agg(F.countDistinct("line_number").alias("lines_found"))
    has_all = F.col("lines_found") == F.col("item_count")
    keys = ["event_id", *RECORD, *DAY]
    return orders.join(counts, on=keys, how="inner").where(has_all).select(orders.columns)


def lines_of(orders: DataFrame, items: DataFrame) -> DataFrame:
    """The lines of exactly these records, each once."""
    lines = items.join(orders, on=["event_id", *RECORD, *DAY], how="left_semi").select(items.columns)
    return first_of_each_day(lines, "event_id", "line_number")


def sent_again(identities: DataFrame) -> DataFrame:
    """Each ``event_id`` that several records have."""
    has_several = F.col("records") > 1
    return _by_event(identities).where(has_several).select("event_id")


def of_events(rows: DataFrame, ids: DataFrame) -> DataFrame:
    """The rows of these ``event_id``s."""
    return rows.join(ids, on="event_id", how="left_semi").select(rows.columns)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """``records`` are different ones; ``some_again``: whether several have one event_id."""

    rows: int
    records: int
    some_again: bool


def totals(identities: DataFrame) -> Totals:
    """Counts, in one action."""
    sums = [F.coalesce(F.sum(name), F.lit(0)).alias(name) for name in ("rows", "records")]
    found = _by_event(identities).agg(*sums, F.count("*").alias("events")).collect()[0]
    return Totals(rows=found["rows"], records=found["records"], some_again=found["records"] > found["events"])


def _by_event(identities: DataFrame) -> DataFrame:
    return identities.groupBy("event_id").agg(F.count("*").alias("rows"), F.countDistinct(*RECORD).alias("records"))


def conflicts(orders: DataFrame, items: DataFrame, beaten: DataFrame) -> DataFrame:
    """Records of ``orders`` that say something else than the one that counts, with ``content``: what they say.

    ``orders`` and ``items`` are those of ids that were sent again. Who is beaten by another date says another time, at
    least.
    """
    records = with_content(orders, items)
    of_the_day = Window.partitionBy("event_id", *DAY).orderBy("arrival")
    is_beaten = F.col("beaten").isNotNull()
    differs = F.col("content") != F.first("content").over(of_the_day)
    return (
        records.withColumn("arrival", arrival())
        .withColumn("differs", differs)
        .join(beaten.withColumn("beaten", F.lit(True)), on=["event_id", *DAY], how="left")
        .where(is_beaten | F.col("differs"))
        .select(*orders.columns, "content")
    )


def with_content(orders: DataFrame, items: DataFrame) -> DataFrame:
    """Each record once, with all it says as JSON: what does not depend on how it came, and its lines."""
    said = [name for name in orders.columns if name not in (*OF_ARRIVAL, *DAY)]
    lines = items.groupBy("event_id", *RECORD, *DAY).agg(
        F.sort_array(F.collect_set(F.struct(*_line_columns(items)))).alias("lines")
    )
    return (
        each_record_once(orders)
        .join(lines, on=["event_id", *RECORD, *DAY], how="left")
        .withColumn("content", F.to_json(F.struct(*said, "lines")))
        .select(*orders.columns, "content")
    )


def _line_columns(items: DataFrame) -> list[str]:
    left_out = ("line_number", "event_id", "event_type", "order_id", "occurred_at", *OF_ARRIVAL, *DAY)
    return ["line_number", *(name for name in items.columns if name not in left_out)]


def _with_earliest(rows: DataFrame, window_days: int) -> DataFrame:
    """The first of each event_id and date, with its ``arrival``, and the ``earliest`` of all dates near its own."""
    near = Window.partitionBy("event_id").orderBy("date").rangeBetween(-window_days, window_days)
    # Brought together by event_id alone, and so sorted once, for both windows.
    dated = rows.repartition("event_id").withColumn("date", F.unix_date(F.make_date(*DAY)))
    firsts = _first(dated, "event_id", "date").withColumn("arrival", arrival())
    return firsts.withColumn("earliest", F.min("arrival").over(near))


def _first(rows: DataFrame, *keys: str) -> DataFrame:
    # Copies of a record agree in everything; should they ever not, it is still the same one that is taken.
    content = F.xxhash64(*sorted(rows.columns))
    place = F.row_number().over(Window.partitionBy(*keys).orderBy(arrival(), content))
    is_first = F.col("place") == 1
    return rows.withColumn("place", place).where(is_first).select(*rows.columns)
