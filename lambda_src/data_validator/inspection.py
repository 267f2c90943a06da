"""The first time through a file: everything is checked, nothing is written; text in, `Findings` out.

The second time through (see storing.py) takes the same rows through the same checks. Twice, because only the end of a
file says whether it is accepted, and the name of what is written for it.
"""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from data_validator.csv_rows import CsvRows
from data_validator.header import is_reordered
from data_validator.json_rows import JsonRows
from data_validator.keys import KeyBook
from data_validator.reasons import Check, Refusal, RowReason
from data_validator.registry import Source
from data_validator.row_checks import CheckedChunk, RejectedRow, RowChecks
from data_validator.texts import open_text, readable

# Bad rows that the verdict shows.
SHOWN = 20


@dataclass(kw_only=True)
class Findings:
    """What was found in a file. ``refusal`` is the first reason to refuse it, None if it is accepted."""

    rows: int = 0
    equal: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    shown: list[tuple[int, str, str]] = field(default_factory=list)
    is_reordered: bool = False
    refusal: Refusal | None = None

    @property
    def bad(self) -> int:
        return self.reasons.total()

    @property
    def good(self) -> int:
        return self.rows - self.equal - self.bad

    def note(self, row: RejectedRow) -> None:
        """Count a bad row and keep the first ones, without values."""
        rejection = row.rejection
        self.reasons[rejection.reason.value] += 1
        if len(self.shown) < SHOWN:
            self.shown.append((row.line, rejection.reason.value, rejection.detail))


class FileRules:
    """All that files of one source are held against; made once, used for every file of it."""

    def __init__(self, source: Source, checks: RowChecks, *, max_bytes: int) -> None:
        self.source, self._checks, self._max_bytes = source, checks, max_bytes

    def chunks(self, raw: io.RawIOBase, name: str, findings: Findings | None = None) -> Iterator[CheckedChunk]:
        """The rows of a file called ``name``, checked one by one; Refusal if it cannot be read as its source's are."""
        form = self.source.format
        with readable():
            text = open_text(raw, form, name=name, limit=self._max_bytes)
            rows: CsvRows | JsonRows
            if form.kind == "csv":
                rows = CsvRows(text, form, self.source.contract)
                if findings:
                    findings.is_reordered = is_reordered(rows.header, self.source.contract)
            else:
                rows = JsonRows(text, self.source.contract, is_list=form.kind == "json")
            yield from map(self._checks.check, rows.chunks())

    def inspect(self, raw: io.RawIOBase, name: str, book: KeyBook) -> Findings:
        """What is found in a file; nothing of it needs to be kept."""
        findings = Findings()
        try:
            for chunk in self.chunks(raw, name, findings):
                findings.rows += chunk.rows
                for row in chunk.rejected:
                    findings.note(row)
                book.note(chunk.columns)
                self._check_most(findings)
            findings.equal, contradicting = book.close()
            if contradicting:
                findings.reasons[RowReason.REPEATED_KEY.value] = contradicting
            self._check_counts(findings)
        except Refusal as refusal:
            findings.refusal = refusal
        return findings

    def _check_most(self, findings: Findings) -> None:
        most = self.source.max_rows
        if most is not None and findings.rows > most:
            raise Refusal(Check.ROW_COUNT, expected=f"at most {most} rows", observed=f"{findings.rows} and more")

    def _check_counts(self, findings: Findings) -> None:
        source = self.source
        if findings.rows < source.min_rows:
            raise Refusal(
                Check.ROW_COUNT, expected=f"at least {source.min_rows} rows", observed=f"{findings.rows} rows"
            )
        if findings.bad > source.error_threshold * findings.rows:
            raise Refusal(
                Check.ERROR_SHARE,
                expected=f"at most {source.error_threshold:.2%} bad rows",
                observed=f"{findings.bad} of {findings.rows}",
            )
