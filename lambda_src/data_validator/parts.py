"""Rows into Parquet parts: Arrow batches in, objects of a bounded size out, the same for the same rows.

Parts are cut by rows and bytes, never by time. Those of a file carry the hash of its content in their names, so the
same content written again overwrites itself, byte for byte.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from arro3.core import Array, RecordBatch

from shared.table_object import LakeObject, TableFormat

PART_ROWS = 250_000
PART_BYTES = 48 * 1024 * 1024
# Of all partitions of a file together; beyond, the largest becomes a part.
WAITING_BYTES = 128 * 1024 * 1024
NAME_DIGITS = 32

Write = Callable[[LakeObject], None]


@dataclass
class _Waiting:
    """Rows of one partition that are no part yet."""

    batches: list[RecordBatch] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0


class Parts:
    """Parts of one table from one file; ``write`` gets each as soon as it is full. ``folder`` ends with a slash."""

    def __init__(self, table: TableFormat, *, zone: str, folder: str, sha256: str, write: Write) -> None:
        self._table, self._zone, self._folder, self._write = table, zone, folder, write
        self._name = sha256[:NAME_DIGITS]
        self._waiting: defaultdict[str, _Waiting] = defaultdict(_Waiting)
        self._numbers: Counter[str] = Counter()
        self.keys: list[str] = []
        self.rows = 0

    def add(self, arrays: Mapping[str, Array], *, partition: str = "") -> None:
        """Rows of one partition, written ``year=2015/month=01/`` or not at all."""
        batch = self._table.batch(arrays)
        waiting = self._waiting[partition]
        waiting.batches.append(batch)
        waiting.rows += batch.num_rows
        waiting.bytes += batch.nbytes
        self.rows += batch.num_rows
        if waiting.rows >= PART_ROWS or waiting.bytes >= PART_BYTES:
            self._flush(partition)
        elif sum(others.bytes for others in self._waiting.values()) >= WAITING_BYTES:
            self._flush(max(self._waiting, key=lambda name: (self._waiting[name].bytes, name)))

    def close(self) -> None:
        """Write what waits."""
        for partition in sorted(self._waiting):
            self._flush(partition)

    def _flush(self, partition: str) -> None:
        waiting = self._waiting.pop(partition)
        number = self._numbers[partition]
        self._numbers[partition] += 1
        key = f"{self._folder}{partition}{self._name}-{number:05d}.parquet"
        body = self._table.parquet_of(waiting.batches)
        self._write(
            LakeObject(
                zone=self._zone,
                table=self._folder.partition("/")[0],
                key=key,
                body=body,
                records=waiting.rows,
                rows=waiting.rows,
            )
        )
        self.keys.append(key)
