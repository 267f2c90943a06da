import json
from collections.abc import Sequence
from fnmatch import fnmatchcase

import pytest
from cdktf import TerraformStack

from constructs.access_role import AccessRole
from tests.support.synthesis import Block, synthesized

ACCOUNT = "123456789012"
RESERVED = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com"


def trust(permission_sets: Sequence[str] = (), service: str | None = None) -> Block:
    def build(stack: TerraformStack) -> None:
        AccessRole(
            stack, "Analysts", name="analysts", account_id=ACCOUNT, permission_sets=permission_sets, service=service
        )

    (statement,) = synthesized(build).statements()
    return statement


@pytest.mark.parametrize(
    ("role", "lets_in"),
    [
        (f"{RESERVED}/eu-west-1/AWSReservedSSO_Analyst_0123456789abcdef", True),
        (f"{RESERVED}/AWSReservedSSO_Analyst_0123456789abcdef", True),
        (f"{RESERVED}/eu-west-1/AWSReservedSSO_Analyst_Interns_0123456789abcdef", False),
        (f"{RESERVED}/eu-west-1/AWSReservedSSO_JuniorAnalyst_0123456789abcdef", False),
        (f"arn:aws:iam::{ACCOUNT}:role/AWSReservedSSO_Analyst_0123456789abcdef", False),
        (f"arn:aws:iam::{ACCOUNT}:user/analyst", False),
    ],
)
def test_people_come_in_by_exactly_their_permission_set(role: str, lets_in: bool) -> None:
    statement = trust(["Analyst"])
    (condition,) = statement["condition"]
    assert (condition["test"], condition["variable"]) == ("ArnLike", "aws:PrincipalArn")
    assert any(fnmatchcase(role, pattern) for pattern in condition["values"]) == lets_in


def test_only_this_account_is_asked_at_all() -> None:
    assert trust(["Analyst"])["principals"] == [{"identifiers": [f"arn:aws:iam::{ACCOUNT}:root"], "type": "AWS"}]


def test_a_service_comes_in_on_behalf_of_this_account_only() -> None:
    statement = trust(service="quicksight.amazonaws.com")
    assert statement["principals"] == [{"identifiers": ["quicksight.amazonaws.com"], "type": "Service"}]
    assert json.dumps(statement["condition"]).count(ACCOUNT) == 1


@pytest.mark.parametrize(("permission_sets", "service"), [((), None), (("Analyst",), "quicksight.amazonaws.com")])
def test_a_role_is_for_people_or_for_a_service(permission_sets: tuple[str, ...], service: str | None) -> None:
    with pytest.raises(ValueError, match="either permission_sets or a service"):
        trust(permission_sets, service)
