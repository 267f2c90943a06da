"""What runs inside the network and calls AWS: the security group that lets it, and lets nothing else."""

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule

from constructs import Construct
from constructs.interface_endpoints import HTTPS
from constructs.private_network import PrivateNetwork


class NetworkClient(Construct):
    """HTTPS out to the network's own addresses, where the endpoints are, and to S3; nothing in, nothing else out.

    Names need no rule: no security group stands between the network and its name server.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, network: PrivateNetwork) -> None:
        super().__init__(scope, id_)
        self.group = SecurityGroup(
            self,
            "Group",
            name=name,
            description="HTTPS to endpoints in the network and to S3",
            vpc_id=network.vpc.id,
            tags={"Name": name},
        )
        self.rules: list[ITerraformDependable] = [
            self._https_to("Endpoints", cidr_ipv4=network.size.cidr),
            self._https_to("S3", prefix_list_id=network.s3.endpoint.prefix_list_id),
        ]

    def _https_to(
        self, what: str, *, cidr_ipv4: str | None = None, prefix_list_id: str | None = None
    ) -> VpcSecurityGroupEgressRule:
        return VpcSecurityGroupEgressRule(
            self,
            f"To{what}",
            security_group_id=self.group.id,
            description=f"HTTPS to {what}",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            cidr_ipv4=cidr_ipv4,
            prefix_list_id=prefix_list_id,
        )
