"""parliament (are the policies right?) and cloudsplaining (what could their holder do?) over an account's IAM.

Both end well when they found nothing to read, so a role with known faults is added: they must find those.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gate.finding import Finding
from gate.scanners.account import Details, without_boundaries
from gate.scanners.installed import CLOUDSPLAINING, PARLIAMENT, ScannerError, run

CANARY = "gate-canary"
DETAILS = "details.json"
CANARY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["iam:CreateAccessKey", "s3:NoSuchAction"], "Resource": "*"}],
}
RISKS = (
    "PrivilegeEscalation",
    "DataExfiltration",
    "ResourceExposure",
    "CredentialsExposure",
    "ServiceWildcard",
    "InfrastructureModification",
)


def scan_account(details: Details, *, stack: str, work: Path) -> list[Finding]:
    """What both find, told by the account's stack; ScannerError when one of them overlooks the canary."""
    with TemporaryDirectory(dir=work) as name:
        folder = Path(name)
        (folder / DETAILS).write_text(json.dumps(with_canary(without_boundaries(details))), encoding="utf-8")
        printed = run(PARLIAMENT, "--auth-details-file", DETAILS, "--json", cwd=folder)
        run(CLOUDSPLAINING, "scan", "--input-file", DETAILS, "--output", ".", "--skip-open-report", cwd=folder)
        results = next(folder.glob("iam-results-*.json"), None)
        if results is None:
            raise ScannerError("cloudsplaining wrote no results")
        told = json.loads(results.read_text(encoding="utf-8"))
    found = [
        *_without_canary("parliament", of_parliament(printed)),
        *_without_canary("cloudsplaining", list(risks(told))),
    ]
    return [replace(finding, where=f"{stack}/{finding.where}") for finding in found]


def with_canary(details: Details) -> Details:
    """The same account with one bad role more."""
    planted = deepcopy(details)
    trust = {"Statement": [{"Action": "sts:AssumeRole", "Effect": "Deny", "Principal": {"AWS": "*"}}]}
    role = {
        "Path": "/",
        "RoleName": CANARY,
        "RoleId": "AROAGATECANARY000000",
        "Arn": f"arn:aws:iam::000000000000:role/{CANARY}",
        "CreateDate": "2026-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", **trust},
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": CANARY, "PolicyDocument": CANARY_POLICY}],
        "AttachedManagedPolicies": [],
        "Tags": [],
    }
    planted["RoleDetailList"] = [*planted.get("RoleDetailList", []), role]
    return planted


def of_parliament(printed: str) -> list[Finding]:
    """It prints one JSON object a line, and tells the role but not the policy."""
    found = []
    for line in printed.splitlines():
        issue = json.loads(line)
        role = issue["location"]["filepath"].rsplit("/", maxsplit=1)[-1]
        detail = json.dumps(issue["detail"])
        found.append(
            Finding(
                check=f"parliament:{issue['issue']}",
                where=f"iam/{role}",
                address=issue["location"]["filepath"],
                problem=f"{issue['title']}: {detail[:300]}",
            )
        )
    return found


def risks(results: dict[str, Any]) -> Iterator[Finding]:
    """Cloudsplaining's findings by policy and role."""
    for kind in ("inline_policies", "customer_managed_policies"):
        for policy in results[kind].values():
            for risk in RISKS:
                found = policy[risk]["findings"]
                for role in policy["AttachedTo"]["roles"] or ["nobody"] if found else []:
                    yield Finding(
                        check=f"cloudsplaining:{risk}",
                        where=f"iam/{role}/{policy['PolicyName']}",
                        address=role,
                        problem=json.dumps(found)[:300],
                    )


def _without_canary(scanner: str, found: list[Finding]) -> list[Finding]:
    others = [finding for finding in found if finding.where.split("/")[1] != CANARY]
    if len(others) == len(found):
        raise ScannerError(f"{scanner} overlooked a role with known faults: its word on the others is worth nothing")
    return others
