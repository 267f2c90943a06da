"""As whom a warehouse reads the lake: COPY, and queries over external schemas, take this role."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from constructs import Construct
from constructs.access import Condition, Statement, allow, policy_document

CLUSTER_SERVICES = ("redshift",)
# AWS names both for it, without saying which one asks when.
SERVERLESS_SERVICES = ("redshift", "redshift-serverless")
EVERY_USER = "*"


def warehouse_role(
    scope: Construct, id_: str, *, name: str, services: Sequence[str], region: str, account_id: str
) -> IamRole:
    """A role for the warehouses of this account and region, whichever of their users asks."""
    trust = asked_by_warehouse(services, region=region, account_id=account_id)
    return IamRole(scope, id_, name=name, assume_role_policy=policy_document(scope, f"{id_}Trust", trust))


def asked_by_warehouse(
    services: Sequence[str], *, region: str, account_id: str, user: str = EVERY_USER
) -> list[Statement]:
    """Lets the warehouses of this account and region assume a role, when ``user`` of theirs asks.

    Redshift says in the external id who asks. That it says in aws:SourceAccount for whom is written nowhere: that is
    compared where it is there.
    https://docs.aws.amazon.com/redshift/latest/mgmt/authorizing-redshift-service-database-users.html
    """
    users = f"arn:aws:redshift:{region}:{account_id}:dbuser:{user if user == EVERY_USER else f'*/{user}'}"
    for_us = [
        Condition(test="StringLikeIfExists", variable="sts:ExternalId", values=[users]),
        Condition(test="StringEqualsIfExists", variable="aws:SourceAccount", values=[account_id]),
    ]
    return [
        Statement(
            sid="AssumeBy" + "".join(word.capitalize() for word in service.split("-")),
            actions=["sts:AssumeRole"],
            resources=[],
            principals=("Service", [f"{service}.amazonaws.com"]),
            conditions=for_us,
        )
        for service in services
    ]


def grant_governed_data(role: IamRole, warehouse: Construct) -> IamRolePolicy:
    """Ask Lake Formation for the files of tables it governs; which ones it gives, it decides itself."""
    # "*": the action knows no resources.
    return allow(role, "AskLakeFormation", warehouse, {"lakeformation:GetDataAccess": "*"})
