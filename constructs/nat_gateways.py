"""The way out to the internet, where an environment wants one: none, one for all zones, or one per zone."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet

from config import NetworkSize
from constructs import Construct

ANYWHERE = "0.0.0.0/0"


class NatGateways(Construct):
    """Out, never in. Public subnets exist for the gateways alone; with ``size.nat`` none there is nothing at all.

    ``tables`` are those of the private subnets, in the order of ``size.zones``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        size: NetworkSize,
        vpc_id: str,
        name: str,
        region: str,
        tables: Sequence[RouteTable],
    ) -> None:
        super().__init__(scope, id_)
        if size.nat == "none":
            return
        self._name = name
        zones = size.zones if size.nat == "one per zone" else size.zones[:1]
        self._internet = InternetGateway(self, "Internet", vpc_id=vpc_id, tags={"Name": name})
        public = self._public_routes(vpc_id)
        gateways = [
            self._gateway(zone, f"{region}{zone}", vpc_id, cidr, public)
            for zone, cidr in zip(zones, size.public_cidrs(), strict=False)
        ]
        for number, (zone, table) in enumerate(zip(size.zones, tables, strict=True)):
            gateway = gateways[number] if size.nat == "one per zone" else gateways[0]
            Route(
                self,
                f"Out{zone.upper()}",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=gateway.id,
            )

    def _public_routes(self, vpc_id: str) -> RouteTable:
        table = RouteTable(self, "PublicRoutes", vpc_id=vpc_id, tags={"Name": f"{self._name}-public"})
        Route(
            self,
            "PublicOut",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=self._internet.id,
        )
        return table

    def _gateway(self, zone: str, full_zone: str, vpc_id: str, cidr: str, routes: RouteTable) -> NatGateway:
        letter, tags = zone.upper(), {"Name": f"{self._name}-public-{zone}"}
        subnet = Subnet(
            self,
            f"PublicSubnet{letter}",
            vpc_id=vpc_id,
            availability_zone=full_zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
            tags=tags,
        )
        RouteTableAssociation(self, f"RoutesOf{letter}", subnet_id=subnet.id, route_table_id=routes.id)
        # AWS hands out the address, and takes it back, only while the network has a way to the internet.
        address = Eip(self, f"Address{letter}", domain="vpc", tags=tags, depends_on=[self._internet])
        return NatGateway(
            self,
            f"Gateway{letter}",
            subnet_id=subnet.id,
            allocation_id=address.allocation_id,
            tags=tags,
            depends_on=[self._internet],
        )
