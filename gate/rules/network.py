"""The network: private, and open only to what is named."""

from collections.abc import Iterator
from dataclasses import dataclass

from config import Environment
from gate.finding import Fault
from gate.template import Block, Resource, Template, listed

EVERYWHERE = {"0.0.0.0/0", "::/0"}
# MySQL, PostgreSQL, Redshift, SQL Server, Oracle, MongoDB: checkov looks at none of them.
WAREHOUSE_PORTS = (1433, 1521, 3306, 5432, 5439, 27017)
# Redshift's default is true before provider 6: it must say no.
MUST_SAY_PRIVATE = ("aws_redshift_cluster",)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One rule of a security group, wherever it is written."""

    at: Resource
    inbound: bool
    protocol: str
    ports: tuple[int, int]
    ranges: frozenset[str]

    @property
    def everything(self) -> bool:
        return self.protocol in ("-1", "all")


def nothing_comes_in_from_everywhere(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for opening in _openings(template):
        if opening.inbound and opening.ranges & EVERYWHERE:
            yield Fault(opening.at, "it lets in the whole internet", "name the security group that may come in")


def warehouse_port_is_for_groups(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Addresses change hands; membership of a security group does not."""
    for opening in _openings(template):
        low, high = opening.ports
        ports = [str(port) for port in WAREHOUSE_PORTS if low <= port <= high or opening.everything]
        if opening.inbound and opening.ranges and ports:
            yield Fault(opening.at, f"ports {', '.join(ports)} are open to addresses", "let in a security group")


def not_everything_goes_out(template: Template, env: Environment) -> Iterator[Fault]:
    """A way out for stolen data; a disposable environment holds none worth it."""
    for opening in [] if env.disposable else _openings(template):
        if not opening.inbound and opening.everything and opening.ranges & EVERYWHERE:
            yield Fault(opening.at, "everything may go everywhere", "name ports and targets")


def store_is_private(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for resource in template.resources():
        said = resource.get("publicly_accessible")
        if said not in (None, False) or (said is None and resource.type in MUST_SAY_PRIVATE):
            yield Fault(resource, "it can be reached from the internet", "set publicly_accessible to false")


def nothing_has_a_public_address(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for resource in template.resources():
        for field in ("map_public_ip_on_launch", "associate_public_ip_address", "assign_public_ip"):
            if resource.get(field) is True:
                yield Fault(resource, f"{field} is true", "the platform's machines live in private subnets")
    for url in template.all("aws_lambda_function_url"):
        yield Fault(url, "a function's URL is public", "go through API Gateway")


def console_is_private(template: Template, env: Environment) -> Iterator[Fault]:
    for airflow in [] if env.disposable else template.all("aws_mwaa_environment"):
        if airflow.get("webserver_access_mode") != "PRIVATE_ONLY":
            yield Fault(airflow, "Airflow's pages are on the internet", "set webserver_access_mode to PRIVATE_ONLY")


def default_group_is_empty(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """What somebody starts without naming a group lands in it; rules left out would mean: whatever is there."""
    for vpc in template.all("aws_vpc"):
        groups = template.companions("aws_default_security_group", vpc, "vpc_id")
        if not any(group.get("ingress") == [] and group.get("egress") == [] for group in groups):
            yield Fault(vpc, "its default security group may let something through", "adopt it, with empty lists")


def network_is_watched(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for vpc in template.all("aws_vpc"):
        logs = template.companions("aws_flow_log", vpc, "vpc_id")
        if not any(log.get("traffic_type") in ("ALL", None) for log in logs):
            yield Fault(vpc, "nobody writes down who talks to whom", "give it an aws_flow_log of ALL traffic")


def _openings(template: Template) -> Iterator[Opening]:
    for group in template.all("aws_security_group", "aws_default_security_group"):
        for direction in ("ingress", "egress"):
            for rule in group.blocks(direction):
                yield _opening(group, rule, inbound=direction == "ingress")
    for alone in template.all("aws_security_group_rule"):
        yield _opening(alone, alone.body, inbound=alone.get("type") == "ingress")
    for alone in template.all("aws_vpc_security_group_ingress_rule"):
        yield _opening(alone, alone.body, inbound=True)
    for alone in template.all("aws_vpc_security_group_egress_rule"):
        yield _opening(alone, alone.body, inbound=False)


def _opening(at: Resource, rule: Block, *, inbound: bool) -> Opening:
    names = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
    return Opening(
        at=at,
        inbound=inbound,
        protocol=str(rule.get("protocol", rule.get("ip_protocol"))),
        ports=(_port(rule.get("from_port"), 0), _port(rule.get("to_port"), 65_535)),
        ranges=frozenset(str(text) for name in names for text in listed(rule.get(name))),
    )


def _port(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise
