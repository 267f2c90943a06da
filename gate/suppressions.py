"""Exceptions from what scanners say: in one file, each with a reason, an owner and an end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from gate.finding import Finding
from gate.zero_list import NEVER_SUPPRESSED

FILE = Path(__file__).resolve().parent / "suppressions.yaml"
LONGEST = timedelta(days=366)
SCANNERS = {"CKV": "checkov", "parliament": "parliament", "cloudsplaining": "cloudsplaining"}


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """``address`` is a construct's path; ``*`` stands for any text within one of its parts."""

    check: str
    address: str
    reason: str
    owner: str
    expires: date

    @property
    def scanner(self) -> str | None:
        """Whose check it is; None when no scanner has such checks (the own rules take no exceptions)."""
        return next((name for start, name in SCANNERS.items() if self.check.startswith(start)), None)

    def fits(self, finding: Finding) -> bool:
        wanted, found = self.address.split("/"), finding.where.split("/")
        same_check = self.check == finding.check and len(wanted) == len(found)
        return same_check and all(fnmatchcase(part, pattern) for pattern, part in zip(wanted, found, strict=True))


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """``open`` must be mended; ``suppressed`` was let through, by which entry."""

    open: list[Finding]
    suppressed: list[tuple[Finding, Suppression]]


def load_suppressions(path: Path = FILE) -> tuple[list[Suppression], list[Finding]]:
    """The entries, and what is wrong with those that cannot be read."""
    entries, wrong = [], []
    for number, entry in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")) or [], start=1):
        problem = _unreadable(entry)
        if problem:
            wrong.append(_about(f"entry {number}", problem))
        else:
            entries.append(Suppression(**entry))
    return entries, wrong


def judge(
    found: Iterable[Finding],
    suppressions: Sequence[Suppression],
    *,
    evaluated: dict[str, set[str] | None],
    today: date,
) -> Judgement:
    """Findings no entry fits, and entries that are expired, unknown, unused or not allowed.

    ``evaluated`` are the checks each scanner that ran has looked at, None when it does not say; entries of one that
    did not run are left alone.
    """
    found = list(found)
    valid, complaints = [], []
    for entry in suppressions:
        problem = _not_allowed(entry, evaluated, today)
        if problem:
            complaints.append(_about(f"{entry.check} at {entry.address}", problem))
        else:
            valid.append(entry)
    matches = [(finding, entry) for finding in found for entry in valid if entry.fits(finding)]
    used = {entry for _, entry in matches}
    for entry in valid:
        if entry not in used and entry.scanner in evaluated:
            complaints.append(_about(f"{entry.check} at {entry.address}", "no finding needs it: remove it"))
    suppressed = {finding for finding, _ in matches}
    return Judgement(open=[f for f in found if f not in suppressed] + complaints, suppressed=matches)


def _unreadable(entry: Any) -> str | None:
    wanted = {field.name for field in fields(Suppression)}
    if not isinstance(entry, dict) or set(entry) != wanted:
        return f"an entry has exactly these fields: {', '.join(sorted(wanted))}"
    empty = [name for name in ("check", "address", "reason", "owner") if not str(entry[name] or "").strip()]
    if empty:
        return f"{', '.join(empty)} must say something"
    return None if isinstance(entry["expires"], date) else "expires is a date: 2027-06-30"


def _not_allowed(entry: Suppression, evaluated: dict[str, set[str] | None], today: date) -> str | None:
    if entry.scanner is None:
        return "no scanner has this check, and the own rules take no exceptions"
    if entry.check in NEVER_SUPPRESSED:
        return f"{NEVER_SUPPRESSED[entry.check]}: this check takes no exceptions"
    if entry.expires < today:
        return f"expired on {entry.expires}: mend the finding, or give the reason anew"
    if entry.expires > today + LONGEST:
        return f"expires on {entry.expires}, more than a year ahead: reasons are looked at every year"
    known = evaluated.get(entry.scanner)
    if known is not None and entry.check not in known:
        return f"{entry.scanner} looked at no such check"
    return None


def _about(where: str, problem: str) -> Finding:
    return Finding(check="suppressions", where=where, address=f"gate/{FILE.name}", problem=problem)
