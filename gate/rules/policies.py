"""Access: actions and resources by name, services only on our behalf, nobody else at all."""

from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.policy import Policy, Statement, Use, policies
from gate.template import Template, listed

# Actions that IAM cannot bind to a resource, and the condition that binds them instead where there is one.
# https://docs.aws.amazon.com/service-authorization/latest/reference/
WITHOUT_RESOURCE: dict[str, tuple[str, ...]] = {
    "xray:PutTraceSegments": (),
    "xray:PutTelemetryRecords": (),
    "ec2:CreateNetworkInterface": ("aws:SourceVpc", "ec2:Vpc", "ec2:Subnet", "lambda:SourceFunctionArn"),
    "ec2:DeleteNetworkInterface": ("ec2:Vpc", "ec2:Subnet", "lambda:SourceFunctionArn"),
    "ec2:DescribeAvailabilityZones": (),
    "ec2:DescribeDhcpOptions": (),
    "ec2:DescribeInternetGateways": (),
    "ec2:DescribeNetworkInterfaces": (),
    "ec2:DescribeRouteTables": (),
    "ec2:DescribeSubnets": (),
    "ec2:DescribeSecurityGroups": (),
    "ec2:DescribeVpcEndpoints": (),
    "ec2:DescribeVpcs": (),
    "cloudwatch:PutMetricData": ("cloudwatch:namespace",),
    "logs:DescribeLogGroups": (),
    "glue:GetSecurityConfiguration": (),
    "lakeformation:GetDataAccess": (),
    "athena:ListDataCatalogs": (),
    "athena:ListWorkGroups": (),
}
CONFINED = ("aws:SourceAccount", "aws:SourceArn", "kms:EncryptionContext", "kms:CallerAccount", "aws:SourceOrgID")
OURS_ONLY = ("aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalArn", "aws:ResourceAccount", *CONFINED)
MANAGED_TOO_WIDE = ("FullAccess", "AdministratorAccess", "PowerUserAccess")


def policy_is_readable(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """What no gate can read no gate can guard."""
    for policy in policies(template):
        if policy.statements is None:
            yield Fault(policy.at, "its policy cannot be read here", "write it with constructs.access.policy_document")


def policy_names_actions(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """An endpoint's policy gives nobody a right, it only narrows: there ``s3:*`` for this account's own is narrow."""
    for policy, statement in _allowed(template):
        if policy.use is Use.ENDPOINT and statement.asks(*OURS_ONLY):
            continue
        if statement.negated:
            yield Fault(policy.at, "it allows whatever it does not name (Not...)", "name what is allowed")
        for action in statement.actions:
            if _is_every(action) and not _administers_key(policy, statement):
                yield Fault(policy.at, f"it allows {action}", "name the actions its owner's grant_* needs")


def policy_names_resources(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """In the policy of a key or an endpoint the resource ``*`` is that key, or what goes through that endpoint."""
    for policy, statement in _allowed(template):
        if policy.use is Use.IDENTITY and "*" in statement.resources:
            unbound = [action for action in statement.actions if not _cannot_be_bound(action, statement)]
            if unbound:
                yield Fault(policy.at, f"it allows {', '.join(unbound)} on *", "name the resource, or the condition")


def policy_passes_one_role(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Whoever may pass any role to a service has that role's rights."""
    for policy, statement in _allowed(template):
        if any(action.lower() == "iam:passrole" for action in statement.actions):
            if any("*" in resource for resource in statement.resources):
                yield Fault(policy.at, "it allows iam:PassRole on more than one role", "name the role")
            if not statement.asks("iam:PassedToService"):
                yield Fault(policy.at, "it allows iam:PassRole to any service", "ask for iam:PassedToService")


def policy_is_not_public(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for policy, statement in _allowed(template):
        everyone = "*" in [name for kind in ("*", "AWS") for name in statement.principals.get(kind, [])]
        if everyone and not statement.asks(*OURS_ONLY):
            yield Fault(policy.at, "it allows everyone", f"name who, or ask for one of {', '.join(OURS_ONLY[:3])}")


def service_acts_for_this_account(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """A service that anybody can send must say for whom it acts: the confused deputy."""
    for policy, statement in _allowed(template):
        if statement.principals.get("Service") and not statement.asks(*CONFINED):
            names = ", ".join(statement.principals["Service"])
            yield Fault(policy.at, f"{names} may act for any account", "ask for aws:SourceAccount or aws:SourceArn")


def federation_names_its_subject(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Without the subject every repository of the identity provider may assume the role."""
    for policy, statement in _allowed(template):
        if statement.principals.get("Federated"):
            subjects = [c for c in statement.conditions if c.variable.endswith(":sub")]
            if not subjects or any(value.startswith("*") for c in subjects for value in c.values):
                yield Fault(policy.at, "anybody at the identity provider may assume it", "ask for the subject (:sub)")


def access_is_not_by_the_handful(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for resource in template.resources():
        arns = [*listed(resource.get("policy_arn")), *listed(resource.get("managed_policy_arns"))]
        if any(str(arn).endswith(MANAGED_TOO_WIDE) for arn in arns):
            yield Fault(resource, f"it attaches {', '.join(map(str, arns))}", "grant what is used, on what it is used")


def nobody_has_standing_keys(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for resource in template.all("aws_iam_user", "aws_iam_access_key", "aws_iam_user_login_profile"):
        yield Fault(resource, "keys that do not expire leak", "use a role; people and pipelines sign in through OIDC")


def _allowed(template: Template) -> Iterator[tuple[Policy, Statement]]:
    """A boundary allows nothing; `gate.rules.roles` judges it."""
    for policy in policies(template):
        for statement in () if policy.use is Use.BOUNDARY else policy.statements or ():
            if statement.effect == "Allow":
                yield policy, statement


def _is_every(action: str) -> bool:
    return action == "*" or action.endswith(":*")


def _administers_key(policy: Policy, statement: Statement) -> bool:
    """Without its account's root nobody could ever change the key's policy again."""
    names = [name for names in statement.principals.values() for name in names]
    root_only = bool(names) and all(name.endswith(":root") for name in names)
    return policy.use is Use.KEY and root_only and statement.actions == ("kms:*",)


def _cannot_be_bound(action: str, statement: Statement) -> bool:
    if action not in WITHOUT_RESOURCE:
        return False
    wanted = WITHOUT_RESOURCE[action]
    return not wanted or statement.asks(*wanted)
