"""Runs the scanners over all stacks, and over the IAM of an account where there is one."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gate.finding import Finding
from gate.report import Report
from gate.scanners.account import Accounts, count_policies
from gate.scanners.checkov import scan, scan_plan
from gate.scanners.iam import scan_account
from gate.scanners.installed import ScannerError
from gate.suppressions import FILE, judge, load_suppressions
from gate.synthesized import Synthesized, missing

PART = "scanners"
AT_A_TIME = 2
NO_ACCOUNT = "no account was given: parliament and cloudsplaining did not run (make gate ENDPOINT=)"


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What the scanners found, and what each that ran has looked at (None: it does not say)."""

    findings: list[Finding]
    evaluated: dict[str, set[str] | None]
    figures: dict[str, Any]


def check(
    stacks: Sequence[Synthesized],
    *,
    accounts: Accounts,
    work: Path,
    today: date,
    plans: Sequence[Path] = (),
    suppressions: Path = FILE,
) -> Report:
    """``accounts`` are their IAM by stack; without any parliament and cloudsplaining are left out, and it is said."""
    problem = missing(list(stacks))
    if problem:
        return Report(part=PART, figures={}, findings=[], broken=problem)
    try:
        scanned = _scan(stacks, plans, accounts, work)
    except ScannerError as error:
        return Report(part=PART, figures={}, findings=[], broken=str(error))
    entries, wrong = load_suppressions(suppressions)
    judgement = judge(scanned.findings, entries, evaluated=scanned.evaluated, today=today)
    return Report(
        part=PART,
        figures=scanned.figures | {"suppressions": len(entries)},
        findings=judgement.open + wrong,
        suppressed=judgement.suppressed,
        notes=[] if accounts else [NO_ACCOUNT],
    )


def _scan(stacks: Sequence[Synthesized], plans: Sequence[Path], accounts: Accounts, work: Path) -> Scanned:
    work.mkdir(parents=True, exist_ok=True)
    by_name = {stack.name: stack for stack in stacks}
    planned = [(plan, by_name[plan.stem]) for plan in plans if plan.is_file() and plan.stem in by_name]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        scans = list(pool.map(lambda stack: scan(stack, work=work), stacks))
        plan_scans = list(pool.map(lambda pair: scan_plan(*pair, work=work), planned))
        of_accounts = list(pool.map(lambda pair: scan_account(pair[1], stack=pair[0], work=work), accounts.items()))
    every = [*scans, *plan_scans]
    evaluated: dict[str, set[str] | None] = {"checkov": set().union(*(one.evaluated for one in every))}
    figures: dict[str, Any] = {
        "checks": sum(one.checks for one in every),
        "checks_by_stack": {name: one.checks for name, one in zip(by_name, scans, strict=True)},
        "plans": len(planned),
    }
    if accounts:
        evaluated |= {"parliament": None, "cloudsplaining": None}
        figures["accounts"] = len(accounts)
        figures["iam_policies"] = sum(map(count_policies, accounts.values()))
    findings = [finding for one in every for finding in one.findings] + [f for found in of_accounts for f in found]
    return Scanned(findings=_once(findings), evaluated=evaluated, figures=figures)


def _once(findings: list[Finding]) -> list[Finding]:
    """A stack and its plan tell the same things, under addresses that differ a little."""
    return list({(finding.check, finding.where): finding for finding in findings}.values())
