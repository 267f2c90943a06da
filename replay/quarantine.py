"""Which records stand in quarantine: an interval of arrivals in, their ids out.

Quarantine shows records masked and cut. The record itself is in the archive, under the same id: that is where it is
taken from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from arro3.io import read_parquet

from replay.interval import Interval, hour_prefix

PREFIX = "quarantine/"


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """``source`` and ``reason`` None: any."""

    interval: Interval
    source: str | None = None
    reason: str | None = None

    @property
    def name(self) -> str:
        """For file names."""
        return "-".join(part for part in (self.source, self.reason, self.interval.name) if part)


def ids_of(s3: Any, bucket: str, wanted: SetAside) -> frozenset[str]:
    """The ids of all records that were set aside in the interval, by what is wanted."""
    return frozenset(
        record_id
        for folder in _folders(s3, bucket)
        for hour in wanted.interval.hours()
        for key in _keys(s3, bucket, f"{folder}{hour_prefix(hour)}")
        for record_id in _ids(s3.get_object(Bucket=bucket, Key=key)["Body"].read(), wanted)
    )


def _ids(parquet: bytes, wanted: SetAside) -> Iterator[str]:
    table = read_parquet(BytesIO(parquet)).read_all()
    columns = (table.column(name).to_pylist() for name in ("record_id", "source", "reason", "_arrival_ts"))
    # Timestamps of the lake are UTC without saying so.
    start, end = (moment.replace(tzinfo=None) for moment in (wanted.interval.start, wanted.interval.end))
    for record_id, source, reason, arrival in zip(*columns, strict=True):
        if start <= arrival < end and wanted.source in (None, source) and wanted.reason in (None, reason):
            yield record_id


def _folders(s3: Any, bucket: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX, Delimiter="/")
    return [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", ())]


def _keys(s3: Any, bucket: str, prefix: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [entry["Key"] for page in pages for entry in page.get("Contents", ())]
