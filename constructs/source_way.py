"""The way from DMS to the database it follows: a host of ours, or one beyond a VPN."""

from dataclasses import dataclass

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule

from config.change_capture import MySqlSource
from constructs import Construct
from constructs.relational_database import RelationalDatabase


@dataclass(frozen=True, kw_only=True)
class SourceWay:
    """Where it is, and the rules that let one through."""

    host: str
    port: int
    rules: list[ITerraformDependable]


def way_to(
    scope: Construct, group: SecurityGroup, *, source: MySqlSource | None, database: RelationalDatabase | None
) -> SourceWay:
    """Lets what wears ``group`` reach ``source``, or ``database`` where that is None."""
    if source:
        rules: list[ITerraformDependable] = [
            VpcSecurityGroupEgressRule(
                scope,
                f"ToSource{number}",
                security_group_id=group.id,
                description="MySQL of the shop, by VPN",
                ip_protocol="tcp",
                from_port=source.port,
                to_port=source.port,
                cidr_ipv4=cidr,
            )
            for number, cidr in enumerate(source.cidrs, start=1)
        ]
        return SourceWay(host=source.host, port=source.port, rules=rules)
    if database is None:
        raise ValueError(
            f"{scope.node.path}: change_capture.source is None, which means the environment's own database, and there "
            "is none; set database, or name a source"
        )
    instance = database.instance
    return SourceWay(host=instance.address, port=database.port, rules=database.let_in(group))
