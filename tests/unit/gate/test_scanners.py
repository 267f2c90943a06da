"""Is a scanner that looked at nothing, or overlooks what everybody can see, believed?"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gate.finding import Finding
from gate.rules import RULES
from gate.scanners import check as scanners_check
from gate.scanners import checkov, iam, installed
from gate.scanners.account import (
    count_policies,
    load_accounts,
    load_details,
    save_details,
    without_boundaries,
)
from gate.scanners.installed import ScannerError
from gate.synthesized import synthesized
from gate.template import Template
from tests.unit.gate.good.template import good_document

TODAY = date(2026, 11, 23)
PATHS = {"Storage_Logs_Bucket_F246DA3E": "ecommerce-prod/Storage/Logs/Bucket"}
ADDRESS = "resource.Storage_Logs_Bucket_F246DA3E"
DETAILS: dict[str, Any] = {"RoleDetailList": [{"RoleName": "etl", "RolePolicyList": [{"PolicyName": "Read"}]}]}


def printed(*, passed: int = 300, failed: int = 1, unread: int = 0) -> str:
    results = {
        "passed_checks": [{"check_id": "CKV_AWS_21"}] * passed,
        "failed_checks": [{"check_id": "CKV_AWS_18", "resource": ADDRESS, "check_name": "access log"}] * failed,
    }
    return json.dumps({"results": results, "summary": {"parsing_errors": unread}})


def test_what_checkov_finds_is_told_by_the_constructs_path() -> None:
    scan = checkov.read(printed(), PATHS, stack="ecommerce-prod")
    assert scan.checks == 301
    assert scan.evaluated == {"CKV_AWS_18", "CKV_AWS_21"}
    assert [(f.check, f.where) for f in scan.findings] == [("CKV_AWS_18", "ecommerce-prod/Storage/Logs/Bucket")]


@pytest.mark.parametrize(
    "text",
    [printed(passed=10), printed(unread=1), json.dumps({"passed": 0, "failed": 0}), json.dumps([])],
    ids=["too few checks", "a file unread", "nothing scanned", "no result"],
)
def test_a_checkov_that_looked_at_too_little_is_not_believed(text: str) -> None:
    with pytest.raises(ScannerError, match="ecommerce-prod"):
        checkov.read(text, PATHS, stack="ecommerce-prod")


def test_what_a_rule_of_ours_judges_better_is_left_to_it() -> None:
    assert set(checkov.JUDGED_BETTER.values()) <= {rule.__name__ for rule in RULES}
    for check in checkov.JUDGED_BETTER:
        scan = checkov.read(printed().replace("CKV_AWS_18", check), PATHS, stack="ecommerce-prod")
        assert scan.findings == []
        assert check in scan.evaluated


def test_a_scanner_that_is_not_installed_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ScannerError, match=r"not installed: run: .*local\.setup --gate"):
        installed.run(tmp_path / "checkov", cwd=tmp_path)


def test_a_scanner_sees_neither_the_home_nor_the_variables_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CKV_SKIP_CHECK", "CKV_AWS_18")
    program = tmp_path / "scanner"
    program.write_text("#!/bin/sh\nenv\n", encoding="utf-8")
    program.chmod(0o755)
    told = installed.run(program, cwd=tmp_path)
    assert f"HOME={tmp_path}" in told
    assert "CKV_SKIP_CHECK" not in told


def test_a_role_with_known_faults_is_added_to_a_copy_of_the_account() -> None:
    planted = iam.with_canary(DETAILS)
    assert [role["RoleName"] for role in planted["RoleDetailList"]] == ["etl", iam.CANARY]
    assert count_policies(DETAILS) == 1


def fake_scanners(monkeypatch: pytest.MonkeyPatch, *, parliament: list[str], cloudsplaining: list[str]) -> None:
    """Scanners that find something about these roles."""
    lines = [
        json.dumps({"issue": "RESOURCE_STAR", "title": "t", "detail": "d", "location": {"filepath": f"arn:x:role/{r}"}})
        for r in parliament
    ]
    policies = {
        role: {"PolicyName": "P", "AttachedTo": {"roles": [role]}}
        | {risk: {"findings": ["s3:GetObject"] if risk == "DataExfiltration" else []} for risk in iam.RISKS}
        for role in cloudsplaining
    }
    results = {"inline_policies": policies, "customer_managed_policies": {}}

    def run(program: Path, *_: str, cwd: Path) -> str:
        if program == installed.CLOUDSPLAINING:
            (cwd / "iam-results-details.json").write_text(json.dumps(results), encoding="utf-8")
        return "\n".join(lines)

    monkeypatch.setattr(iam, "run", run)


def test_both_iam_scanners_tell_the_role_and_leave_the_canary_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_scanners(monkeypatch, parliament=["etl", iam.CANARY], cloudsplaining=["etl", iam.CANARY])
    found = iam.scan_account(DETAILS, stack="ecommerce-dev", work=tmp_path)
    assert [(f.check, f.where) for f in found] == [
        ("parliament:RESOURCE_STAR", "ecommerce-dev/iam/etl"),
        ("cloudsplaining:DataExfiltration", "ecommerce-dev/iam/etl/P"),
    ]


@pytest.mark.parametrize(("blind", "seeing"), [("parliament", "cloudsplaining"), ("cloudsplaining", "parliament")])
def test_an_iam_scanner_that_overlooks_the_canary_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blind: str, seeing: str
) -> None:
    fake_scanners(monkeypatch, **{blind: ["etl"], seeing: [iam.CANARY]})
    with pytest.raises(ScannerError, match=f"{blind} overlooked"):
        iam.scan_account(DETAILS, stack="ecommerce-dev", work=tmp_path)


def test_an_accounts_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text("{}", encoding="utf-8")
    for name in ("users.json", "missing.json"):
        with pytest.raises(ScannerError, match=name):
            load_details(tmp_path / name)


def test_stacks_that_are_not_there_are_no_success(tmp_path: Path) -> None:
    report = scanners_check.check(synthesized(tmp_path, tmp_path), accounts={}, work=tmp_path, today=TODAY)
    assert report.exit_code == 2
    assert "make gate" in str(report)


BOUNDED: dict[str, Any] = {
    "RoleDetailList": [
        {"RoleName": "etl", "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:boundary"}},
        {"RoleName": "job", "AttachedManagedPolicies": [{"PolicyArn": "arn:granted"}]},
    ],
    "Policies": [{"Arn": "arn:boundary"}, {"Arn": "arn:granted"}],
}


def test_a_policy_that_only_bounds_is_kept_from_the_iam_scanners() -> None:
    assert [policy["Arn"] for policy in without_boundaries(BOUNDED)["Policies"]] == ["arn:granted"]


def test_a_boundary_that_somebody_attached_is_scanned() -> None:
    attached = {"RoleName": "x", "AttachedManagedPolicies": [{"PolicyArn": "arn:boundary"}]}
    details = BOUNDED | {"RoleDetailList": [*BOUNDED["RoleDetailList"], attached]}
    assert len(without_boundaries(details)["Policies"]) == 2


def test_checkovs_word_on_a_boundary_counts_only_once_it_is_attached() -> None:
    found = [
        Finding(check="CKV_AWS_1", where="", address=address, problem="")
        for address in (
            "data.boundary",
            "data.aws_iam_policy_document.boundary",
            "aws_iam_policy.boundary",
            "data.read",
        )
    ]
    document = good_document()
    assert checkov.without_boundaries(found, Template(document)) == found[-1:]
    document["resource"]["aws_iam_role"]["etl"]["managed_policy_arns"] = ["${aws_iam_policy.boundary.arn}"]
    assert checkov.without_boundaries(found, Template(document)) == found


def test_several_accounts_are_told_apart_by_their_files(tmp_path: Path) -> None:
    for stack in ("ecommerce-dev", "ecommerce-prod"):
        (tmp_path / f"{stack}.json").write_text(json.dumps(DETAILS), encoding="utf-8")
    assert load_accounts(sorted(tmp_path.glob("*.json"))) == {"ecommerce-dev": DETAILS, "ecommerce-prod": DETAILS}


def test_an_accounts_iam_is_kept_where_the_gate_looks_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "gate.scanners.account.fetch_details", lambda endpoint, region: DETAILS | {"at": endpoint + region}
    )
    path = save_details("http://127.0.0.1:1/", region="eu-west-1", stack="ecommerce-dev", reports=tmp_path)
    assert path == tmp_path / "accounts" / "ecommerce-dev.json"
    assert load_details(path) == DETAILS | {"at": "http://127.0.0.1:1/eu-west-1"}
