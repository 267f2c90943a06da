"""The archive: an interval of arrivals in, its objects out, of both formats; of those of lines, the lines.

Firehose files an object under the arrival of its oldest record and writes it once it is full or old enough. So an
object of an earlier hour can hold records of the interval, if it was written after the interval began. After Firehose
stood still that hour is as far back as the stream keeps records: what it missed becomes few objects, under the oldest.
"""

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from config.event_archive import ARCHIVE_PREFIX, PARQUET_ARCHIVE_PREFIX
from replay.interval import Interval, day_prefix

# An object is open for a quarter of an hour at most, and its oldest record may expire in that time.
OPEN = timedelta(minutes=15)
# What S3 gives out only after a restore of hours.
FROZEN = frozenset({"GLACIER", "DEEP_ARCHIVE"})


@dataclass(frozen=True, kw_only=True)
class ArchiveObject:
    """``written`` is when it was complete: no record inside arrived later."""

    key: str
    size: int
    written: datetime
    storage_class: str

    @property
    def oldest_arrival(self) -> datetime:
        """By its name, ``<stream>-<version>-<time>-<random>.gz``: what is left of it after 36 characters of a UUID."""
        name = self.key.rpartition("/")[2].removesuffix(".gz").removesuffix(".parquet")
        return datetime.strptime(name[:-37][-19:], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=UTC)

    @property
    def is_frozen(self) -> bool:
        return self.storage_class in FROZEN


def objects_of(s3: Any, bucket: str, interval: Interval, *, kept: timedelta) -> list[ArchiveObject]:
    """Every object that can hold a record of the interval, in the order of arrival.

    ``kept`` is how long the stream keeps records: as far can Firehose have been behind. Listed by the day, which is a
    request per day, format and thousand objects.
    """
    days = list(interval.days(before=kept + OPEN))
    prefixes = [f"{prefix}{day_prefix(day)}" for prefix in (ARCHIVE_PREFIX, PARQUET_ARCHIVE_PREFIX) for day in days]
    found = [each for prefix in prefixes for each in _listed(s3, bucket, prefix)]
    ours = [each for each in found if each.oldest_arrival < interval.end and each.written >= interval.start]
    return sorted(ours, key=lambda each: (each.oldest_arrival, each.key))


def lines_of(s3: Any, bucket: str, key: str) -> Iterator[bytes]:
    """The object's lines without their line feeds, streamed: it is never in memory as a whole."""
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    with gzip.open(body) as lines:
        for line in lines:
            yield line.removesuffix(b"\n")


def _listed(s3: Any, bucket: str, prefix: str) -> Iterable[ArchiveObject]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", ()):
            yield ArchiveObject(
                key=entry["Key"],
                size=entry["Size"],
                # S3 cuts off the fraction of a second.
                written=entry["LastModified"].astimezone(UTC) + timedelta(seconds=1),
                storage_class=entry.get("StorageClass", "STANDARD"),
            )
