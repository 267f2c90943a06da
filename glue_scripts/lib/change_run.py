"""One captured table merged: its files in bronze to its published state and changes.

The history is published first, then the state, then what was processed is written down. Cut off anywhere, the same
files come again, and come to the same.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.captured_table import CHANGE_SEQ, CapturedTable
from lib.change_checks import (
    refused_columns,
    refused_load,
    refused_numbers,
    refused_rows,
    refused_second_meanings,
    refused_unfinished,
)
from lib.change_files import CapturedFiles, LoadRecord, files_of, load_record, sorted_out
from lib.change_merge import (
    as_events,
    date_in_number,
    date_of,
    ends_in,
    events_of,
    history_of,
    in_silvers_words,
    part_of,
    state_of,
    unknown_deletions,
)
from lib.objects import Objects, StoredObject
from lib.processed import Processed
from lib.published_table import Partition, PublishedTable, Run
from lib.quality import audit_of
from lib.tokens import Key, with_tokens

JOB = "cdc_merge"
# What Spark says of files whose columns have different types, and of those that are no Parquet.
NO_SCHEMA = ("CANNOT_MERGE", "CANNOT_READ_FILE_FOOTER")


class ChangesRefusedError(Exception):
    """When captured files cannot be merged: nothing of the table is changed, and somebody must look at it."""


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What became of a table; ``unknown_deletions`` are of keys that it never had, and were passed over."""

    changes: int = 0
    rows: int = 0
    unknown_deletions: int = 0


@dataclass(frozen=True, kw_only=True)
class ChangeRun:
    """What the merges of one run share. ``accepted`` are tables whose new load may be smaller than what is there.

    Folders among them are of tables that shall stay in bronze. ``days`` None: those whose files changed. ``parts`` is
    for large tables, into how many their state is cut. A new load whose files came after ``settled_before`` may still
    be written; None: it is not asked.
    """

    spark: SparkSession
    bronze: Objects
    silver: Objects
    open_table: Callable[[str], PublishedTable]
    key: Key
    run: Run
    prefix: str = "cdc"
    days: Collection[Partition] | None = None
    accepted: Collection[str] = ()
    parts: Mapping[str, int] | None = None
    settled_before: datetime | None = None

    def files(self, table: CapturedTable) -> CapturedFiles:
        """All there are of a table."""
        folder = f"{self.prefix}/{table.folder}/"
        return sorted_out(self.bronze.listed(folder), folder)

    def merge(self, table: CapturedTable) -> Merged | None:
        """Takes in what is new; None if nothing is. `ChangesRefusedError` says why it cannot."""
        return _TableMerge(self, table).merge()


