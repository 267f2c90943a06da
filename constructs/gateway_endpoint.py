"""A free door to S3 or DynamoDB, by route; and the policy that stands at every door of the network."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint

from constructs import Construct
from constructs.access import Condition, Statement, policy_document


class GatewayEndpoint(Construct):
    """Traffic of ``tables``' subnets to ``service`` stays within AWS: no NAT, and no price per GB."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: str,
        tables: Sequence[RouteTable],
        vpc_id: str,
        region: str,
        account_id: str,
        name: str,
    ) -> None:
        super().__init__(scope, id_)
        statement = this_account_only(service, account_id, "StringEquals")
        self.endpoint = VpcEndpoint(
            self,
            "Endpoint",
            vpc_id=vpc_id,
            service_name=f"com.amazonaws.{region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in tables],
            policy=policy_document(self, "Policy", [statement]),
            tags={"Name": f"{name}-{service}"},
        )


def this_account_only(action_prefix: str, account_id: str, test_of_resource: str) -> Statement:
    """Lets through what this account's principals do with this account's resources.

    Stolen credentials of ours are no use elsewhere, and foreign ones cannot carry data out of here. A service that has
    to read a bucket of AWS's own from inside, as image layers of ECR, needs a statement more.

    ``*`` as principal, resource and action: the policy of a door grants nothing, it only bounds what roles grant.
    """
    return Statement(
        sid="ThisAccountOnly",
        actions=[f"{action_prefix}:*"],
        resources=["*"],
        principals=("*", ["*"]),
        conditions=[
            Condition(test="StringEquals", variable="aws:PrincipalAccount", values=[account_id]),
            Condition(test=test_of_resource, variable="aws:ResourceAccount", values=[account_id]),
        ],
    )
