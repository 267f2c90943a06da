"""Doors to AWS services inside the network: addresses in its own subnets that answer under the services' names."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule

from config import NetworkSize
from config.network_size import ENDPOINT_SERVICES
from constructs import Construct
from constructs.access import policy_document
from constructs.gateway_endpoint import this_account_only

HTTPS = 443


class InterfaceEndpoints(Construct):
    """One endpoint per service of ``size.interface_endpoints``, in every subnet, for callers in the network alone."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        size: NetworkSize,
        subnets: Sequence[Subnet],
        vpc_id: str,
        region: str,
        account_id: str,
        name: str,
    ) -> None:
        super().__init__(scope, id_)
        self.endpoints: list[VpcEndpoint] = []
        if not size.interface_endpoints:
            return
        group = self._group(size.cidr, vpc_id, f"{name}-endpoints")
        for service in size.interface_endpoints:
            id_of_service = "".join(word.capitalize() for word in service.replace(".", "-").split("-"))
            # Some requests, as GetCallerIdentity, have no resource whose account could be asked for.
            statement = this_account_only(ENDPOINT_SERVICES[service], account_id, "StringEqualsIfExists")
            endpoint = VpcEndpoint(
                self,
                id_of_service,
                vpc_id=vpc_id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=[subnet.id for subnet in subnets],
                security_group_ids=[group.id],
                policy=policy_document(self, f"{id_of_service}Policy", [statement]),
                tags={"Name": f"{name}-{service}"},
            )
            self.endpoints.append(endpoint)

    def _group(self, cidr: str, vpc_id: str, name: str) -> SecurityGroup:
        group = SecurityGroup(
            self,
            "Group",
            name=name,
            description="Endpoints of AWS services: HTTPS from inside the network, nothing out",
            vpc_id=vpc_id,
            tags={"Name": name},
        )
        VpcSecurityGroupIngressRule(
            self,
            "FromInside",
            security_group_id=group.id,
            description="HTTPS from inside the network",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            cidr_ipv4=cidr,
        )
        return group