class _TableMerge:
    def __init__(self, run: ChangeRun, table: CapturedTable) -> None:
        self._run, self._table = run, table
        self._all = run.files(table)
        self._processed = Processed(run.silver, job=JOB, contract=table.changes)
        self._place = f"_processed/{JOB}/{table.state.name}/load.json"
        self._known = load_record(run.silver.read(self._place))
        self._parts = (run.parts or {}).get(table.state.name, 1)
        self._state = run.open_table(table.state.name)
        self._history = run.open_table(table.changes.name)

    def merge(self) -> Merged | None:
        reloaded = self._known.is_replaced_by(self._all.load)
        files = self._all if reloaded else self._all.of_days(self._days())
        load = self._all.load if reloaded else self._known.lacks(self._all.load)
        self._refuse(f"{key} is no file of captured rows" for key in files.unknown)
        if not (reloaded or load or files.days or self._known.parts != self._parts):
            return None
        loaded, changed = self._rows(load), self._rows(files.changes)
        if reloaded and self._table.state.name not in self._run.accepted:
            self._refuse(refused_unfinished(load, self._run.settled_before))
            self._refuse(refused_load(loaded.count(), sum(self._state.partitions().values())))
        self._refuse(refused_rows(loaded.unionByName(changed), self._table))
        if files.days:
            self._refuse(refused_numbers(changed, self._table))
        after = self._last_before(changed) if reloaded else self._known.after
        new = in_silvers_words(loaded.unionByName(changed), self._table)
        fresh, changes = self._publish_history(in_silvers_words(changed, self._table)) if files.days else (None, 0)
        parts = self._all_parts() if reloaded or self._known.parts != self._parts else self._parts_of(new)
        base = self._base(parts, reloaded=reloaded)
        first = None if load else _first_number(changed)
        rows = self._publish_state(base, new, parts=parts, after=after, first=first)
        known = base.unionByName(events_of(new, self._table))
        unknown = 0 if fresh is None else unknown_deletions(fresh, known, self._table)
        merged = files_of(self._all.load) if reloaded else self._known.and_now(self._all.load)
        record = LoadRecord(files=merged, after=after, parts=self._parts)
        self._run.silver.write(self._place, record.document())
        self._processed.record(files.days)
        return Merged(changes=changes, rows=rows, unknown_deletions=unknown)

    def _days(self) -> Collection[Partition]:
        return self._processed.changed(self._all.days) if self._run.days is None else self._run.days

    def _refuse(self, reasons: Iterable[str]) -> None:
        if found := list(reasons):
            raise ChangesRefusedError(
                f"{self._table.source}: {'; '.join(found)}; docs/CHANGE_CAPTURE.md says what to do"
            )

    def _rows(self, files: Collection[StoredObject]) -> DataFrame:
        """As they lie there, once it is sure that they are the contract's."""
        if not files:
            return self._run.spark.createDataFrame([], self._table.file_schema)
        urls = [self._run.bronze.url(found.key) for found in files]
        try:
            found = self._run.spark.read.option("mergeSchema", "true").parquet(*urls).schema
        except Py4JJavaError as error:
            reasons = [line for line in str(error).splitlines() if any(word in line for word in NO_SCHEMA)]
            if not reasons:
                raise
            raise ChangesRefusedError(f"{self._table.source}: its files do not go together: {reasons[0]}") from error
        self._refuse(refused_columns(found, self._table))
        return self._run.spark.read.schema(self._table.file_schema).parquet(*urls)

    def _masked(self, rows: DataFrame) -> DataFrame:
        """Only what is stored: whatever else is asked of rows, is asked of keys, and needs no way through Python."""
        return with_tokens(rows, self._table.kinds, self._run.key)

    def _last_before(self, changed: DataFrame) -> str | None:
        """The last change whose file was moved away before the table was loaded again."""
        past = self._history.read(self._run.spark).select(CHANGE_SEQ)
        gone = past.join(changed.select(CHANGE_SEQ), on=CHANGE_SEQ, how="left_anti")
        (last,) = gone.agg(F.max(CHANGE_SEQ)).first() or (None,)
        return last if last else None

    def _publish_history(self, changed: DataFrame) -> tuple[DataFrame, int]:
        """Returns the changes that were not there yet, and how many they are."""
        table, run = self._table, self._run
        days = [tuple(row) for row in changed.select(*date_in_number()).distinct().collect()]
        past, known = self._history.read(run.spark, days), self._history.partitions()
        self._refuse(refused_second_meanings(changed, past, table))
        fresh = changed.join(past.select(CHANGE_SEQ), on=CHANGE_SEQ, how="left_anti").select(*changed.columns)
        rows = past.unionByName(history_of(self._masked(fresh), table))
        receipt = self._history.publish(rows, partitions=days, run=run.run, audit=audit_of(table.changes))
        return fresh, receipt.rows - sum(known.get(day, 0) for day in days)

    def _base(self, parts: Collection[Partition], *, reloaded: bool) -> DataFrame:
        """The rows as they were, unless the table was loaded again: they are another table's then."""
        if reloaded:
            return as_events(self._run.spark.createDataFrame([], self._table.state.schema), self._table)
        return as_events(self._state.read(self._run.spark, parts), self._table)

    def _publish_state(
        self, base: DataFrame, new: DataFrame, *, parts: list[Partition], after: str | None, first: str | None
    ) -> int:
        """Returns how many rows the parts have now. ``first``: the least number of ``new``, None if some have none."""
        table, run = self._table, self._run
        keys = events_of(new, table).select(*table.keys)
        history = run.open_table(table.changes.name)
        # An end from before the first of the new rows is later than none of them.
        days = [day for day in history.partitions() if day >= date_of(first)] if first else None
        past = history.read(run.spark, days)
        # Of keys that do not come now nothing can be late.
        ends = ends_in(past, table, after=after).join(keys, on=list(table.keys), how="left_semi")
        events = base.unionByName(events_of(self._masked(new), table)).unionByName(ends)
        rows = state_of(events, table, parts=self._parts)
        return self._state.publish(rows, partitions=parts, run=run.run, audit=audit_of(table.state)).rows

    def _parts_of(self, new: DataFrame) -> list[Partition]:
        if self._parts == 1:
            return [(0,)]
        part = part_of(self._table, self._parts).alias("part")
        return [(row.part,) for row in events_of(new, self._table).select(part).distinct().collect()]

    def _all_parts(self) -> list[Partition]:
        return sorted({*self._state.partitions(), *((part,) for part in range(self._parts))})


def _first_number(changed: DataFrame) -> str | None:
    """The least; None if a row has none, which is as old as a load's."""
    number = F.col(CHANGE_SEQ)
    first, without = changed.agg(F.min(number), F.count_if(number.isNull())).first() or (None, 0)
    return None if without else first
