"""Risks that somebody has taken: a file per change in ``gate/acknowledged/``, for exactly what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from gate.finding import Finding
from gate.plan.risk import Refusal

FOLDER = Path(__file__).resolve().parents[1] / "acknowledged"
# Long enough for a change to reach production, too short to be forgotten.
LONGEST = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """``accepted`` are the marks that the gate printed: another plan has other marks."""

    reason: str
    owner: str
    expires: date
    accepted: list[str]


def load_acknowledgements(folder: Path = FOLDER, *, today: date) -> tuple[set[str], list[Finding]]:
    """The accepted marks, and what is wrong with files that cannot count."""
    marks: set[str] = set()
    wrong = []
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        problem = _problem(content, today)
        if problem:
            where = f"gate/acknowledged/{path.name}"
            wrong.append(Finding(check="acknowledgement", where=where, address=where, problem=problem))
        else:
            marks |= set(content["accepted"])
    return marks, wrong


def proposal(refused: Sequence[Refusal]) -> str:
    """A file that would let these through, for people to give a reason in."""
    lines = [f"  - {r.mark}  # {r.stack}: {r.risk}: {r.address}" for r in refused]
    return "\n".join(["reason:", "owner:", f"expires:  # within {LONGEST.days} days", "accepted:", *lines])


def _problem(content: Any, today: date) -> str | None:
    wanted = {field.name for field in fields(Acknowledgement)}
    if not isinstance(content, dict) or set(content) != wanted:
        return f"it has exactly these fields: {', '.join(sorted(wanted))}"
    if not all(str(content[name] or "").strip() for name in ("reason", "owner")):
        return "reason and owner must say something"
    if not isinstance(content["accepted"], list) or not all(isinstance(mark, str) for mark in content["accepted"]):
        return 'accepted is a list of marks; write one of digits only in quotes: "012345678901"'
    if not isinstance(content["expires"], date):
        return "expires is a date: 2027-06-30"
    return _outdated(content["expires"], today)


def _outdated(expires: date, today: date) -> str | None:
    if expires < today:
        return f"it expired on {expires}: remove it, or acknowledge the plan of today"
    if expires > today + LONGEST:
        return f"it expires on {expires}, more than {LONGEST.days} days ahead"
    return None
