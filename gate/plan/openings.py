"""Plans that let more through a security group that is in use."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from config import Environment
from gate.plan.change import Change, Plan
from gate.plan.risk import Risk
from gate.template import Block, blocks, listed

GROUPS = ("aws_security_group", "aws_default_security_group")
ALONE = {
    "aws_security_group_rule": None,
    "aws_vpc_security_group_ingress_rule": "ingress",
    "aws_vpc_security_group_egress_rule": "egress",
}
PEERS = (
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "security_groups",
    "cidr_ipv4",
    "cidr_ipv6",
    "prefix_list_id",
    "referenced_security_group_id",
    "source_security_group_id",
)
UNKNOWN = "a target known only after apply"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Who may talk through ``group`` in one direction. Every protocol is "-1"."""

    group: str
    direction: str
    protocol: str
    ports: tuple[int, int]
    peer: str

    def covers(self, other: "Opening") -> bool:
        same = self.group == other.group and self.direction == other.direction
        ports = self.protocol == "-1" or (
            self.protocol == other.protocol and self.ports[0] <= other.ports[0] and other.ports[1] <= self.ports[1]
        )
        return same and ports and _contains(self.peer, other.peer)

    def __str__(self) -> str:
        ports = "every port" if self.protocol == "-1" else f"{self.protocol} {self.ports[0]}-{self.ports[1]}"
        return f"{self.direction} {ports} {'from' if self.direction == 'ingress' else 'to'} {self.peer}"


def widens_openings(plan: Plan, env: Environment) -> Iterator[Risk]:  # noqa: ARG001
    """Groups that are new themselves are judged in the template."""
    had = [opening for change in plan.changes for opening in _openings(change, change.before)]
    for change in plan.changes:
        openings = _openings(change, change.after)
        more = [opening for opening in openings if not any(old.covers(opening) for old in had)]
        if more:
            text = "; ".join(sorted(map(str, more)))
            yield Risk(change.address, f"would let more through: {text}", "name a narrower source, or port", text)


def _openings(change: Change, side: Block) -> list[Opening]:
    """Of groups whose id is known: the others do not exist yet."""
    if change.type in GROUPS and side.get("id"):
        return [
            opening
            for direction in ("ingress", "egress")
            for rule in blocks(side.get(direction))
            for opening in _of_rule(side["id"], direction, rule)
        ]
    if change.type in ALONE and side.get("security_group_id"):
        direction = ALONE[change.type] or side["type"]
        found = _of_rule(side["security_group_id"], direction, side)
        undecided = side is change.after and any(change.will_know(name) for name in PEERS)
        return found or ([_opening(side["security_group_id"], direction, side, UNKNOWN)] if undecided else [])
    return []


def _of_rule(group: str, direction: str, rule: Block) -> list[Opening]:
    peers = [str(peer) for name in PEERS for peer in listed(rule.get(name)) if peer]
    peers += ["itself"] if rule.get("self") else []
    return [_opening(group, direction, rule, peer) for peer in peers]


def _opening(group: str, direction: str, rule: Block, peer: str) -> Opening:
    protocol = str(rule.get("protocol") or rule.get("ip_protocol"))
    return Opening(
        group=group,
        direction=direction,
        protocol="-1" if protocol in ("-1", "all") else protocol,
        ports=(_port(rule.get("from_port"), 0), _port(rule.get("to_port"), 65_535)),
        peer=peer,
    )


def _port(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and value >= 0 else otherwise


def _contains(wide: str, narrow: str) -> bool:
    if wide == narrow:
        return True
    try:
        outer, inner = ip_network(wide), ip_network(narrow)
    except ValueError:  # a group, or a prefix list
        return False
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # same version
