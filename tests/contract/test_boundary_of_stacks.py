"""Is every role of every environment held by the boundary, and does every grant work within it?"""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

import pytest

from config import ENVIRONMENTS
from config.naming import stack_name
from constructs.boundary_actions import IN_THIS_ACCOUNT, OBJECTS, OF_A_COMPARISON, PASSED_TO, WITHOUT_RESOURCE
from tests.support.platform import templates
from tests.support.synthesis import Block

NAMES = [stack_name(env) for env in ENVIRONMENTS]
NAMED = [f"{service}:{action}" for service, actions in IN_THIS_ACCOUNT.items() for action in actions]
WITHIN = (*OBJECTS, *NAMED, *OF_A_COMPARISON, *WITHOUT_RESOURCE, "iam:PassRole")


@pytest.mark.parametrize("name", NAMES)
def test_every_role_is_held(name: str) -> None:
    roles = templates()[name].all("aws_iam_role").values()
    (policy,) = [key for key in templates()[name].all("aws_iam_policy") if key.startswith("Boundary")]
    assert {role.get("permissions_boundary") for role in roles} == {f"${{aws_iam_policy.{policy}.arn}}"}


def grants(name: str) -> Iterator[tuple[str, Block]]:
    """Each statement that allows something, with the name of its policy."""
    template = templates()[name]
    documents = template.all("aws_iam_policy_document", "data")
    for policy in template.all("aws_iam_role_policy").values():
        for statement in documents[policy["policy"].split(".")[2]]["statement"]:
            if statement["effect"] == "Allow":
                yield policy["name"], statement


def beyond(actions: Iterable[str], patterns: Sequence[str]) -> list[str]:
    return [action for action in actions if not any(fnmatchcase(action, pattern) for pattern in patterns)]


@pytest.mark.parametrize("name", NAMES)
def test_every_grant_works_within_it(name: str) -> None:
    powerless = {where: found for where, statement in grants(name) if (found := beyond(statement["actions"], WITHIN))}
    assert powerless == {}, "without an entry in constructs/boundary_actions.py these grants do nothing"


@pytest.mark.parametrize("name", NAMES)
def test_what_has_no_resource_is_not_held_by_one(name: str) -> None:
    open_ = [(where, s) for where, s in grants(name) if s["resources"] == ["*"] and not s.get("condition")]
    powerless = {where: found for where, s in open_ if (found := beyond(s["actions"], WITHOUT_RESOURCE))}
    assert powerless == {}, "actions that IAM can bind to no resource stand in WITHOUT_RESOURCE"


@pytest.mark.parametrize("name", NAMES)
def test_roles_are_passed_only_to_services_that_the_boundary_names(name: str) -> None:
    passing = [s for _, s in grants(name) if "iam:PassRole" in s["actions"]]
    services = {value for s in passing for c in s["condition"] for value in c["values"]}
    assert services <= set(PASSED_TO)
