"""A chunk of rows against the contract: values as read in, values as stored out, and the rows that break a rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from data_validator.conversions import Conversion, conversion
from data_validator.file_contract import FileContract
from data_validator.registry import FileFormat
from data_validator.rows import Chunk
from data_validator.times import stored_moment
from shared.memo import Memo
from shared.rejection import Reason, Rejection
from shared.tokens import Tokens

YEARS = "year"


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that breaks a rule; ``values`` in the contract's order, as read or as stored, or all of it as one text."""

    line: int
    rejection: Rejection
    values: Sequence[Any] | str
    is_stored_form: bool = False


@dataclass(frozen=True, slots=True)
class CheckedChunk:
    """``columns`` as stored, a value for each of ``lines``; ``rejected`` in the order of lines."""

    lines: Sequence[int]
    columns: Sequence[Sequence[Any]]
    rejected: Sequence[RejectedRow]

    @property
    def rows(self) -> int:
        return len(self.lines) + len(self.rejected)


class RowChecks:
    """The rules of one contract, compiled."""

    def __init__(self, contract: FileContract, form: FileFormat, tokens: Tokens) -> None:
        self._conversions = [conversion(taken, form, tokens) for taken in contract.taken]
        self._memos: list[Memo[Any]] = [Memo(convert) for convert in self._conversions]
        self._partition_by = contract.partition_by
        self._days = _partition_days(contract)

    def check(self, chunk: Chunk) -> CheckedChunk:
        """Each row once, under its first broken rule if there is one."""
        rejected: dict[int, Rejection] = {}
        columns = [
            _converted(memo, convert, values, rejected)
            for memo, convert, values in zip(self._memos, self._conversions, chunk.columns, strict=True)
        ]
        if self._partition_by is not None:
            self._check_partition(columns[self._partition_by], rejected)
        broken = [RejectedRow(row.line, row.rejection, row.text) for row in chunk.broken]
        if not rejected:
            return CheckedChunk(chunk.lines, columns, broken)
        for place, rejection in rejected.items():
            values = [column[place] for column in chunk.columns]
            broken.append(RejectedRow(chunk.lines[place], rejection, values))
        kept = [place for place in range(len(chunk.lines)) if place not in rejected]
        return CheckedChunk(
            [chunk.lines[place] for place in kept],
            [[column[place] for place in kept] for column in columns],
            sorted(broken, key=lambda row: row.line),
        )

    def _check_partition(self, values: Sequence[Any], rejected: dict[int, Rejection]) -> None:
        earliest, latest = self._days
        for place, value in enumerate(values):
            if place not in rejected and not earliest <= value < latest:
                rejected[place] = Rejection(Reason.BAD_TIMESTAMP, "the year is outside the table's partitions")


def _converted(
    memo: Memo[Any], convert: Conversion, values: Sequence[Any], rejected: dict[int, Rejection]
) -> Sequence[Any]:
    """The column as stored; None where a row breaks the column's rule, which ``rejected`` then says by place."""
    try:
        return [memo[value] for value in values]
    except (Rejection, TypeError):  # TypeError: a list or an object, which no memory can hold
        stored: list[Any] = []
    for place, value in enumerate(values):
        try:
            stored.append(convert(value))
        except Rejection as rejection:
            rejected.setdefault(place, rejection.bare())
            stored.append(None)
    return stored


def _partition_days(contract: FileContract) -> tuple[int, int]:
    """First day or microsecond of the first year there are partitions for, and of the one behind the last."""
    if contract.partition_by is None:
        return 0, 0
    rules = contract.table.column(YEARS).rules
    first, behind_last = (
        stored_moment(datetime(year, 1, 1, tzinfo=UTC), contract.taken[contract.partition_by].column.type)
        for year in (rules["minimum"], rules["maximum"] + 1)
    )
    return first, behind_last
