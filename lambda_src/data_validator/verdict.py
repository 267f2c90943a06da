"""The verdict on a file: findings in, a JSON document out, and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from data_validator.inspection import Findings
from data_validator.reasons import Check
from data_validator.registry import VERDICTS, Source
from shared.arrival import Arrival

ACCEPTED, REFUSED = "accepted", "refused"
# What an event and a log line tell; the rest stands in the document.
HEAD = (
    "source",
    "table",
    "file",
    "version_id",
    "sha256",
    "bytes",
    "arrived_at",
    "outcome",
    "refused_by",
    "rows",
    "reasons",
    "contract_version",
    "rules",
    "repeat_of",
)


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that was read to its end."""

    arrival: Arrival
    source: Source
    sha256: str
    size: int
    modified: datetime


Document = Mapping[str, Any]


def verdict_key(source: str, sha256: str) -> str:
    """Where in bronze the verdict on a content lies."""
    return f"{VERDICTS}{source}/{sha256}.json"


def verdict_on(file: File, findings: Findings, *, keys: Mapping[str, Sequence[str]], now: datetime) -> Document:
    """The document. Of an accepted file ``read == stored + quarantined + duplicates``; of a refused one, 0."""
    source, refusal = file.source, findings.refusal
    accepted = refusal is None
    return {
        "source": source.name,
        "table": source.table,
        "file": file.arrival.key,
        "version_id": file.arrival.version_id,
        "etag": file.arrival.etag,
        "sha256": file.sha256,
        "bytes": file.size,
        "arrived_at": file.modified.isoformat(),
        "outcome": ACCEPTED if accepted else REFUSED,
        "refused_by": refusal.check.value if refusal else None,
        "rows": {
            "read": findings.rows,
            "bad": findings.bad,
            "stored": findings.good if accepted else 0,
            "quarantined": findings.bad if accepted else 0,
            "duplicates": findings.equal,
        },
        "reasons": dict(sorted(findings.reasons.items())),
        "checks": _checks(file, findings, now),
        "bad_rows": [dict(zip(("line", "reason", "detail"), row, strict=True)) for row in findings.shown],
        "contract_version": source.contract.table.version,
        "rules": source.rules,
        "keys": {zone: list(written) for zone, written in keys.items()},
        "repeat_of": None,
    }


def head(document: Document) -> dict[str, Any]:
    """What is told of a verdict; the document itself lies at `verdict_key`."""
    return {name: document[name] for name in HEAD} | {"verdict": verdict_key(document["source"], document["sha256"])}


def as_repeat(document: Document, arrival: Arrival) -> dict[str, Any]:
    """An earlier verdict, told again of another arrival of the same content, for which nothing was written."""
    rows = {**document["rows"], "stored": 0, "quarantined": 0}
    told = {"repeat_of": document["file"], "file": arrival.key, "version_id": arrival.version_id, "rows": rows}
    return {**document, **told}


def stands(document: Document, source: Source) -> bool:
    """Whether an earlier verdict is the last word: a refusal is not, once the rules have changed."""
    return bool(document["outcome"] == ACCEPTED or document["rules"] == source.rules)


def encoded(document: Document) -> bytes:
    return json.dumps(document, indent=1, sort_keys=True).encode()


def _checks(file: File, findings: Findings, now: datetime) -> list[dict[str, Any]]:
    """Every check with what was expected and what was found. Those behind the one that failed were not reached."""
    source, refusal = file.source, findings.refusal
    most = "any number of" if source.max_rows is None else str(source.max_rows)
    age = now - file.modified
    hours = source.freshness_hours
    # Columns are found by name: another order does no harm, but may explain one.
    order = "another" if findings.is_reordered else "the contract's"
    late = hours is not None and age > timedelta(hours=hours)
    expectations = {
        Check.SIZE: ("unpacked within MAX_FILE_MB", f"{file.size} bytes as it came"),
        Check.COMPRESSION: (source.format.compression or "by the name", "readable"),
        Check.ENCODING: (source.format.encoding, source.format.encoding),
        Check.FORM: (source.format.kind, source.format.kind),
        Check.HEADER: (", ".join(source.contract.sources), f"all there, in {order} order"),
        Check.ROW_COUNT: (f"{source.min_rows} to {most} rows", f"{findings.rows}"),
        Check.KEYS: ("each key once", f"{findings.equal} equal rows, {_contradicting(findings)} contradicting"),
        Check.ERROR_SHARE: (f"at most {source.error_threshold:.2%} bad rows", f"{findings.bad} of {findings.rows}"),
    }
    checks: list[dict[str, Any]] = []
    for check, (expected, observed) in expectations.items():
        if refusal and check is refusal.check:
            checks.append(_check(check, refusal.expected, refusal.observed, passed=False))
            break
        checks.append(_check(check, expected, observed, passed=True))
    # It warns: what comes late is not wrong.
    expected = "any age" if hours is None else f"at most {hours} hours from arrival to check"
    checks.append(_check(Check.FRESHNESS, expected, f"{age.total_seconds() / 3600:.1f} hours", passed=not late))
    return checks


def _contradicting(findings: Findings) -> int:
    return findings.reasons.get("repeated_key", 0)


def _check(check: Check, expected: str, observed: str, *, passed: bool) -> dict[str, Any]:
    return {"check": check.value, "expected": expected, "observed": observed, "passed": passed}
