"""The one place that writes policies. Owners of data call it from their ``grant_*`` methods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from constructs import Construct


@dataclass(frozen=True, kw_only=True)
class Condition:
    """``test`` such as StringEquals, on the context key ``variable``."""

    test: str
    variable: str
    values: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. ``principals`` maps a kind (AWS, Service, ``*``) to names; identity policies have none."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[str]
    effect: str = "Allow"
    principals: tuple[str, Sequence[str]] | None = None
    conditions: Sequence[Condition] = ()


def policy_document(scope: Construct, id_: str, statements: Sequence[Statement]) -> str:
    """The JSON of a policy, written by Terraform so that scanners and plans can read it."""
    document = DataAwsIamPolicyDocument(scope, id_, statement=[_statement(statement) for statement in statements])
    return document.json


def service_role(
    scope: Construct, id_: str, *, name: str, service: str, account_id: str, always_said: bool = True
) -> IamRole:
    """A role that one AWS service may assume, and only on behalf of this account.

    Not ``always_said``: a service that does not say each time on whose behalf it comes. Nobody outside could send it:
    a role is passed within its account only.
    """
    test = "StringEquals" if always_said else "StringEqualsIfExists"
    trust = Statement(
        sid="AssumeByService",
        actions=["sts:AssumeRole"],
        resources=[],
        principals=("Service", [service]),
        conditions=[Condition(test=test, variable="aws:SourceAccount", values=[account_id])],
    )
    return IamRole(scope, id_, name=name, assume_role_policy=policy_document(scope, f"{id_}Trust", [trust]))


def allow(role: IamRole, verb: str, owner: Construct, access: Mapping[str, str]) -> IamRolePolicy:
    """Lets ``role`` do ``verb`` with what ``owner`` owns: ``{action: resource}``."""
    by_resource: dict[str, list[str]] = {}
    for action, resource in access.items():
        by_resource.setdefault(resource, []).append(action)
    statements = [
        Statement(sid=f"{verb}{number}", actions=actions, resources=[resource])
        for number, (resource, actions) in enumerate(by_resource.items(), start=1)
    ]
    return attach(role, verb, owner, statements)


def attach(role: IamRole, verb: str, owner: Construct, statements: Sequence[Statement]) -> IamRolePolicy:
    """For grants that `allow` cannot say, with conditions or refusals.

    The policy stands below the owner, and is named after who gets it: ``Storage/Silver/WriteByEtlProcessor``.
    """
    grantee = role.node.scope.node.id if role.node.scope else role.node.id
    id_ = f"{verb}By{grantee}"
    return IamRolePolicy(
        owner,
        id_,
        name=f"{owner.node.id}{verb}",
        role=role.name,
        policy=policy_document(owner, f"{id_}Document", statements),
    )


def _statement(statement: Statement) -> DataAwsIamPolicyDocumentStatement:
    principals = None
    if statement.principals:
        kind, names = statement.principals
        principals = [DataAwsIamPolicyDocumentStatementPrincipals(type=kind, identifiers=list(names))]
    return DataAwsIamPolicyDocumentStatement(
        sid=statement.sid,
        effect=statement.effect,
        actions=list(statement.actions),
        resources=list(statement.resources) or None,
        principals=principals,
        condition=[
            DataAwsIamPolicyDocumentStatementCondition(test=c.test, variable=c.variable, values=list(c.values))
            for c in statement.conditions
        ]
        or None,
    )
