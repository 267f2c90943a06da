"""A stack in, its access matrix out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from config import Environment
from gate.access.allowed import allowed, covered
from gate.access.boundary import beyond_boundary
from gate.access.holders import Held, attached_from_elsewhere, held_by_guests, held_by_roles, takers
from gate.access.keys import Keys
from gate.access.lake import lake_rights
from gate.access.right import Gap, Permission, Right
from gate.access.tables import GOVERNED, Tables
from gate.access.things import Things
from gate.policy import Condition
from gate.template import Template

# What they ask is whether somebody acts for this account: of rights within it they take nothing away.
SAME_ACCOUNT = ("aws:sourceaccount", "aws:principalaccount", "aws:resourceaccount", "kms:calleraccount")


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """``rights`` are those that work; ``gaps`` tell of the others. ``takers`` are who may take on each role.

    ``refusals`` are what policies of things deny under conditions, whatever is granted, with the things.
    """

    rights: tuple[Right, ...]
    takers: dict[str, list[str]]
    refusals: dict[str, list[str]]
    gaps: tuple[Gap, ...]
    things: Things


def matrix(template: Template, env: Environment) -> Matrix:
    """Who may do what in a stack of ``env``."""
    things = Things(template, env)
    guests = list(held_by_guests(template, things))
    every = allowed([*held_by_roles(template), *guests], things)
    keys = Keys(template, things, every)
    working = [p for p in every if keys.counts(p) and keys.lacks(p) is None]
    tables = Tables(template, things, working)
    granted = list(lake_rights(template, things))
    missing = list(tables.gaps(granted))
    useless = {right for right, _ in missing}
    rights = {right for p in working if not _left_to_lake(p, tables) for right in _rights(p, things)}
    rights |= {right for right in granted if right not in useless} | set(tables.readable())
    rights |= {
        Right(who=who, kind="policy", on=things.readable(things.spelled(arn)), verb="has")
        for who, arn in attached_from_elsewhere(template)
    }
    gaps = {*_without_key(every, keys), *keys.spare(every), *(gap for _, gap in missing), *tables.ungranted(granted)}
    gaps |= set(beyond_boundary(template, things, (p for p in every if p.who in _roles(things))))
    return Matrix(
        rights=tuple(sorted(rights)),
        takers=takers(template, things),
        refusals=_refusals(guests, things),
        gaps=tuple(sorted(gaps)),
        things=things,
    )


def _roles(things: Things) -> set[str]:
    return {role.path for role in things.of_kind("role")}


def _rights(permission: Permission, things: Things) -> Iterator[Right]:
    only_if = "; ".join(_told(c, things) for c in permission.conditions if c.variable.lower() not in SAME_ACCOUNT)
    kind, _, on = permission.part.partition(" ")
    part = ""
    if permission.thing:
        kind, on, part = permission.thing.kind, permission.thing.path, permission.part
    yield Right(who=permission.who, kind=kind, on=on, verb=permission.verb, part=part, only_if=only_if)


def _left_to_lake(permission: Permission, tables: Tables) -> bool:
    """Under Lake Formation an entry of the catalogue is seen and changed by its grants."""
    return tables.governed and permission.thing is not None and permission.thing.kind in GOVERNED


def _without_key(every: Iterable[Permission], keys: Keys) -> Iterator[Gap]:
    for permission in every:
        key = keys.lacks(permission)
        if key:
            problem = f"{permission.who} may {permission.verb} {permission.thing}, but not use its key, {key}"
            remedy = "grant it the key as well, or take the data from it: one without the other is worth nothing"
            yield Gap(
                check="data_without_key", who=permission.who, on=str(permission.thing), problem=problem, remedy=remedy
            )


def _told(condition: Condition, things: Things) -> str:
    values = sorted({_readable(value, things) for value in condition.values})
    below = "below " if condition.test.startswith("NumericLess") else ""
    return f"{condition.variable.removeprefix('kms:EncryptionContext:')} {below}{', '.join(values)}"


def _refusals(guests: Iterable[Held], things: Things) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for one in guests:
        if one.statement.effect == "Deny":
            conditions = " and ".join(_told(c, things) for c in one.statement.conditions)
            text = f"{one.who}: {', '.join(one.statement.actions)}" + (f" if {conditions}" if conditions else "")
            found.setdefault(text, set()).add(str(one.guards or "elsewhere"))
    return {text: sorted(where) for text, where in sorted(found.items())}


def _readable(value: str, things: Things) -> str:
    if not value.startswith("arn:"):
        return value
    named = [thing.path for thing in things.all if covered(value, thing, verb="read") or value in thing.arns]
    return named[0] if len(named) == 1 else value.split(":", maxsplit=5)[5]
