"""What was captured of a shop's databases and what the lake made of it: lines, JSON and a section of the page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from local.report.page_parts import section, table

Line = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Rows that only one side has; ``rows`` is how many the source has."""

    table: str
    rows: int
    only_source: int
    only_merged: int

    @property
    def equal(self) -> bool:
        return not self.only_source and not self.only_merged


@dataclass(frozen=True, kw_only=True)
class Captured:
    """``bronze`` is what its files come to, held against the source, and ``silver`` what cdc_merge published of them.

    ``silver`` is empty where the job did not run; tables without a contract here are not in it.
    """

    schemas: Sequence[str]
    loaded: int
    changes: int
    files: int
    bronze: Sequence[Difference]
    silver: Sequence[Difference] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        places = {"bronze": self.bronze, "silver": self.silver}
        return tuple(
            f"{each.table}: {place} lacks {each.only_source:,} rows of the source, and has {each.only_merged:,} others."
            for place, tables in places.items()
            for each in tables
            if not each.equal
        )


def captured_lines(captured: Captured | None) -> list[Line]:
    """What a terminal shows; nothing if nothing was captured."""
    if captured is None:
        return []
    return [
        ("databases", ", ".join(captured.schemas)),
        ("rows loaded", f"{captured.loaded:,}"),
        ("changes", f"{captured.changes:,}"),
        ("files", f"{captured.files:,}"),
        ("rows at the source", f"{sum(each.rows for each in captured.bronze):,}"),
        ("equal to it, from bronze", _equal(captured.bronze)),
        *([("equal to it, in silver", _equal(captured.silver))] if captured.silver else []),
    ]


def captured_document(captured: Captured | None) -> dict[str, Any] | None:
    """As JSON knows it."""
    return None if captured is None else asdict(captured)


def captured_section(captured: Captured | None) -> str:
    """The card of the page."""
    if captured is None:
        return ""
    silver = {each.table: each for each in captured.silver}
    rows = [
        (each.table, f"{each.rows:,}", _said(each), _said(silver.get(each.table)))
        for each in sorted(captured.bronze, key=lambda each: each.table)
    ]
    return section(
        "Captured tables",
        "Each is merged from what was captured while it changed, and held against the source row for row.",
        table("Figures", ("what", "value"), captured_lines(captured)),
        table("Tables", ("table", "rows", "from bronze", "in silver"), rows),
    )


def _equal(tables: Sequence[Difference]) -> str:
    return f"{sum(each.equal for each in tables)} of {len(tables)} tables"


def _said(difference: Difference | None) -> str:
    if difference is None:
        return "not merged here"
    if difference.equal:
        return "equal"
    return f"{difference.only_source:,} missing, {difference.only_merged:,} others"
