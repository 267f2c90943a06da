"""Rights that a role was granted and its permissions boundary takes away again: the emulated AWS would not notice."""

from collections.abc import Iterable, Iterator

from gate.access.allowed import LISTS
from gate.access.right import Gap, Permission
from gate.access.things import Things
from gate.policy import Statement, resolved
from gate.template import Template
from gate.wildcards import fits, overlap


def beyond_boundary(template: Template, things: Things, permissions: Iterable[Permission]) -> Iterator[Gap]:
    """Permissions of roles whose boundary does not have them."""
    limits = _boundaries(template, things)
    for permission in permissions:
        limit = limits.get(permission.who)
        if limit is not None and not any(_within(permission, statement, things) for statement in limit):
            what = str(permission.thing or things.readable(permission.part))
            problem = f"{permission.who} was granted {permission.action} on {what}, which its boundary does not allow"
            remedy = "add the action to the boundary, or take the grant back"
            yield Gap(check="right_beyond_boundary", who=permission.who, on=what, problem=problem, remedy=remedy)


def _boundaries(template: Template, things: Things) -> dict[str, list[Statement]]:
    found = {}
    for role in things.of_kind("role"):
        for policy in template.all("aws_iam_policy"):
            if role.at.refers_to(policy, "permissions_boundary"):
                found[role.path] = resolved(template, policy.get("policy")) or []
    return found


def _within(permission: Permission, statement: Statement, things: Things) -> bool:
    action = any(overlap(action.lower(), permission.action) for action in statement.actions)
    resources = [things.spelled(resource) for resource in statement.resources]
    return statement.effect == "Allow" and action and any(_covers(r, permission) for r in resources)


def _covers(resource: str, permission: Permission) -> bool:
    if permission.action in LISTS:
        return resource == "*"
    # What has no ARN here has one of its service's and the account's there.
    known = permission.resource == "*" or permission.resource.startswith("arn:")
    return not known or fits(resource, permission.resource) or overlap(resource, permission.resource)
