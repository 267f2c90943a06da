"""Do the real scanners see what is planted, and does the gate notice when they look at nothing?"""

import json
from pathlib import Path

import pytest

from config.environments import PROD
from gate.scanners import checkov
from gate.scanners.account import count_policies, fetch_details
from gate.scanners.checkov import scan
from gate.scanners.iam import scan_account
from gate.scanners.installed import ScannerError
from gate.suppressions import load_suppressions
from gate.synthesized import Synthesized
from local.demo.platform import Platform
from local.setup.steps import GATE_STEPS, run_steps
from tests.support.platform import templates

REGION = "eu-west-1"
BAD = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["iam:CreateAccessKey", "s3:Getobjectt"], "Resource": "*"}],
}


@pytest.fixture(autouse=True, scope="module")
def installed() -> None:
    run_steps(GATE_STEPS)


def write(folder: Path, document: object) -> Synthesized:
    stack = Synthesized(name="ecommerce-prod", env=PROD, file=folder / "ecommerce-prod" / "cdk.tf.json")
    stack.file.parent.mkdir()
    stack.file.write_text(json.dumps(document), encoding="utf-8")
    return stack


def test_checkov_reads_the_stacks_and_finds_a_bucket_that_was_opened(tmp_path: Path) -> None:
    document = json.loads(json.dumps(templates()["ecommerce-prod"].document))
    for block in document["resource"]["aws_s3_bucket_public_access_block"].values():
        block["block_public_acls"] = False
    found = scan(write(tmp_path, document), work=tmp_path)
    assert found.checks >= checkov.CHECKS_AT_LEAST
    assert "CKV_AWS_53" in {finding.check for finding in found.findings}
    assert all(finding.where.startswith("ecommerce-prod/") for finding in found.findings)


def test_a_template_that_checkov_silently_skips_is_an_error(tmp_path: Path) -> None:
    document = json.loads(json.dumps(templates()["ecommerce-prod"].document))
    document["terraform"]["required_version"] = ">= 1.11"
    with pytest.raises(ScannerError, match="ecommerce-prod"):
        scan(write(tmp_path, document), work=tmp_path)


def test_a_bad_role_is_found_by_both_iam_scanners(tmp_path: Path) -> None:
    role = {
        "RoleName": "etl",
        "RoleId": "AROAETL",
        "Arn": "arn:aws:iam::123456789012:role/etl",
        "Path": "/",
        "CreateDate": "2026-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": "Bad", "PolicyDocument": BAD}],
        "AttachedManagedPolicies": [],
        "Tags": [],
    }
    details = {"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [role]}
    found = {(finding.check, finding.where) for finding in scan_account(details, stack="ecommerce-prod", work=tmp_path)}
    assert ("cloudsplaining:PrivilegeEscalation", "ecommerce-prod/iam/etl/Bad") in found
    assert ("parliament:UNKNOWN_ACTION", "ecommerce-prod/iam/etl") in found


def test_the_deployed_platforms_roles_have_no_fault_but_what_is_explained(platform: Platform, tmp_path: Path) -> None:
    details = fetch_details(platform.aws.endpoint, region=REGION)
    assert count_policies(details) > 0
    explained, _ = load_suppressions()
    found = scan_account(details, stack="ecommerce-local", work=tmp_path)
    assert [finding for finding in found if not any(entry.fits(finding) for entry in explained)] == []
