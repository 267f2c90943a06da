"""The door of a database: closed to everybody but the security groups that are let in by name."""

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule

from constructs import Construct
from constructs.private_network import PrivateNetwork


class DatabaseDoor(Construct):
    """A security group with no rule of its own: nothing comes in on ``port`` but what is let in, nothing goes out."""

    def __init__(self, scope: Construct, id_: str, *, name: str, port: int, network: PrivateNetwork) -> None:
        super().__init__(scope, id_)
        self._name, self._port = name, port
        self.group = SecurityGroup(
            self,
            "Group",
            name=name,
            description="Database: in for named groups, nothing out",
            vpc_id=network.vpc.id,
            tags={"Name": name},
        )

    def let_in(self, group: SecurityGroup) -> list[ITerraformDependable]:
        """Lets what wears ``group`` connect: in here, and out there. Returns the rules, for those who must wait."""
        # All of its path below the stack: many groups are called Group.
        who = "".join(part.node.id for part in group.node.scopes[2:])
        come_in = VpcSecurityGroupIngressRule(
            self,
            f"From{who}",
            security_group_id=self.group.id,
            referenced_security_group_id=group.id,
            description=f"{self._name} from {who}",
            ip_protocol="tcp",
            from_port=self._port,
            to_port=self._port,
        )
        go_out = VpcSecurityGroupEgressRule(
            self,
            f"OutOf{who}",
            security_group_id=group.id,
            referenced_security_group_id=self.group.id,
            description=f"{who} to {self._name}",
            ip_protocol="tcp",
            from_port=self._port,
            to_port=self._port,
        )
        return [come_in, go_out]
