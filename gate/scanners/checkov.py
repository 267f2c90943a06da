"""checkov over a synthesized stack, with a floor under the number of checks it did."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gate.finding import Finding
from gate.policy import Use, policies
from gate.scanners.installed import CHECKOV, ScannerError, run
from gate.synthesized import Synthesized
from gate.template import Template

# It ends with success, having looked at nothing, when a template has `required_version` or is not JSON it knows.
CHECKS_AT_LEAST = 300
# A plan has no data blocks, and before the first apply much in it is unknown.
PLAN_CHECKS_AT_LEAST = 150
# A small stack has a tenth of the resources.
OF_SMALL = 6
# It looks at the principal alone, not at the condition that narrows it; our own rule looks at both.
JUDGED_BETTER = {"CKV_AWS_61": "trust_names_one_service"}
OPTIONS = ("--skip-download", "--compact", "--output", "json", "--soft-fail")


@dataclass(frozen=True, kw_only=True)
class Scan:
    """``evaluated`` are the ids of the checks that looked at something, ``checks`` how often they did."""

    findings: list[Finding]
    evaluated: set[str]
    checks: int


def scan(stack: Synthesized, *, work: Path) -> Scan:
    """A stack as it was synthesized; ScannerError when too few checks looked at it."""
    printed = _run("terraform_json", stack.file, work)
    return _read(printed, stack, called=stack.name, at_least=CHECKS_AT_LEAST)


def scan_plan(plan_file: Path, stack: Synthesized, *, work: Path) -> Scan:
    """The plan of a stack: after an apply it shows what the template leaves to AWS."""
    printed = _run("terraform_plan", plan_file, work)
    return _read(printed, stack, called=f"{stack.name}'s plan", at_least=PLAN_CHECKS_AT_LEAST)


def _read(printed: str, stack: Synthesized, *, called: str, at_least: int) -> Scan:
    template = stack.template()
    found = read(printed, template.paths(), stack=called, at_least=at_least // OF_SMALL if stack.small else at_least)
    return replace(found, findings=without_boundaries(found.findings, template))


def without_boundaries(findings: list[Finding], template: Template) -> list[Finding]:
    """A policy that only bounds others gives nobody a right: what is said against its width is not meant for it."""
    every = list(policies(template))
    bounding = [policy for policy in every if policy.use is Use.BOUNDARY]
    granting = {name for policy in every if policy.use is not Use.BOUNDARY for name in policy.documents}
    names = {name for policy in bounding for name in policy.documents} - granting
    names |= {policy.at.name for policy in bounding}
    return [finding for finding in findings if finding.address.rsplit(".", maxsplit=1)[-1] not in names]


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
        findings=[_finding(check, paths) for check in failed if check["check_id"] not in JUDGED_BETTER],
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
