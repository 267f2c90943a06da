"""Who holds what: the statements of roles, and of what lets somebody in by a policy of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gate.access.right import ACCOUNT, EVERYBODY
from gate.access.things import Thing, Things, short
from gate.policy import Policy, Statement, Use, policies, resolved
from gate.template import Resource, Template, listed

# Resource policies by the field that names what they guard.
GUARDED_BY = {
    "aws_s3_bucket_policy": ("bucket", "bucket"),
    "aws_kms_key_policy": ("key", "key_id"),
    "aws_sqs_queue_policy": ("queue", "queue_url"),
    "aws_sns_topic_policy": ("topic", "arn"),
    "aws_secretsmanager_secret_policy": ("secret", "secret_arn"),
    "aws_kinesis_resource_policy": ("stream", "resource_arn"),
}


@dataclass(frozen=True, kw_only=True)
class Held:
    """A statement and who it is about. ``guards`` is the thing whose own policy it stands in."""

    who: str
    statement: Statement
    guards: Thing | None = None


def held_by_roles(template: Template) -> Iterator[Held]:
    """What the policies of each role say, inline and attached."""
    for role in template.all("aws_iam_role"):
        for text in _policies_of(template, role):
            for statement in resolved(template, text) or []:
                yield Held(who=short(role), statement=statement)


def attached_from_elsewhere(template: Template) -> Iterator[tuple[str, str]]:
    """Roles with policies that this stack does not write, AWS's own for example."""
    for role in template.all("aws_iam_role"):
        for arn in _attached(template, role):
            if not any(arn.startswith(f"${{{policy.address}.") for policy in template.all("aws_iam_policy")):
                yield short(role), arn


def held_by_guests(template: Template, things: Things) -> Iterator[Held]:
    """Whom the policies of buckets, keys and their like let in, or keep out."""
    for policy in policies(template):
        if policy.use in (Use.KEY, Use.RESOURCE):
            guarded = _guarded(policy, things)
            for statement in policy.statements or ():
                own = statement
                if policy.use is Use.KEY and guarded:
                    own = replace(statement, resources=guarded.arns)
                for who in _principals(statement, things):
                    yield Held(who=who, statement=own, guards=guarded)
    for permission in template.all("aws_lambda_permission"):
        function = things.named("function", permission.get("function_name"))
        statement = Statement(
            effect="Allow",
            actions=(str(permission.get("action")),),
            resources=function.arns if function else (str(permission.get("function_name")),),
        )
        yield Held(who=_named(str(permission.get("principal")), things), statement=statement, guards=function)


def takers(template: Template, things: Things) -> dict[str, list[str]]:
    """Who may take on each role."""
    found: dict[str, list[str]] = {}
    for policy in policies(template):
        if policy.use is Use.TRUST:
            for statement in policy.statements or ():
                people = [v for c in statement.conditions if c.variable.lower() == "aws:principalarn" for v in c.values]
                names = [_permission_set(value) for value in people] or _principals(statement, things)
                found.setdefault(short(policy.at), []).extend(sorted(set(names)))
    return found


def _policies_of(template: Template, role: Resource) -> Iterator[object]:
    for block in role.blocks("inline_policy"):
        yield block.get("policy")
    for policy in template.all("aws_iam_role_policy"):
        if policy.refers_to(role, "role") or policy.get("role") == role.get("name"):
            yield policy.get("policy")
    attached = _attached(template, role)
    for policy in template.all("aws_iam_policy"):
        if any(arn.startswith(f"${{{policy.address}.") for arn in attached):
            yield policy.get("policy")


def _attached(template: Template, role: Resource) -> list[str]:
    arns = listed(role.get("managed_policy_arns"))
    for attachment in template.all("aws_iam_role_policy_attachment", "aws_iam_policy_attachment"):
        fields = ("role", "roles")
        named = role.get("name") in [name for field in fields for name in listed(attachment.get(field))]
        if named or any(attachment.refers_to(role, field) for field in fields):
            arns.append(attachment.get("policy_arn"))
    return [str(arn) for arn in arns]


def _guarded(policy: Policy, things: Things) -> Thing | None:
    if policy.at.type in GUARDED_BY:
        kind, field = GUARDED_BY[policy.at.type]
        return things.named(kind, policy.at.get(field))
    return next((thing for thing in things.all if thing.at == policy.at), None)


def _principals(statement: Statement, things: Things) -> list[str]:
    return [_named(name, things) for names in statement.principals.values() for name in names]


def _named(principal: str, things: Things) -> str:
    spelled = things.spelled(principal)
    role = things.named("role", principal)
    if role:
        return role.path
    if spelled in (f"arn:aws:iam::{things.env.account_id}:root", things.env.account_id):
        return ACCOUNT
    if spelled.endswith((".amazonaws.com", ".amazon.com")):
        return f"service {spelled}"
    return EVERYBODY if spelled == "*" else f"outside {spelled}"


def _permission_set(arn: str) -> str:
    _, _, name = arn.rpartition("/")
    return f"people signed in as {name.removeprefix('AWSReservedSSO_').rstrip('?*').rstrip('_')}"
