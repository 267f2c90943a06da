"""Which of a captured table's files are its full load, which its changes of what day, and whether the load is new."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lib.objects import StoredObject
from lib.published_table import Partition

LOAD = re.compile(r"LOAD[^/]*\.parquet")
# ``2026/11/23/<name>.parquet``, or ``20261123-<rest>.parquet`` where days have no folders.
CHANGES = re.compile(r"(\d{4})/?(\d\d)/?(\d\d)[/-].*\.parquet")


@dataclass(frozen=True, kw_only=True)
class CapturedFiles:
    """``unknown`` are keys that neither a load nor changes have: nobody knows what they tell."""

    load: tuple[StoredObject, ...] = ()
    days: Mapping[Partition, tuple[StoredObject, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[StoredObject, ...]:
        return tuple(found for files in self.days.values() for found in files)

    def of_days(self, wanted: Iterable[Partition]) -> "CapturedFiles":
        """The same load with fewer days."""
        chosen = {day: self.days[day] for day in wanted if day in self.days}
        return CapturedFiles(load=self.load, days=chosen, unknown=self.unknown)


def sorted_out(objects: Iterable[StoredObject], folder: str) -> CapturedFiles:
    """The objects below ``folder``, which ends in a slash."""
    load: list[StoredObject] = []
    days: dict[Partition, list[StoredObject]] = {}
    unknown: list[str] = []
    for found in objects:
        name = found.key.removeprefix(folder)
        if LOAD.fullmatch(name):
            load.append(found)
        elif day := CHANGES.fullmatch(name):
            days.setdefault(tuple(int(part) for part in day.groups()), []).append(found)
        # Consoles make an empty object for a folder.
        elif found.size or not name.endswith("/"):
            unknown.append(found.key)
    return CapturedFiles(
        load=tuple(load), days={day: tuple(files) for day, files in days.items()}, unknown=tuple(unknown)
    )


@dataclass(frozen=True, kw_only=True)
class LoadRecord:
    """What is remembered of a table beside its rows: the ``files`` of the full load it stands on, key to etag.

    ``after`` is the last change from before that load; ``parts`` is how many parts the table was published in.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    after: str | None = None
    parts: int = 1

    def document(self) -> bytes:
        """As it is stored."""
        return json.dumps(
            {"files": dict(self.files), "after": self.after, "parts": self.parts}, sort_keys=True
        ).encode()

    def is_replaced_by(self, load: Iterable[StoredObject]) -> bool:
        """Whether the table was loaded again: other files are there, and not all of those it stands on.

        More files are the same load. Fewer are as well: they expired, and what they held stands in the table.
        """
        there = files_of(load)
        return bool(self.files.items() - there.items()) and bool(there.items() - self.files.items())

    def and_now(self, load: Iterable[StoredObject]) -> dict[str, str]:
        """The files of the same load, those that have expired among them, and what came of it since."""
        return {**self.files, **files_of(load)}

    def lacks(self, load: Iterable[StoredObject]) -> tuple[StoredObject, ...]:
        """The files that are not merged yet."""
        return tuple(found for found in load if self.files.get(found.key) != found.etag)


def load_record(document: bytes | None) -> LoadRecord:
    """What `LoadRecord.document` wrote; of a table that was never merged an empty one."""
    return LoadRecord(**json.loads(document)) if document else LoadRecord()


def files_of(load: Iterable[StoredObject]) -> dict[str, str]:
    """As `LoadRecord` keeps them."""
    return {found.key: found.etag for found in load}
