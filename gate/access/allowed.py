"""Statements in, permissions out: what each allows on which thing, less what others deny."""

from collections.abc import Iterable, Iterator

from gate.access.holders import Held
from gate.access.right import EVERYBODY, Permission
from gate.access.things import Thing, Things
from gate.access.verbs import ON_BUCKETS, meanings
from gate.policy import Condition
from gate.rules.policies import WITHOUT_RESOURCE
from gate.wildcards import fits, overlap

# They know no resource at all; the others of that list can be bound by a condition as well as by one.
LISTS = {action.lower() for action in WITHOUT_RESOURCE if not action.endswith("NetworkInterface")}
OTHER_THAN = ("arnnotlike", "arnnotequals", "stringnotlike", "stringnotequals")


def allowed(held: Iterable[Held], things: Things) -> list[Permission]:
    """Everything that is allowed and not denied. A denial with a condition denies nothing for certain."""
    every = list(held)
    denials = [one for one in every if one.statement.effect == "Deny"]
    found = [p for one in every if one.statement.effect == "Allow" for p in _permissions(one, things)]
    return [permission for permission in found if not any(_denies(one, permission, things) for one in denials)]


def covered(pattern: str, thing: Thing, *, verb: str) -> list[str]:
    """The parts of a thing that a policy's resource names: "" is the whole, nothing that it does not name it."""
    if thing.kind == "bucket" and verb not in ON_BUCKETS:
        (arn,) = thing.arns
        if pattern.startswith(f"{arn}/"):
            part = pattern.removeprefix(f"{arn}/")
            return ["" if part == "*" else part]
        return [""] if overlap(pattern, f"{arn}/?*") else []
    if any(fits(pattern, arn) for arn in thing.arns):
        return [""]
    parts = [
        pattern.removeprefix(arn)[1:] for arn in thing.arns if pattern.startswith(arn) and pattern[len(arn)] in "/:"
    ]
    return ["" if part == "*" else part for part in parts if thing.kind != "bucket"]


def _permissions(one: Held, things: Things) -> Iterator[Permission]:
    actions = ["*"] if one.statement.negated else one.statement.actions
    resources = ["*"] if one.statement.negated else one.statement.resources
    for action in actions:
        for verb, part_of_action in meanings(action):
            for resource in map(things.spelled, resources):
                for thing, part in _named_by(resource, part_of_action, verb, things):
                    yield Permission(
                        who=one.who,
                        verb=verb,
                        action=part_of_action,
                        thing=thing,
                        part=part,
                        resource=_within(resource, thing, verb=verb) if thing else resource,
                        conditions=_spelled(one.statement.conditions, things),
                    )


def _named_by(resource: str, action: str, verb: str, things: Things) -> list[tuple[Thing | None, str]]:
    found: list[tuple[Thing | None, str]] = [
        (thing, part)
        for thing in things.all
        if action not in LISTS and _speaks_of(action, thing)
        for part in covered(resource, thing, verb=verb)
    ]
    return found or [(None, _elsewhere(action, things.readable(resource)))]


def _within(resource: str, thing: Thing, *, verb: str) -> str:
    """The policy's resource as far as it is the thing's: a denial must cover that, and no more."""
    if any(resource.startswith(arn) for arn in thing.arns):
        return resource
    return f"{thing.arns[0]}/*" if thing.kind == "bucket" and verb not in ON_BUCKETS else thing.arns[0]


def _speaks_of(action: str, thing: Thing) -> bool:
    """``glue:GetTable`` on "*" says nothing about buckets."""
    service = action.partition(":")[0]
    return service == "*" or any(
        arn.split(":")[2] == service or (service, arn.split(":")[2]) == ("redshift-data", "redshift")
        for arn in thing.arns
    )


def _elsewhere(action: str, resource: str) -> str:
    """What is not the stack's own, as service and name: accounts and regions are the environment's."""
    if not resource.startswith("arn:"):
        return f"{action.partition(':')[0]} {resource}"
    _, _, service, _, _, name = resource.split(":", maxsplit=5)
    return f"{service} {name}"


def _denies(denial: Held, permission: Permission, things: Things) -> bool:
    statement = denial.statement
    if denial.who not in (EVERYBODY, permission.who) or statement.negated:
        return False
    certain = all(_always_for(condition, permission, things) for condition in statement.conditions)
    action = any(fits(action.lower(), permission.action) for action in statement.actions)
    return certain and action and any(fits(things.spelled(r), permission.resource) for r in statement.resources)


def _always_for(condition: Condition, permission: Permission, things: Things) -> bool:
    """A denial for everybody but some is certain for everybody else."""
    if condition.variable.lower() != "aws:principalarn" or condition.test.lower() not in OTHER_THAN:
        return False
    role = next((thing for thing in things.of_kind("role") if thing.path == permission.who), None)
    return role is not None and not any(fits(things.spelled(value), role.arns[0]) for value in condition.values)


def _spelled(conditions: tuple[Condition, ...], things: Things) -> tuple[Condition, ...]:
    return tuple(
        Condition(test=c.test, variable=c.variable, values=tuple(map(things.spelled, c.values))) for c in conditions
    )
