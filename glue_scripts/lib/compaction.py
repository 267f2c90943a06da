"""Small files of closed hours into few large ones, rows unchanged.

The new file first, then its manifest, then the small ones go. Cut off anywhere, a row stands twice for a while, which
readers of received tables expect, and is never lost; the next run finishes. Names follow from the files inside, so the
same files become the same file again.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any, Protocol

from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.compacted import Manifest, compacted_key, manifest_key, manifests, originals
from lib.objects import Objects, S3Objects, StoredObject
from lib.published_table import Run
from lib.row_hash import row_hash
from lib.staging import CUT_OFF_AFTER, staging
from lib.table_contract import TableContract
from lib.unreadable import SMALLEST_BYTES

HOUR = re.compile(r"/year=(\d{4})/month=(\d{2})/day=(\d{2})/hour=(\d{2})/$")
# In the order of arrival: equal rows make equal bytes, and a reader of a time skips what lies outside.
ARRIVAL = ("_arrival_ts", "_shard_id", "_sequence_number")
RECORD = ("_shard_id", "_sequence_number")


class CopyingObjects(Objects, Protocol):
    """One bucket whose objects can be copied within it."""

    def copy(self, source: str, target: str, *, metadata: Mapping[str, str]) -> None:
        """Copies without fetching the bytes."""


class S3CopyingObjects(S3Objects):
    """`CopyingObjects` in S3, where one request copies up to 5 GB."""

    def copy(self, source: str, target: str, *, metadata: Mapping[str, str]) -> None:
        self._s3.copy_object(
            Bucket=self.bucket,
            Key=target,
            CopySource={"Bucket": self.bucket, "Key": source},
            ContentType="application/vnd.apache.parquet",
            Metadata=dict(metadata),
            MetadataDirective="REPLACE",
        )


class RowsDifferError(Exception):
    """When a compacted file does not hold the rows it was made of: nothing was deleted."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Files of one folder that become one file."""

    folder: str
    inputs: Sequence[StoredObject]

    @property
    def key(self) -> str:
        """Of the file they become."""
        return compacted_key(self.folder, self.inputs)


@dataclass(frozen=True, kw_only=True)
class Compaction:
    """What to compact: one received table in ``objects``.

    A file of at least half of ``target_bytes`` is left alone. An hour is closed ``closed_after`` its end. ``dates`` are
    the event dates to look at; None: all.
    """

    spark: SparkSession
    contract: TableContract
    objects: CopyingObjects
    run: Run
    target_bytes: int
    closed_after: timedelta
    now: datetime
    dates: Collection[date] | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``units`` to compact, ``finished`` keys whose rows a manifest names elsewhere, ``left_over`` cut off files."""

    units: Sequence[Unit]
    finished: Collection[str] = ()
    left_over: Collection[str] = field(default_factory=list)


def plan(this: Compaction, found: Sequence[StoredObject]) -> Plan:
    """What there is to do about the objects of a table."""
    known = manifests(this.objects, found)
    inside = {(item.key, item.etag) for each in known.values() if each for item in each.inputs}
    finished = {item.key for item in found if (item.key, item.etag) in inside}
    cut_off = {key for key, each in known.items() if each is None}
    folders: defaultdict[str, list[StoredObject]] = defaultdict(list)
    for item in found:
        if item.key not in cut_off and item.key not in finished:
            folders[f"{item.key.rpartition('/')[0]}/"].append(item)
    units = [
        unit
        for folder, items in sorted(folders.items())
        if _is_closed(this, folder)
        for unit in _units(folder, items, this.target_bytes)
    ]
    planned = {unit.key for unit in units}
    # What has no manifest and is older than any run is nobody's work in progress.
    left = [item for item in found if item.key in cut_off and item.key not in planned]
    old = [item.key for item in left if item.modified and this.now - item.modified > CUT_OFF_AFTER]
    return Plan(units=units, finished=finished, left_over=old)


def compact_unit(this: Compaction, unit: Unit) -> int:
    """Makes one file of a unit's; how many rows it has."""
    staged = f"{staging(this.run)}{unit.key}/"
    before = _write(this, unit, staged)
    written = [item.key for item in this.objects.listed(staged)]
    (part,) = [key for key in written if key.endswith(".parquet")]
    made = _read(this, [part])
    after = made.agg(*_fingerprint(made), F.countDistinct(*RECORD).alias("records")).collect()[0].asDict()
    records = after.pop("records")
    if before != after:
        raise RowsDifferError(
            f"{this.objects.url(part)}: {after} is not {before}, which it was made of; nothing deleted"
        )
    rows = int(after["rows"])
    this.objects.copy(part, unit.key, metadata={"records": str(records), "rows": str(rows)})
    document = Manifest(inputs=unit.inputs, originals=originals(this.objects, unit.inputs), rows=rows).document()
    this.objects.write(manifest_key(unit.key), document)
    this.objects.delete(item.key for item in unit.inputs)
    this.objects.delete(written)
    return rows


def _write(this: Compaction, unit: Unit, folder: str) -> dict[str, Any]:
    """Writes the rows as one file, and says what was read: counted on the way, the files are opened once."""
    rows, seen = _read(this, [item.key for item in unit.inputs]), Observation()
    (
        rows.observe(seen, *_fingerprint(rows))
        .coalesce(1)
        .sortWithinPartitions(*ARRIVAL, *this.contract.keys)
        .write.mode("overwrite")
        .parquet(this.objects.url(folder))
    )
    return dict(seen.get)


def _fingerprint(rows: DataFrame) -> list[Column]:
    """How many rows, and what they are known by in whatever order they come."""
    content = row_hash(*map(F.col, rows.columns))
    return [
        F.count("*").alias("rows"),
        F.sum(content.cast("decimal(20,0)")).alias("sum"),
        F.bit_xor(content).alias("xor"),
    ]


def _read(this: Compaction, keys: Iterable[str]) -> DataFrame:
    # The files' own columns and not the contract's: what a newer function writes must not be lost by an older job.
    return this.spark.read.option("mergeSchema", "true").parquet(*[this.objects.url(key) for key in keys])


def _units(folder: str, items: Sequence[StoredObject], target_bytes: int) -> list[Unit]:
    small = [item for item in items if SMALLEST_BYTES <= item.size < target_bytes // 2]
    total = sum(item.size for item in small)
    share = total / max(1, ceil(total / target_bytes))
    groups: list[list[StoredObject]] = []
    filled = 0
    for item in sorted(small, key=lambda item: item.key):
        if filled >= share * len(groups):
            groups.append([])
        groups[-1].append(item)
        filled += item.size
    return [Unit(folder=folder, inputs=tuple(group)) for group in groups if len(group) > 1]


def _is_closed(this: Compaction, folder: str) -> bool:
    match = HOUR.search(f"/{folder}")
    if match is None:
        return False
    year, month, day, hour = map(int, match.groups())
    end = datetime(year, month, day, hour, tzinfo=UTC) + timedelta(hours=1)
    return end + this.closed_after <= this.now
