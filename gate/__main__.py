"""``python -m gate [rules] [access] [scanners] [plan]``: all without a name; reports go to build/gate/."""

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from gate import own_rules
from gate.access import check as access_check
from gate.plan import check as plan_check
from gate.report import Report, write, write_summary
from gate.scanners import check as scanners_check
from gate.scanners.account import ACCOUNTS, Accounts, fetch_details, load_accounts
from gate.scanners.installed import ScannerError
from gate.synthesized import ROOT, STACKS, STATE_STACKS, synthesized

PARTS = (own_rules.PART, access_check.PART, scanners_check.PART, plan_check.PART)
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
    stacks = synthesized(options.stacks, options.state_stacks)
    if part == own_rules.PART:
        return own_rules.check(stacks)
    if part == access_check.PART:
        return access_check.check(stacks, pages=options.reports / "access")
    if part == plan_check.PART:
        return plan_check.check(plans, today=today)
    try:
        accounts = _accounts(options)
    except ScannerError as error:
        return Report(part=part, figures={}, findings=[], broken=str(error))
    return scanners_check.check(stacks, accounts=accounts, work=options.reports / "work", today=today, plans=plans)


def _accounts(options: argparse.Namespace) -> Accounts:
    files = options.account_details or sorted((options.reports / ACCOUNTS).glob("*.json"))
    found = load_accounts(files)
    return found | ({"endpoint": fetch_details(options.endpoint, region=REGION)} if options.endpoint else {})


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gate", description=__doc__)
    parser.add_argument("parts", nargs="*", default="all", choices=[*PARTS, "all"])
    parser.add_argument("--stacks", type=Path, default=STACKS, help="where cdktf synth wrote")
    parser.add_argument("--state-stacks", type=Path, default=STATE_STACKS, help="where stacks.state_bucket wrote")
    parser.add_argument("--reports", type=Path, default=ROOT / "build" / "gate")
    parser.add_argument("--plan", type=Path, action="append", help="<stack>.json from terraform show -json; repeatable")
    parser.add_argument("--endpoint", help="an emulated AWS whose IAM is scanned as well")
    parser.add_argument(
        "--account-details",
        type=Path,
        action="append",
        help="<stack>.json, its account's IAM as the AWS command line writes it; repeatable",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
