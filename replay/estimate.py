"""What a replay would send and what that costs, before anything is sent: objects in, figures out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from replay.archive import ArchiveObject
from replay.archived_object import archived_records
from replay.replay import Choice

# Compressed bytes that are read to tell how many records there are. Beyond them it is told from their share.
SAMPLE_BYTES = 32 * 1024 * 1024
# Dollars: for what goes into a stream by shards (a unit is 25 KB or part of it), and into and out of one on demand.
# https://aws.amazon.com/kinesis/data-streams/pricing/
PRICES = "prices of us-east-1"
PER_MILLION_UNITS, UNIT_BYTES = 0.014, 25 * 1024
PER_GIB_IN_AND_OUT = 0.08 + 0.04


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """``is_exact``: everything was read; otherwise records and bytes are told from a part of the objects."""

    objects: int
    object_bytes: int
    records: int
    record_bytes: int
    units: int
    is_exact: bool

    @property
    def dollars(self) -> tuple[float, float]:
        """By shards, and on demand: what the stream takes for it. The shards themselves are paid anyway."""
        by_shards = self.units * PER_MILLION_UNITS / 1_000_000
        return by_shards, self.record_bytes / 2**30 * PER_GIB_IN_AND_OUT

    def __str__(self) -> str:
        about = "" if self.is_exact else "about "
        by_shards, on_demand = self.dollars
        return (
            f"{self.objects:,} objects of {self.object_bytes / 1e6:,.1f} MB hold {about}{self.records:,} records to "
            f"send, {about}{self.record_bytes / 1e6:,.1f} MB. The stream takes {by_shards:.4f} dollars for them by "
            f"shards, {on_demand:.4f} on demand ({PRICES}); function and objects cost what they did the first time"
        )


def estimate(s3: Any, bucket: str, objects: Sequence[ArchiveObject], choice: Choice) -> Estimate:
    """Reads the objects, or of many the first ones."""
    total = sum(each.size for each in objects)
    read = records = record_bytes = units = 0
    for each in objects:
        if read >= SAMPLE_BYTES:
            break
        read += each.size
        for record in archived_records(s3, bucket, each.key):
            if choice(record):
                records += 1
                record_bytes += len(record.data)
                units += -(-len(record.data) // UNIT_BYTES)
    share = total / read if read else 0.0
    return Estimate(
        objects=len(objects),
        object_bytes=total,
        records=round(records * share),
        record_bytes=round(record_bytes * share),
        units=round(units * share),
        is_exact=read == total,
    )
