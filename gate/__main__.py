"""``python -m gate [rules] [scanners] [plan]``: all three without a name; reports go to build/gate/."""

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from gate import own_rules
from gate.plan import check as plan_check
from gate.report import Report, write, write_summary
from gate.scanners import check as scanners_check
from gate.scanners.account import fetch_details, load_details
from gate.scanners.installed import ScannerError

ROOT = Path(__file__).resolve().parents[1]
PARTS = (own_rules.PART, scanners_check.PART, plan_check.PART)
REGION = "eu-west-1"


def main(arguments: list[str] | None = None) -> int:
    """0 passed, 1 refused, 2 could not look: the worst of the parts that ran."""
    options = _options(arguments)
    today = datetime.now(UTC).date()
    reports = []
    for part in PARTS:
        if part in options.parts or "all" in options.parts:
            report = _run(part, options, today)
            print(report)
            write(report, options.reports)
            reports.append(report)
    code = write_summary(reports, options.reports)
    print(f"gate: exit code {code}; reports in {options.reports}")
    return code


def _run(part: str, options: argparse.Namespace, today: date) -> Report:
    plans = options.plan or sorted((options.reports / "plans").glob("*.json"))
    if part == own_rules.PART:
        return own_rules.check(options.stacks)
    if part == plan_check.PART:
        return plan_check.check(plans, today=today)
    try:
        details = _details(options)
    except ScannerError as error:
        return Report(part=part, figures={}, findings=[], broken=str(error))
    work = options.reports / "work"
    return scanners_check.check(options.stacks, details=details, work=work, today=today, plans=plans)


def _details(options: argparse.Namespace) -> dict[str, Any] | None:
    if options.account_details:
        return load_details(options.account_details)
    return fetch_details(options.endpoint, region=REGION) if options.endpoint else None


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gate", description=__doc__)
    parser.add_argument("parts", nargs="*", default="all", choices=[*PARTS, "all"])
    parser.add_argument("--stacks", type=Path, default=ROOT / "cdktf.out" / "stacks", help="where cdktf synth wrote")
    parser.add_argument("--reports", type=Path, default=ROOT / "build" / "gate")
    parser.add_argument("--plan", type=Path, action="append", help="<stack>.json from terraform show -json; repeatable")
    parser.add_argument("--endpoint", help="an emulated AWS whose IAM is scanned")
    parser.add_argument("--account-details", type=Path, help="a real account's IAM, as the AWS command line writes it")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
