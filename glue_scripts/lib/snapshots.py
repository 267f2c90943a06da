"""Which objects are a published table of Parquet: a chain of numbered documents, the last of which is the table.

``_published/<table>/0000000007.json`` names every partition's folder. It is created, never replaced, so of two runs
that would make the same number one fails; and to create it is the one act that publishes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lib.objects import Objects
from lib.published_table import Partition

SUFFIX = ".json"


@dataclass(frozen=True, kw_only=True)
class Content:
    """One partition: the folder with its rows and nothing else, and the types of the columns as they were written."""

    location: str
    rows: int
    types: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One version. Number 0, without partitions, stands for a table that was never published."""

    number: int = 0
    job: str = ""
    run_id: str = ""
    published_at: datetime | None = None
    partitions: Mapping[Partition, Content] = field(default_factory=dict)

    def document(self) -> bytes:
        """As it is stored: sorted, and each set of types once."""
        kinds = sorted({content.types for content in self.partitions.values()})
        return json.dumps(
            {
                "number": self.number,
                "job": self.job,
                "run_id": self.run_id,
                "published_at": self.published_at.isoformat() if self.published_at else None,
                "types": kinds,
                "partitions": [
                    [partition, content.location, content.rows, kinds.index(content.types)]
                    for partition, content in sorted(self.partitions.items(), key=repr)
                ],
            },
            separators=(",", ":"),
        ).encode()


def snapshot_from(document: bytes) -> Snapshot:
    """What `Snapshot.document` wrote."""
    read: dict[str, Any] = json.loads(document)
    kinds = [tuple((name, kind) for name, kind in types) for types in read["types"]]
    return Snapshot(
        number=read["number"],
        job=read["job"],
        run_id=read["run_id"],
        published_at=datetime.fromisoformat(read["published_at"]),
        partitions={
            tuple(values): Content(location=location, rows=rows, types=kinds[kind])
            for values, location, rows, kind in read["partitions"]
        },
    )


class Chain:
    """The snapshots of one table."""

    def __init__(self, objects: Objects, table: str) -> None:
        self._objects, self._prefix = objects, f"_published/{table}/"

    def numbers(self) -> list[int]:
        """Those that are kept, in order."""
        keys = [found.key for found in self._objects.listed(self._prefix)]
        return [int(key.removeprefix(self._prefix).removesuffix(SUFFIX)) for key in keys if key.endswith(SUFFIX)]

    def latest(self) -> Snapshot:
        """The table as it is now."""
        while numbers := self.numbers():
            if snapshot := self.load(numbers[-1]):
                return snapshot
        return Snapshot()

    def load(self, number: int) -> Snapshot | None:
        """The snapshot; None if it has expired."""
        document = self._objects.read(self._key(number))
        return snapshot_from(document) if document else None

    def append(self, snapshot: Snapshot) -> bool:
        """Publishes it; False if another run published since the snapshot before it."""
        numbers = self.numbers()
        # One that has expired could be created again, and nobody would ever look at it.
        if numbers and numbers[-1] >= snapshot.number:
            return self._objects.read(self._key(snapshot.number)) == snapshot.document()
        return self._objects.create(self._key(snapshot.number), snapshot.document())

    def forget(self, numbers: list[int]) -> None:
        self._objects.delete(map(self._key, numbers))

    def _key(self, number: int) -> str:
        return f"{self._prefix}{number:010}{SUFFIX}"
