"""What a run of the demo has to say: accounts, revenue and times go in, report.json and report.html come out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.report.accounting import Accounting
from local.report.amounts import exact_text
from local.report.captured import Captured, captured_document
from local.report.gold_report import Gold
from local.report.gold_text import gold_document
from local.report.landed import Landed
from local.report.reconciliation import Reconciliation
from local.report.revenue import Revenue

# Raised when a field changes its meaning or goes; new fields leave it as it is.
SCHEMA_VERSION = "1.0"


@dataclass(frozen=True, kw_only=True)
class DemoReport:
    """One run. The same run gives the same bytes: nothing here reads a clock.

    ``source`` says where the orders came from. ``seconds`` goes by stage, in the order the stages ran; ``objects``
    counts what lies in S3 by table; ``files`` are those of other sources. Without ``reconciliation`` nothing is known
    about the expected revenue; ``gold`` and ``captured`` are None if no job ran and nothing was captured.
    """

    source: str
    accounting: Accounting
    revenue: Revenue
    seconds: Mapping[str, float]
    resources_applied: int
    objects: Mapping[str, int]
    versions: Mapping[str, str]
    reconciliation: Reconciliation | None = None
    files: Sequence[Landed] = ()
    gold: Gold | None = None
    captured: Captured | None = None

    @property
    def problems(self) -> tuple[str, ...]:
        """What the platform promised and did not keep, in a sentence each; empty after a good run."""
        accounting = self.accounting
        found = []
        if not accounting.sent:
            found.append("Nothing was sent.")
        if accounting.lost:
            found.append(f"Lost records: {accounting.lost:,}, such as {', '.join(accounting.lost_ids)}.")
        if accounting.duplicates:
            found.append(f"Events or lines that a reader sees more than once: {accounting.duplicates:,}.")
        if accounting.misjudged:
            examples = "; ".join(accounting.misjudgements)
            found.append(f"Bad records not set aside for their reason: {accounting.misjudged:,}, such as {examples}.")
        if self.reconciliation and self.reconciliation.differences:
            found.append(f"Revenue differs from the source files: {_differences(self.reconciliation)}.")
        parts = (self.gold, self.captured)
        return (*found, *(problem for part in parts if part for problem in part.problems))


def document(report: DemoReport) -> dict[str, Any]:
    """The report as JSON knows it; money is text with all its digits."""
    accounting = report.accounting
    counts = asdict(accounting)
    return {
        "schema_version": SCHEMA_VERSION,
        "source": report.source,
        "problems": list(report.problems),
        "sent": counts.pop("sent"),
        "sent_unique": counts.pop("sent_unique"),
        "stored": counts.pop("stored"),
        "quarantined": counts.pop("quarantined"),
        "lost": counts.pop("lost"),
        "duplicates": counts.pop("duplicates"),
        **counts,
        "lost_ids": list(accounting.lost_ids),
        "misjudgements": list(accounting.misjudgements),
        "revenue": _revenue(report.revenue),
        "reconciliation": _reconciliation(report.reconciliation),
        "files": [asdict(file) for file in report.files],
        "gold": gold_document(report.gold),
        "captured": captured_document(report.captured),
        "objects": dict(report.objects),
        "seconds": {stage: round(seconds, 3) for stage, seconds in report.seconds.items()},
        "resources_applied": report.resources_applied,
        "versions": dict(report.versions),
    }


def write_report(report: DemoReport, folder: Path) -> tuple[Path, Path]:
    """Write ``report.json`` and ``report.html``; returns where they are."""
    from local.report.page import page  # noqa: PLC0415  matplotlib costs a second, which only this pays

    folder.mkdir(parents=True, exist_ok=True)
    as_json, as_html = folder / "report.json", folder / "report.html"
    as_json.write_text(json.dumps(document(report), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    as_html.write_text(page(report), encoding="utf-8")
    return as_json, as_html


def _revenue(revenue: Revenue) -> dict[str, Any]:
    return {
        "currency": revenue.currency,
        "total": exact_text(revenue.total),
        "by_day": {day.isoformat(): exact_text(amount) for day, amount in revenue.by_day.items()},
        "by_country": {country: exact_text(amount) for country, amount in revenue.by_country.items()},
        "other_currencies": {name: exact_text(amount) for name, amount in revenue.other_currencies.items()},
    }


def _reconciliation(reconciliation: Reconciliation | None) -> dict[str, Any] | None:
    if reconciliation is None:
        return None
    return {
        "expected": _revenue(reconciliation.expected),
        "difference": exact_text(reconciliation.actual.total - reconciliation.expected.total),
        "differences": {place: exact_text(amount) for place, amount in reconciliation.differences.items()},
    }


def _differences(reconciliation: Reconciliation, limit: int = 3) -> str:
    shown = [f"{place} by {exact_text(amount)}" for place, amount in reconciliation.differences.items()]
    return ", ".join(shown[:limit]) + (f" and {len(shown) - limit} more" if len(shown) > limit else "")
