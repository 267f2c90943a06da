"""Spark jobs inside the network: how workers speak to each other, and through which connection Glue puts them there."""

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.glue_connection import GlueConnection, GlueConnectionPhysicalConnectionRequirements
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule

from constructs import Construct
from constructs.access import Condition, Statement, attach
from constructs.network_client import NetworkClient
from constructs.private_network import PrivateNetwork

EVERYTHING = "-1"
# Glue marks the network interfaces it makes with the job's role.
GLUES_TAG = "aws-glue-service-resource"
LOOK = (
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
)


class JobNetwork(Construct):
    """A security group for all jobs, and a connection of Glue per subnet: it takes the first where there is room.

    https://docs.aws.amazon.com/glue/latest/dg/vpc-failover-behavior-error-10.html
    What the jobs reach are the network's endpoints and S3, nothing else. There is no connection to a database: no job
    asks one, for what changes there comes through bronze.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, network: PrivateNetwork, region: str, account_id: str
    ) -> None:
        super().__init__(scope, id_)
        self._network, self._place = network, f"{region}:{account_id}"
        client = NetworkClient(self, "Client", name=name, network=network)
        self.group = client.group
        self.ready: list[ITerraformDependable] = [*client.rules, *self._workers_may_speak(), *network.doors]
        self.connections = [
            GlueConnection(
                self,
                f"Connection{zone.upper()}",
                name=f"{name}-{zone}",
                description="Puts Spark jobs into a private subnet",
                connection_type="NETWORK",
                physical_connection_requirements=GlueConnectionPhysicalConnectionRequirements(
                    availability_zone=subnet.availability_zone,
                    subnet_id=subnet.id,
                    security_group_id_list=[self.group.id],
                ),
            )
            for zone, subnet in zip(network.size.zones, network.subnets, strict=True)
        ]

    def grant_connect(self, role: IamRole) -> IamRolePolicy:
        """What Glue does with a job's role to put its workers here."""
        interfaces = f"arn:aws:ec2:{self._place}:network-interface/*"
        create_in = [interfaces, self.group.arn, *(subnet.arn for subnet in self._network.subnets)]
        own_tag = Condition(test="ForAllValues:StringEquals", variable="aws:TagKeys", values=[GLUES_TAG])
        connections = [f"arn:aws:glue:{self._place}:catalog", *(connection.arn for connection in self.connections)]
        statements = [
            Statement(sid="CreateHere", actions=["ec2:CreateNetworkInterface"], resources=create_in),
            # Any interface of the account: there is none yet whose id could be named.
            Statement(sid="Delete", actions=["ec2:DeleteNetworkInterface"], resources=[interfaces]),
            Statement(
                sid="Mark", actions=["ec2:CreateTags", "ec2:DeleteTags"], resources=[interfaces], conditions=[own_tag]
            ),
            # "*": EC2 knows no resources for looking.
            Statement(sid="Look", actions=LOOK, resources=["*"]),
            Statement(sid="LookAtNetwork", actions=["ec2:DescribeVpcAttribute"], resources=[self._network.vpc.arn]),
            Statement(sid="Connection", actions=["glue:GetConnection"], resources=connections),
        ]
        return attach(role, "Connect", self, statements)

    def _workers_may_speak(self) -> list[ITerraformDependable]:
        """On every port, or Glue refuses the group."""
        rules = {"FromWorkers": VpcSecurityGroupIngressRule, "ToWorkers": VpcSecurityGroupEgressRule}
        return [
            rule(
                self,
                id_,
                security_group_id=self.group.id,
                referenced_security_group_id=self.group.id,
                ip_protocol=EVERYTHING,
                description="Workers of the same jobs",
            )
            for id_, rule in rules.items()
        ]
