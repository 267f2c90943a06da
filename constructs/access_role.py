"""A role that people take on, or a service for them, to look at data."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.iam_role import IamRole

from constructs import Construct
from constructs.access import Condition, Statement, policy_document

# The Identity Center ends the name of a permission set's role in 16 characters that nobody chooses. "*" in their place
# would let in the permission set Analyst_Interns where Analyst is meant.
SUFFIX = "?" * 16


class AccessRole(Construct):
    """People who signed in through the IAM Identity Center with one of ``permission_sets``, or one AWS ``service``.

    It may do nothing until something is granted to it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        permission_sets: Sequence[str] = (),
        service: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if bool(permission_sets) == bool(service):
            raise ValueError(f"{self.node.path}: give either permission_sets or a service, not both or none")
        trust = _sent_by(account_id, service) if service else _signed_in(account_id, permission_sets)
        document = policy_document(self, "RoleTrust", [trust])
        self.role = IamRole(self, "Role", name=name, assume_role_policy=document)


def _sent_by(account_id: str, service: str) -> Statement:
    # QuickSight does not say that it names who sent it. Nobody outside could: a role is passed within its account only.
    own = Condition(test="StringEqualsIfExists", variable="aws:SourceAccount", values=[account_id])
    return Statement(
        sid="AssumeByService",
        actions=["sts:AssumeRole"],
        resources=[],
        principals=("Service", [service]),
        conditions=[own],
    )


def _signed_in(account_id: str, permission_sets: Sequence[str]) -> Statement:
    # Only the Identity Center makes roles below aws-reserved/. In its home region us-east-1 their path names no region.
    reserved = f"arn:aws:iam::{account_id}:role/aws-reserved/sso.amazonaws.com"
    roles = [
        f"{reserved}/{path}AWSReservedSSO_{permission_set}_{SUFFIX}"
        for permission_set in permission_sets
        for path in ("", "*/")
    ]
    return Statement(
        sid="AssumeBySignedInPeople",
        actions=["sts:AssumeRole"],
        resources=[],
        principals=("AWS", [f"arn:aws:iam::{account_id}:root"]),
        conditions=[Condition(test="ArnLike", variable="aws:PrincipalArn", values=roles)],
    )
