"""The network data is processed in: private subnets, and doors to AWS that nothing foreign comes through."""

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc

from config import NetworkSize
from constructs import Construct
from constructs.access import Condition, Statement, attach
from constructs.gateway_endpoint import GatewayEndpoint
from constructs.interface_endpoints import InterfaceEndpoints
from constructs.nat_gateways import NatGateways

# What Lambda does with a function's role to connect it.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
CREATE = "ec2:CreateNetworkInterface"
CHANGE = ("ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses")
LOOK = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")


class PrivateNetwork(Construct):
    """A VPC of private subnets, one per zone, with gateway endpoints and what `NetworkSize` adds.

    Nothing in it has a public address, and no route leads in. The security group AWS gives to whatever names none lets
    nothing through. It holds no data, so it may be destroyed and made again like any machine.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, size: NetworkSize, region: str, account_id: str
    ) -> None:
        super().__init__(scope, id_)
        self.size = size
        self._place = f"{region}:{account_id}"
        # Private names of interface endpoints need both.
        self.vpc = Vpc(
            self,
            "Vpc",
            cidr_block=size.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
        )
        # No rules, said and not left out: one that somebody adds by hand is then seen as drift.
        DefaultSecurityGroup(
            self, "DefaultGroup", vpc_id=self.vpc.id, ingress=[], egress=[], tags={"Name": f"{name}-default-empty"}
        )
        self.subnets: list[Subnet] = []
        tables: list[RouteTable] = []
        for zone, cidr in zip(size.zones, size.private_cidrs(), strict=True):
            subnet, table = self._zone(f"{region}{zone}", zone.upper(), cidr, f"{name}-private-{zone}")
            self.subnets.append(subnet)
            tables.append(table)
        here = {"vpc_id": self.vpc.id, "region": region, "account_id": account_id, "name": name}
        self.s3 = GatewayEndpoint(self, "S3", service="s3", tables=tables, **here)
        GatewayEndpoint(self, "DynamoDb", service="dynamodb", tables=tables, **here)
        self._interfaces = InterfaceEndpoints(self, "Endpoints", size=size, subnets=self.subnets, **here)
        NatGateways(self, "Nat", size=size, vpc_id=self.vpc.id, name=name, region=region, tables=tables)

    @property
    def doors(self) -> list[ITerraformDependable]:
        """What to wait for before calling AWS from inside."""
        return [self.s3.endpoint, *self._interfaces.endpoints]

    def grant_connect(self, role: IamRole, *, function_arn: str, group: SecurityGroup) -> IamRolePolicy:
        """Lets Lambda connect the function to these subnets with the function's role; its code may not use that."""
        interfaces = f"arn:aws:ec2:{self._place}:network-interface/*"
        create_in = [interfaces, group.arn, *(subnet.arn for subnet in self.subnets)]
        by_its_code = Condition(test="ArnEquals", variable="lambda:SourceFunctionArn", values=[function_arn])
        statements = [
            Statement(sid="CreateHere", actions=[CREATE], resources=create_in),
            # Any interface of the account: Lambda wants the right before there is one whose id could be named.
            Statement(sid="Change", actions=CHANGE, resources=[interfaces]),
            # "*": EC2 knows no resources for looking, and Lambda refuses anything narrower.
            Statement(sid="Look", actions=LOOK, resources=["*"]),
            # "*": it takes rights away.
            Statement(
                sid="NotByItsCode",
                effect="Deny",
                actions=[CREATE, *CHANGE, *LOOK],
                resources=["*"],
                conditions=[by_its_code],
            ),
        ]
        return attach(role, "Connect", self, statements)

    def _zone(self, zone: str, letter: str, cidr: str, name: str) -> tuple[Subnet, RouteTable]:
        subnet = Subnet(
            self,
            f"Subnet{letter}",
            vpc_id=self.vpc.id,
            availability_zone=zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
            tags={"Name": name},
        )
        # One table per zone even without a NAT: then a NAT per zone later changes routes only.
        table = RouteTable(self, f"Routes{letter}", vpc_id=self.vpc.id, tags={"Name": name})
        RouteTableAssociation(self, f"RoutesOf{letter}", subnet_id=subnet.id, route_table_id=table.id)
        return subnet, table
