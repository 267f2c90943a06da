"""Roles: taken on by one service or by named people, held within a boundary, and each for one purpose."""

import re
from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.policy import Statement, Use, attachments, bounds, policies
from gate.template import Template
from gate.wildcards import overlap

# What runs in a role, by the field that names it.
RUNNERS = {
    "aws_lambda_function": "role",
    "aws_glue_job": "role_arn",
    "aws_glue_crawler": "role",
    "aws_sfn_state_machine": "role_arn",
    "aws_kinesis_firehose_delivery_stream": "extended_s3_configuration.role_arn",
    "aws_mwaa_environment": "execution_role_arn",
}
# Whoever may do one of these gives itself what its boundary forbids.
ESCALATIONS = (
    "iam:createpolicyversion",
    "iam:deleterolepermissionsboundary",
    "iam:putrolepermissionsboundary",
    "iam:attachrolepolicy",
    "iam:putrolepolicy",
    "iam:createaccesskey",
    "iam:updateassumerolepolicy",
)
# AWS asks for these in one role: DMS writes the files that a warehouse then reads, and takes the name of one role for
# both; a serverless warehouse comes under either name.
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Redshift.html
TOGETHER = frozenset({"dms.amazonaws.com", "redshift.amazonaws.com", "redshift-serverless.amazonaws.com"})


def trust_names_one_service(template: Template, env: Environment) -> Iterator[Fault]:
    """Or people who signed in with a permission set of the Identity Center; federation has a rule of its own."""
    for policy in policies(template):
        if policy.use is not Use.TRUST:
            continue
        allowed = [statement for statement in policy.statements or () if statement.effect == "Allow"]
        services = {name for statement in allowed for name in statement.principals.get("Service", [])}
        people = [statement for statement in allowed if statement.principals.get("AWS") or statement.negated]
        if len(services) > 1 and not services <= TOGETHER:
            yield Fault(policy.at, "several services may assume it", "give each service a role of its own")
        if services and people:
            yield Fault(policy.at, "a service and people may assume it", "give each a role of its own")
        for statement in people:
            if not _signed_in(statement, env.account_id):
                problem = "others than a service, or people signed in with one permission set, may assume it"
                yield Fault(policy.at, problem, "build it as an AccessRole")


def role_stays_within_a_boundary(template: Template, env: Environment) -> Iterator[Fault]:
    """Whatever is granted by mistake, a boundary of ours does not let through. AWS's own policies bound nothing."""
    own = f"arn:aws:iam::{env.account_id}:policy/"
    for role in [] if env.disposable else template.all("aws_iam_role"):
        ours = any(role.refers_to(policy, "permissions_boundary") for policy in template.all("aws_iam_policy"))
        if not ours and not str(role.get("permissions_boundary")).startswith(own):
            yield Fault(role, "it has no permissions boundary of ours", "let PermissionsBoundary hold all roles")


def boundary_grants_nothing(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """It is as wide as all grants together: attached, it would be all of them at once."""
    for policy in template.all("aws_iam_policy"):
        if bounds(template, policy):
            for attachment in attachments(template, policy):
                yield Fault(attachment, f"it grants the boundary {policy.path}", "grant what is needed; bound with it")


def boundary_forbids_escalation(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for policy in policies(template):
        if policy.use is Use.BOUNDARY:
            found = [action for action in ESCALATIONS if _allows(policy.statements or (), action)]
            if found:
                yield Fault(policy.at, f"a role within it may {', '.join(found)}", "name what roles may do at most")


def role_has_one_purpose(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Two runners in one role have each other's rights."""
    for role in template.all("aws_iam_role"):
        runners = [r for r in template.resources() if r.type in RUNNERS and r.refers_to(role, RUNNERS[r.type])]
        if len(runners) > 1:
            names = " and ".join(runner.path for runner in runners)
            yield Fault(role, f"{names} run in it", "give each a role of its own")


def _signed_in(statement: Statement, account_id: str) -> bool:
    """The Identity Center ends a role's name in 16 characters; ``*`` there would let in Analyst_Interns for Analyst."""
    role = re.compile(
        rf"arn:aws:iam::{account_id}:role/aws-reserved/sso\.amazonaws\.com/(\*/)?AWSReservedSSO_[\w+=,.@-]+_\?{{16}}"
    )
    by_role = [c for c in statement.conditions if c.variable.lower() == "aws:principalarn"]
    return (
        not statement.negated
        and statement.principals == {"AWS": [f"arn:aws:iam::{account_id}:root"]}
        and statement.actions == ("sts:AssumeRole",)
        and any(c.test == "ArnLike" and c.values and all(map(role.fullmatch, c.values)) for c in by_role)
    )


def _allows(statements: tuple[Statement, ...], action: str) -> bool:
    def names(statement: Statement) -> bool:
        named = any(overlap(pattern.lower(), action) for pattern in statement.actions)
        return named is not statement.negated

    denied = any(s.effect == "Deny" and names(s) and not s.conditions and "*" in s.resources for s in statements)
    return not denied and any(s.effect == "Allow" and names(s) for s in statements)
