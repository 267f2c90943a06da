"""The second time through a file that is accepted: its rows in, parts of silver and quarantine out.

Who takes the parts keeps them from readers until the last of them is made.
"""

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_validator.file_contract import ORIGIN, FileContract
from data_validator.inspection import FileRules, Findings
from data_validator.keys import KeyBook
from data_validator.parts import Parts, Write
from data_validator.reasons import RowReason
from data_validator.row_checks import CheckedChunk, RejectedRow
from data_validator.set_aside import RowMask
from data_validator.times import EPOCH, TIMES, stored_moment
from data_validator.verdict import File
from shared.rejection import Rejection
from shared.runtime_contract import Contract
from shared.table_object import TableFormat

QUARANTINE = "quarantined_rows"
QUARANTINE_COLUMNS = (
    "row_id",
    "source",
    "file",
    "line",
    "reason",
    "detail",
    "payload",
    "_file_sha256",
    "_arrival_ts",
)


class UnstableFileError(Exception):
    """When the two readings of a file differ; the next try begins from the start, and nothing was written."""


@dataclass(frozen=True, kw_only=True)
class Tables:
    """How rows of one source are written; made once."""

    contract: FileContract
    silver: TableFormat
    quarantine: TableFormat
    mask: RowMask


def tables(contract: FileContract, quarantine: Contract, mask: RowMask) -> Tables:
    """The two tables of a source; ValueError if their contracts are not what this code writes."""
    names = [taken.name for taken in contract.taken]
    distinct = [taken.name for place, taken in enumerate(contract.taken) if taken.token or place in contract.key]
    return Tables(
        contract=contract,
        silver=TableFormat(contract.table, columns=[*names, *ORIGIN], distinct=[*distinct, "_source_line"]),
        quarantine=TableFormat(quarantine, columns=QUARANTINE_COLUMNS, distinct=("row_id", "line", "payload")),
        mask=mask,
    )


class FileWriter:
    """Writes the rows of one file."""

    def __init__(self, file: File, tables: Tables, write: Write) -> None:
        self._file, self._tables = file, tables
        self._arrived = stored_moment(file.modified, "timestamp")
        source = file.source
        self._silver = Parts(tables.silver, zone="silver", folder=f"{source.table}/", sha256=file.sha256, write=write)
        folder = f"{QUARANTINE}/{source.name}/"
        self._quarantine = Parts(tables.quarantine, zone="quarantine", folder=folder, sha256=file.sha256, write=write)

    def store(self, rules: FileRules, raw: io.RawIOBase, book: KeyBook, findings: Findings) -> Mapping[str, list[str]]:
        """Make all parts; their keys by zone. UnstableFileError if what is read differs from what was found."""
        equal = 0
        for chunk in rules.chunks(raw, self._file.arrival.key):
            repeats = book.repeats(chunk.columns)
            equal += len(repeats.equal)
            left_out = repeats.equal | repeats.contradicting
            rejected = [
                *chunk.rejected,
                *(self._contradiction(chunk, place) for place in sorted(repeats.contradicting)),
            ]
            if rejected:
                self._set_aside(sorted(rejected, key=lambda row: row.line))
            places = [place for place in range(len(chunk.lines)) if place not in left_out] if left_out else None
            self._keep(chunk, places)
        self._quarantine.close()
        self._silver.close()
        if (self._silver.rows, self._quarantine.rows, equal) != (findings.good, findings.bad, findings.equal):
            raise UnstableFileError(f"{self._file.arrival.key}: the second reading found other rows than the first")
        return {"silver": self._silver.keys, "quarantine": self._quarantine.keys}

    def _keep(self, chunk: CheckedChunk, places: Sequence[int] | None) -> None:
        lines: Sequence[int] = chunk.lines
        columns = chunk.columns
        if places is not None:
            lines, columns = [lines[at] for at in places], [[column[at] for at in places] for column in columns]
        if not lines:
            return
        partition_by = self._tables.contract.partition_by
        if partition_by is None:
            self._silver.add(self._arrays(lines, columns))
            return
        type_ = self._tables.contract.taken[partition_by].column.type
        by_month: defaultdict[str, list[int]] = defaultdict(list)
        for place, value in enumerate(columns[partition_by]):
            by_month[_month(value, type_)].append(place)
        for month, of_month in by_month.items():
            arrays = self._arrays(
                [lines[at] for at in of_month], [[column[at] for at in of_month] for column in columns]
            )
            self._silver.add(arrays, partition=month)

    def _arrays(self, lines: Sequence[int], columns: Sequence[Sequence[Any]]) -> dict[str, Any]:
        table, count = self._tables.silver, len(lines)
        origin = ([self._file.arrival.key] * count, lines, [self._file.sha256] * count, [self._arrived] * count)
        names = [*(taken.name for taken in self._tables.contract.taken), *ORIGIN]
        return {name: table.array(name, values) for name, values in zip(names, [*columns, *origin], strict=True)}

    def _set_aside(self, rejected: Sequence[RejectedRow]) -> None:
        file, table = self._file, self._tables.quarantine
        rows = [
            (
                f"{file.sha256}:{row.line}",
                file.source.name,
                file.arrival.key,
                row.line,
                row.rejection.reason.value,
                row.rejection.detail,
                self._tables.mask(row),
                file.sha256,
                self._arrived,
            )
            for row in rejected
        ]
        columns = zip(QUARANTINE_COLUMNS, zip(*rows, strict=True), strict=True)
        self._quarantine.add({name: table.array(name, values) for name, values in columns})

    def _contradiction(self, chunk: CheckedChunk, place: int) -> RejectedRow:
        names = ", ".join(self._tables.contract.taken[at].name for at in self._tables.contract.key)
        detail = f"an earlier row has the same {names} and other values"
        values = [column[place] for column in chunk.columns]
        rejection = Rejection(RowReason.REPEATED_KEY, detail)
        return RejectedRow(chunk.lines[place], rejection, values, is_stored_form=True)


def _month(value: int, type_: str) -> str:
    moment = EPOCH + value * TIMES[type_]
    return f"year={moment:%Y}/month={moment:%m}/"
