"""Rows of a CSV file: text in, chunks of texts by column out. Blank lines are no rows.

One quote left open would swallow the rows behind it: within a line that is one broken row, over several lines nobody
can say where a row began, and the file is refused.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO

from data_validator.file_contract import FileContract
from data_validator.header import positions
from data_validator.reasons import Check, Refusal, RowReason
from data_validator.registry import FileFormat
from data_validator.rows import CHUNK_ROWS, BrokenRow, Chunk
from data_validator.texts import Lines, rows_ended_by
from shared.rejection import Rejection

# Characters of one field. An open quote is found after so many.
csv.field_size_limit(131_072)


class CsvRows:
    """Reads one file; ``header`` is its first row, or the format's columns."""

    def __init__(self, text: IO[str], form: FileFormat, contract: FileContract) -> None:
        self._form = form
        self._rows = _Quoted(text, form) if len(form.delimiter) == 1 and not form.row_end else _Plain(text, form)
        self.header: Sequence[str] = self._header() if form.header else form.columns
        self._positions = positions(self.header, contract)

    def chunks(self) -> Iterator[Chunk]:
        """All rows behind the header."""
        line = 1
        while True:
            rows, broken = self._rows.take(CHUNK_ROWS)
            if not rows and not broken:
                return
            chunk = self._chunk([row for row in rows if row] if [] in rows else rows, line)
            line += len(chunk.lines) + len(chunk.broken)
            if broken:
                chunk = Chunk(chunk.lines, chunk.columns, [*chunk.broken, BrokenRow(line, *broken)])
                line += 1
            yield chunk

    def _header(self) -> Sequence[str]:
        rows, broken = self._rows.take(1)
        if not rows or broken:
            found = "an empty file" if not broken else "a row that cannot be read"
            raise Refusal(Check.HEADER, expected="a first row that names the columns", observed=found)
        return [name.strip() for name in rows[0]]

    def _chunk(self, rows: Sequence[list[str]], line: int) -> Chunk:
        width = len(self.header)
        lines: Sequence[int] = range(line, line + len(rows))
        broken: list[BrokenRow] = []
        if any(len(row) != width for row in rows):
            broken = [self._wrong_width(at, row) for at, row in zip(lines, rows, strict=True) if len(row) != width]
            lines = [at for at, row in zip(lines, rows, strict=True) if len(row) == width]
            rows = [row for row in rows if len(row) == width]
        columns = list(zip(*rows, strict=True)) or [()] * width
        return Chunk(lines, [columns[position] for position in self._positions], broken)

    def _wrong_width(self, line: int, row: list[str]) -> BrokenRow:
        if any("\n" in field for field in row):
            raise _swallowed(line)
        detail = f"expected {len(self.header)} columns, found {len(row)}"
        return BrokenRow(line, Rejection(RowReason.COLUMN_COUNT, detail), self._form.delimiter.join(row))


def _swallowed(line: int) -> Refusal:
    return Refusal(
        Check.FORM, expected="every quote closed in its own row", observed=f"a quote over several lines from {line}"
    )


# Rows, and what ended the reading early: why, and the row's text.
Taken = tuple[list[list[str]], tuple[Rejection, str] | None]


class _Quoted:
    """Rows as Python's csv module reads them, strictly."""

    def __init__(self, text: IO[str], form: FileFormat) -> None:
        self._lines = Lines(text)
        self._reader = csv.reader(
            iter(self._lines),
            delimiter=form.delimiter,
            quotechar=form.quote,
            quoting=csv.QUOTE_NONE if form.quote is None else csv.QUOTE_MINIMAL,
            strict=True,
        )

    def take(self, count: int) -> Taken:
        rows: list[list[str]] = []
        before = self._reader.line_num
        try:
            rows.extend(islice(self._reader, count))
        except csv.Error as error:
            # What was read up to the error stays in the list.
            started = before + sum(1 + "".join(row).count("\n") for row in rows)
            if self._reader.line_num - started > 1:
                raise _swallowed(started + 1) from error
            return rows, (Rejection(RowReason.BAD_QUOTES, f"no CSV: {error}"), self._lines.last)
        return rows, None


class _Plain:
    """Rows without quotes, whose delimiter or end may have several characters."""

    def __init__(self, text: IO[str], form: FileFormat) -> None:
        ended = rows_ended_by(text, form.row_end) if form.row_end else (line.rstrip("\r\n") for line in Lines(text))
        self._rows = (row.split(form.delimiter) if row.strip("\r\n") else [] for row in ended)

    def take(self, count: int) -> Taken:
        return list(islice(self._rows, count)), None
