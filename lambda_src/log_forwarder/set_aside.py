"""Lines that cannot be read: a line and a `Rejection` in, objects of the table quarantined_rows out.

A bad line is known as an event is: by its file's name, its place and its content. So a file that grew and comes again
has the bad lines it had, and those of two servers with the same content are two.

An object holds the bad lines of `PART_LINES` lines of one file. Which lines those are depends on nothing else, so the
same file, read again or from the middle on, writes the same objects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from log_forwarder.log_lines import LogLine
from shared.rejection import Rejection
from shared.runtime_contract import Contract
from shared.table_object import LakeObject, TableFormat

PART_LINES = 5_000
COLUMNS = ("row_id", "source", "file", "line", "reason", "detail", "payload", "_file_sha256", "_arrival_ts")
DISTINCT = ("row_id", "line", "payload")
NAME_DIGITS, PLACE_DIGITS = 32, 16


@dataclass(frozen=True, kw_only=True)
class LogFile:
    """The file that lines stand in; ``sha256`` is that of the object as it came."""

    key: str
    sha256: str
    arrived: datetime

    @property
    def source(self) -> str:
        """What its folder in bronze is called."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, kw_only=True)
class BadLine:
    """A line that was set aside; ``payload`` is masked."""

    row_id: str
    number: int
    reason: str
    detail: str
    payload: str


def bad_line(line: LogLine, rejection: Rejection, payload: str, *, log_file: str) -> BadLine:
    return BadLine(
        row_id=line.identity(log_file),
        number=line.number,
        reason=rejection.reason.value,
        detail=rejection.detail,
        payload=payload,
    )


def part_of(number: int) -> int:
    """The part of a file that its line ``number`` belongs to."""
    return (number - 1) // PART_LINES


def first_line_of(part: int) -> int:
    return part * PART_LINES + 1


class QuarantineParts:
    """Makes the objects of the table."""

    def __init__(self, contract: Contract) -> None:
        self._name = contract.name
        self._table = TableFormat(contract, columns=COLUMNS, distinct=DISTINCT)

    def lake_object(self, lines: list[BadLine], file: LogFile) -> LakeObject:
        """The object of the bad lines of one part."""
        columns: Mapping[str, list[Any]] = {
            "row_id": [line.row_id for line in lines],
            "source": [file.source] * len(lines),
            "file": [file.key] * len(lines),
            "line": [line.number for line in lines],
            "reason": [line.reason for line in lines],
            "detail": [line.detail for line in lines],
            "payload": [line.payload for line in lines],
            "_file_sha256": [file.sha256] * len(lines),
            "_arrival_ts": [round(file.arrived.timestamp() * 1_000_000)] * len(lines),
        }
        place = sha256(file.key.encode()).hexdigest()[:PLACE_DIGITS]
        name = f"{place}-{file.sha256[:NAME_DIGITS]}-{part_of(lines[0].number):05d}.parquet"
        return LakeObject(
            zone="quarantine",
            table=self._name,
            key=f"{self._name}/{file.source}/{name}",
            body=self._table.parquet({name: self._table.array(name, values) for name, values in columns.items()}),
            records=len(lines),
            rows=len(lines),
        )
