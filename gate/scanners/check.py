"""Runs the scanners over all stacks, and over the IAM of an account where there is one."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gate.finding import Finding
from gate.own_rules import missing_stacks, template_files
from gate.report import Report
from gate.scanners.account import count_policies
from gate.scanners.checkov import scan, scan_plan
from gate.scanners.iam import scan_account
from gate.scanners.installed import ScannerError
from gate.suppressions import FILE, judge, load_suppressions

PART = "scanners"
AT_A_TIME = 2


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What the scanners found, and what each that ran has looked at (None: it does not say)."""

    findings: list[Finding]
    evaluated: dict[str, set[str] | None]
    figures: dict[str, Any]


def check(
    stacks: Path,
    *,
    details: dict[str, Any] | None,
    work: Path,
    today: date,
    plans: Sequence[Path] = (),
    suppressions: Path = FILE,
) -> Report:
    """``details`` is an account's IAM; without it parliament and cloudsplaining are left out, and that is said."""
    missing = missing_stacks(stacks)
    if missing:
        return Report(part=PART, figures={}, findings=[], broken=missing)
    try:
        scanned = _scan(stacks, plans, details, work)
    except ScannerError as error:
        return Report(part=PART, figures={}, findings=[], broken=str(error))
    entries, wrong = load_suppressions(suppressions)
    judgement = judge(scanned.findings, entries, evaluated=scanned.evaluated, today=today)
    notes = [] if details else ["no account was given: parliament and cloudsplaining did not run (make gate ENDPOINT=)"]
    return Report(
        part=PART,
        figures=scanned.figures | {"suppressions": len(entries)},
        findings=judgement.open + wrong,
        suppressed=judgement.suppressed,
        notes=notes,
    )


def _scan(stacks: Path, plans: Sequence[Path], details: dict[str, Any] | None, work: Path) -> Scanned:
    work.mkdir(parents=True, exist_ok=True)
    files = template_files(stacks)
    by_stack = {file.parent.name: file for file in files}
    planned = [(plan, by_stack[plan.stem]) for plan in plans if plan.is_file() and plan.stem in by_stack]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        scans = list(pool.map(lambda file: scan(file, work=work), files))
        plan_scans = list(pool.map(lambda pair: scan_plan(*pair, work=work), planned))
    every = [*scans, *plan_scans]
    findings = _once([finding for one in every for finding in one.findings])
    evaluated: dict[str, set[str] | None] = {"checkov": set().union(*(one.evaluated for one in every))}
    figures: dict[str, Any] = {
        "checks": sum(one.checks for one in every),
        "checks_by_stack": {name: one.checks for name, one in zip(by_stack, scans, strict=True)},
        "plans": len(planned),
    }
    if details is not None:
        findings += scan_account(details, work=work)
        evaluated |= {"parliament": None, "cloudsplaining": None}
        figures["iam_policies"] = count_policies(details)
    return Scanned(findings=findings, evaluated=evaluated, figures=figures)


def _once(findings: list[Finding]) -> list[Finding]:
    """A stack and its plan tell the same things, under addresses that differ a little."""
    return list({(finding.check, finding.where): finding for finding in findings}.values())
