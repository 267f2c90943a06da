import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from cdktf import TerraformStack

from constructs.access import service_role
from constructs.access_role import AccessRole
from constructs.permissions_boundary import PermissionsBoundary
from tests.support.synthesis import Block, Template, synthesized

ACCOUNT = "123456789012"
MAX_POLICY = (
    6_144  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, white space not counted
)
NEVER = (
    "account:CloseAccount",
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "kinesis:DeleteStream",
    "kms:CreateGrant",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "lakeformation:GrantPermissions",
    "lakeformation:PutDataLakeSettings",
    "lambda:UpdateFunctionCode",
    "organizations:LeaveOrganization",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:PutLifecycleConfiguration",
    "secretsmanager:DeleteSecret",
    "sts:AssumeRole",
)


@pytest.fixture(scope="module")
def bounded() -> Template:
    def build(stack: TerraformStack) -> None:
        service_role(stack, "Job", name="job", service="glue.amazonaws.com", account_id=ACCOUNT)
        AccessRole(stack, "Analysts", name="analysts", account_id=ACCOUNT, permission_sets=["Analyst"])
        PermissionsBoundary(
            stack, "Boundary", name="shop-prod-boundary", account_id="333333333333", platform="shop-prod"
        ).hold_all_roles()

    return synthesized(build)


@pytest.fixture(scope="module")
def statements(bounded: Template) -> list[Block]:
    (document,) = [
        document
        for document in bounded.all("aws_iam_policy_document", "data").values()
        if not any("principals" in statement for statement in document["statement"])
    ]
    found: list[Block] = document["statement"]
    return found


def as_iam_reads_it(statements: list[Block]) -> dict[str, Any]:
    """What Terraform makes of the document, as far as its length goes."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": statement["sid"],
                "Effect": statement["effect"],
                "Action": statement["actions"],
                "Resource": statement["resources"],
                "Condition": {c["test"]: {c["variable"]: c["values"]} for c in statement.get("condition", [])},
            }
            for statement in statements
        ],
    }


def test_every_role_is_held_whoever_takes_it_on(bounded: Template) -> None:
    (policy,) = bounded.all("aws_iam_policy")
    held = {role["name"]: role["permissions_boundary"] for role in bounded.all("aws_iam_role").values()}
    assert held == dict.fromkeys(("job", "analysts"), f"${{aws_iam_policy.{policy}.arn}}")


@pytest.mark.parametrize("action", NEVER)
def test_no_role_can_ever(action: str, statements: list[Block]) -> None:
    allowed = [pattern for statement in statements for pattern in statement["actions"]]
    assert [pattern for pattern in allowed if fnmatchcase(action, pattern)] == []


def test_only_the_databases_of_a_comparison_can_be_deleted(statements: list[Block]) -> None:
    for action in ("glue:CreateDatabase", "glue:DeleteDatabase"):
        (statement,) = [s for s in statements if any(fnmatchcase(action, pattern) for pattern in s["actions"])]
        databases = [arn for arn in statement["resources"] if not arn.endswith(":catalog")]
        assert [arn for arn in databases if "/aws_dms_s3_validation_*" not in arn] == []


def test_what_is_out_of_the_account_is_out_of_reach(statements: list[Block]) -> None:
    for statement in statements:
        if statement["resources"] == ["*"]:
            assert statement["sid"] == "WithoutResource"
        elif statement["sid"] == "Objects":
            (condition,) = statement["condition"]
            assert (condition["variable"], condition["values"]) == ("aws:ResourceAccount", ["333333333333"])
        else:
            elsewhere = [arn for arn in statement["resources"] if arn.split(":")[4] != "333333333333"]
            assert elsewhere in ([], ["arn:aws:sqs:*:*:airflow-celery-*"])


def test_a_role_can_be_passed_only_if_it_is_the_platforms_own(statements: list[Block]) -> None:
    (passing,) = [s for s in statements if "iam:PassRole" in s["actions"]]
    assert passing["resources"] == ["arn:aws:iam::333333333333:role/shop-prod-*"]


def test_nothing_is_allowed_by_the_handful(statements: list[Block]) -> None:
    allowed = [pattern for statement in statements for pattern in statement["actions"]]
    assert [pattern for pattern in allowed if pattern == "*" or pattern.endswith(":*")] == []
    assert len(set(allowed)) == len(allowed)


def test_the_policy_is_not_longer_than_iam_takes(statements: list[Block]) -> None:
    text = json.dumps(as_iam_reads_it(statements), separators=(",", ":"))
    assert len(text) <= MAX_POLICY, f"{len(text)} characters: take out what no grant uses any more"
