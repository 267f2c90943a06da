"""checkov over a synthesized stack, with a floor under the number of checks it did."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gate.finding import Finding
from gate.scanners.installed import CHECKOV, ScannerError, run
from gate.template import load_template

# It ends with success, having looked at nothing, when a template has `required_version` or is not JSON it knows.
CHECKS_AT_LEAST = 300
# A plan has no data blocks, and before the first apply much in it is unknown.
PLAN_CHECKS_AT_LEAST = 150
OPTIONS = ("--skip-download", "--compact", "--output", "json", "--soft-fail")


@dataclass(frozen=True, kw_only=True)
class Scan:
    """``evaluated`` are the ids of the checks that looked at something, ``checks`` how often they did."""

    findings: list[Finding]
    evaluated: set[str]
    checks: int


def scan(template_file: Path, *, work: Path) -> Scan:
    """A stack as it was synthesized; ScannerError when too few checks looked at it."""
    printed = _run("terraform_json", template_file, work)
    return read(printed, load_template(template_file).paths(), stack=template_file.parent.name)


def scan_plan(plan_file: Path, template_file: Path, *, work: Path) -> Scan:
    """The plan of a stack: after an apply it shows what the template leaves to AWS."""
    printed = _run("terraform_plan", plan_file, work)
    paths = load_template(template_file).paths()
    return read(printed, paths, stack=f"{plan_file.stem}'s plan", at_least=PLAN_CHECKS_AT_LEAST)


def read(printed: str, paths: dict[str, str], *, stack: str, at_least: int = CHECKS_AT_LEAST) -> Scan:
    """The result that checkov printed; ``paths`` are the constructs' by the resource's name."""
    document = json.loads(printed)
    if not isinstance(document, dict) or "results" not in document:
        raise ScannerError(f"checkov scanned nothing of {stack}: does the template have a required_version?")
    results = document["results"]
    passed, failed = results["passed_checks"], results["failed_checks"]
    unread = document["summary"]["parsing_errors"]
    if unread or len(passed) + len(failed) < at_least:
        number = len(passed) + len(failed)
        raise ScannerError(f"checkov did {number} checks of {stack} ({unread} files unread), not {at_least}")
    return Scan(
        findings=[_finding(check, paths) for check in failed],
        evaluated={check["check_id"] for check in passed + failed},
        checks=len(passed) + len(failed),
    )


def _run(framework: str, file: Path, work: Path) -> str:
    with TemporaryDirectory(dir=work) as folder:
        # Alone in its folder: beside it lie the functions' packages, which are none of Terraform's.
        shutil.copy(file, Path(folder) / file.name)
        return run(CHECKOV, "--file", file.name, "--framework", framework, *OPTIONS, cwd=Path(folder))


def _finding(check: dict[str, Any], paths: dict[str, str]) -> Finding:
    # terraform_json loses the type for some checks: resource.<name>, data.<name>.
    address: str = check["resource"]
    where = paths.get(address.rsplit(".", maxsplit=1)[-1], address)
    return Finding(check=check["check_id"], where=where, address=address, problem=check["check_name"])
