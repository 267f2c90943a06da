"""What a part of the gate says: a few lines for people, a JSON file for machines."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gate.finding import Finding
from gate.suppressions import Suppression

PASSED, REFUSED, BROKEN = 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class Report:
    """One part's result. ``figures`` say how much was looked at: a gate that looks at nothing finds nothing.

    ``tables`` are for machines only: what was worked out on the way.
    """

    part: str
    figures: dict[str, Any]
    findings: list[Finding]
    suppressed: list[tuple[Finding, Suppression]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: dict[str, Any] = field(default_factory=dict)
    broken: str | None = None

    @property
    def exit_code(self) -> int:
        """0 passed, 1 refused, 2 could not look."""
        if self.broken:
            return BROKEN
        return REFUSED if self.findings else PASSED

    def as_dict(self) -> dict[str, Any]:
        let_through = [f.as_dict() | {"reason": s.reason, "expires": str(s.expires)} for f, s in self.suppressed]
        return {
            "part": self.part,
            "exit_code": self.exit_code,
            "figures": self.figures,
            "findings": [finding.as_dict() for finding in self.findings],
            "suppressed": let_through,
            "notes": self.notes,
            "broken": self.broken,
            **({"tables": self.tables} if self.tables else {}),
        }

    def __str__(self) -> str:
        verdict = {PASSED: "passed", REFUSED: "REFUSED", BROKEN: "COULD NOT LOOK"}[self.exit_code]
        figures = ", ".join(f"{value} {name}" for name, value in self.figures.items() if isinstance(value, int))
        lines = [f"gate {self.part}: {verdict} ({figures})", *(f"  note: {note}" for note in self.notes)]
        lines += [f"  {finding}" for finding in self.findings]
        return "\n".join([*lines, f"  {self.broken}"] if self.broken else lines)


def write(report: Report, folder: Path) -> None:
    """``<folder>/<part>.json``."""
    _dump(folder / f"{report.part}.json", report.as_dict())


def write_summary(reports: list[Report], folder: Path) -> int:
    """``<folder>/report.json``, and the exit code of all parts together: the worst."""
    worst = max((report.exit_code for report in reports), default=BROKEN)
    parts = {
        report.part: {
            "exit_code": report.exit_code,
            "findings": len(report.findings),
            "suppressed": len(report.suppressed),
            "figures": report.figures,
        }
        for report in reports
    }
    _dump(folder / "report.json", {"exit_code": worst, "parts": parts})
    return worst


def _dump(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
