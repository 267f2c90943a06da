"""Plans that give somebody more than before: rights of roles, keys and buckets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config import Environment
from gate.plan.change import Change, Plan
from gate.plan.risk import Risk
from gate.policy import FIELDS, Condition, Statement, statements_of
from gate.wildcards import fits

# Resources that add rights to another one, by the field that names it; every other holds its own policy.
OWNED_BY = {
    "aws_iam_role_policy": "role",
    "aws_iam_user_policy": "user",
    "aws_iam_group_policy": "group",
    "aws_iam_role_policy_attachment": "role",
    "aws_iam_user_policy_attachment": "user",
    "aws_iam_group_policy_attachment": "group",
    "aws_s3_bucket_policy": "bucket",
    "aws_kms_key_policy": "key_id",
    "aws_sqs_queue_policy": "queue_url",
    "aws_sns_topic_policy": "arn",
    "aws_secretsmanager_secret_policy": "secret_arn",
    "aws_vpc_endpoint_policy": "vpc_endpoint_id",
}
ATTACHMENTS = tuple(type_ for type_ in OWNED_BY if type_.endswith("_attachment"))
CHECK = "check that each is needed"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One action on one resource, for one principal."""

    action: str
    resource: str
    principal: str
    conditions: frozenset[Condition]

    def covers(self, other: "Grant") -> bool:
        """Whether whoever has this has the other already: wildcards cover, conditions only take away."""
        return (
            fits(self.action.lower(), other.action.lower())
            and fits(self.resource, other.resource)
            and (self.principal in (other.principal, "*"))
            and self.conditions <= other.conditions
        )

    def __str__(self) -> str:
        whom = f" to {self.principal}" if self.principal else ""
        return f"{self.action} on {self.resource}{whom}"


def widens_rights(plan: Plan, env: Environment) -> Iterator[Risk]:  # noqa: ARG001
    """Policies of something that is new itself are judged in the template."""
    for change in plan.changes:
        for field in FIELDS:
            if "." in field or (change.created and _owner_is_new(change, plan)) or _owner_goes(change, plan):
                continue
            if change.will_know(field):
                problem = f"would have rights known only after apply ({field})"
                yield Risk(change.address, problem, "apply what it refers to first, then plan again", field)
            elif _text(change.before, field) != _text(change.after, field):
                yield from _wider(change, field)


def attaches_rights(plan: Plan, env: Environment) -> Iterator[Risk]:  # noqa: ARG001
    for change in plan.changes:
        if change.type in ATTACHMENTS and change.created and not _owner_is_new(change, plan):
            policy = change.value("policy_arn") or "a new policy"
            yield Risk(
                change.address, f"would attach {policy} to {change.value(OWNED_BY[change.type])}", CHECK, str(policy)
            )


def _wider(change: Change, field: str) -> Iterator[Risk]:
    try:
        before, after = _statements(change.before, field), _statements(change.after, field)
    except ValueError:
        yield Risk(change.address, f"would have a policy that cannot be read ({field})", "write it as JSON", field)
        return
    had = _grants(before, "Allow")
    more = [grant for grant in _grants(after, "Allow") if not any(old.covers(grant) for old in had)]
    denied = _grants(after, "Deny")
    less = [grant for grant in _grants(before, "Deny") if not any(new.covers(grant) for new in denied)]
    if more:
        text = "; ".join(sorted(map(str, more)))
        yield Risk(change.address, f"would allow more: {text}", CHECK, text)
    if less:
        text = "; ".join(sorted(map(str, less)))
        yield Risk(change.address, f"would no longer deny: {text}", CHECK, text)


def _grants(statements: list[Statement], effect: str) -> list[Grant]:
    return [
        Grant(action=action, resource=resource, principal=principal, conditions=_conditions(statement))
        for statement in statements
        if statement.effect == effect
        for action in statement.actions
        for resource in statement.resources or ("",)
        for principal in [name for names in statement.principals.values() for name in names] or [""]
    ]


def _conditions(statement: Statement) -> frozenset[Condition]:
    found = frozenset(statement.conditions)
    # NotAction and its like cover nothing but themselves.
    return found | {Condition(test="negated", variable=repr(statement), values=())} if statement.negated else found


def _statements(side: dict[str, Any], field: str) -> list[Statement]:
    text = _text(side, field)
    return statements_of(json.loads(text)) if text else []


def _text(side: dict[str, Any], field: str) -> str:
    value = side.get(field)
    return value if isinstance(value, str) else ""


def _owner_is_new(change: Change, plan: Plan) -> bool:
    field = OWNED_BY.get(change.type)
    owner = change.value(field) if field else None
    # An owner that has no name yet does not exist yet.
    return owner is None or any(
        owner in _names(other.after) for other in plan.changes if other.created and other.type not in OWNED_BY
    )


def _owner_goes(change: Change, plan: Plan) -> bool:
    field = OWNED_BY.get(change.type)
    owner = change.before.get(field) if field else None
    others = [other for other in plan.changes if other.goes and other.type not in OWNED_BY]
    return change.goes and (field is None or any(owner in _names(other.before) for other in others))


def _names(side: dict[str, Any]) -> list[Any]:
    return [side[name] for name in ("name", "id", "arn", "bucket", "key_id") if side.get(name) is not None]
