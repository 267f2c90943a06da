"""How far a replay is, on disk: killed at any moment and started again, it goes on where it was.

What was sent between the last entry and the kill is sent once more; readers do not see that.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local.lambda_service.atomic_file import write_atomically


@dataclass(kw_only=True)
class Counts:
    """``sent``: taken by the stream. ``repeated``: entries that had to be sent again until it took them.

    ``left``: what is no event, and stands in quarantine. ``passed_over``: not what was asked for.
    """

    sent: int = 0
    repeated: int = 0
    left: int = 0
    passed_over: int = 0

    def __str__(self) -> str:
        return (
            f"{self.sent:,} sent, {self.repeated:,} of them more than once, {self.left:,} left (no events; they stand "
            f"in quarantine), {self.passed_over:,} passed over"
        )


@dataclass(kw_only=True)
class Journal:
    """``done`` are keys of objects; of ``current`` the first ``records`` are done."""

    path: Path
    done: list[str] = field(default_factory=list)
    current: str | None = None
    records: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def is_begun(self) -> bool:
        return bool(self.done or self.current)

    def skip(self, key: str) -> int:
        """How many records of the object are done."""
        return self.records if key == self.current else 0

    def advance(self, key: str, records: int) -> None:
        """``records`` of the object are done."""
        self.current, self.records = key, records
        self._write()

    def finish(self, key: str) -> None:
        """All of the object is done."""
        self.done.append(key)
        self.current, self.records = None, 0
        self._write()

    def close(self) -> None:
        """Everything is done: the next one of the same name begins anew."""
        self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        document = {name: value for name, value in asdict(self).items() if name != "path"}
        write_atomically(self.path, json.dumps(document).encode())


def open_journal(path: Path) -> Journal:
    """The journal of a replay that was cut off, or a new one."""
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Journal(path=path)
    return Journal(path=path, **document | {"counts": Counts(**document["counts"])})
