"""The private network of an environment: its addresses, its zones, its doors to AWS and to the internet.

Prices are USD a month (730 hours) in us-east-1 unless said otherwise. Free: the network itself, its subnets, and the
gateway endpoints for S3 and DynamoDB, which are always there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import islice
from typing import Literal

from config.log_retention import check_keep_days

Nat = Literal["none", "one", "one per zone"]
NAT_CHOICES: tuple[Nat, ...] = ("none", "one", "one per zone")

# What a data platform calls from inside, as AWS names the endpoint, and the prefix of its actions in policies.
# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
ENDPOINT_SERVICES = {
    "athena": "athena",
    "dms": "dms",
    "ecr.api": "ecr",
    "ecr.dkr": "ecr",
    "elasticmapreduce": "elasticmapreduce",
    "emr-serverless": "emr-serverless",
    "events": "events",
    "glue": "glue",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
    "kms": "kms",
    "lakeformation": "lakeformation",
    "lambda": "lambda",
    "logs": "logs",
    "monitoring": "cloudwatch",
    "redshift": "redshift",
    "redshift-data": "redshift-data",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "states": "states",
    "sts": "sts",
}
FEWEST_ZONES, MOST_ZONES = 2, 3
# AWS allows /16 to /28. At /22 a private subnet still has 251 addresses: one for every worker of a Spark job, every
# endpoint and every database, all of them in one zone when the others fail.
LARGEST, SMALLEST = 16, 22
PRIVATE_RANGES = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


@dataclass(frozen=True, kw_only=True)
class NetworkSize:
    """A network over 2 or 3 zones, each with a private subnet of a quarter of ``cidr``.

    ``cidr`` can never be changed afterwards, and two networks that shall be joined must not overlap.
    ``zones`` are letters, not a number, so that no subnet ever moves; add new ones at the end.
    ``interface_endpoints`` cost 0.01 an hour in each zone (7.30 a month), and 0.01 per GB: ten of them in three zones
    are 219 a month.
    ``nat`` lets what runs inside call the internet: none; one for all zones (in eu-west-1 0.048 an hour and its public
    address 0.005, 38.69 a month, and 0.048 per GB; the zone it stands in fails for all); or one per zone, each at that
    price. It reaches every AWS service too, so one is cheaper than six endpoints in one zone, or two in three.
    ``functions_inside``: functions that touch data run in the private subnets, and reach nothing but endpoints.
    ``flow_log_keep_days`` is how long it can be found out who spoke to whom; lines cost 0.50 per GB when they come in.
    """

    cidr: str = "10.40.0.0/16"
    zones: tuple[str, ...] = ("a", "b", "c")
    interface_endpoints: tuple[str, ...] = (
        "athena",
        "dms",
        "events",
        "glue",
        "kinesis-streams",
        "kms",
        "logs",
        "monitoring",
        "redshift-data",
        "secretsmanager",
        "sns",
        "sqs",
        "states",
        "sts",
    )
    nat: Nat = "none"
    functions_inside: bool = True
    flow_log_keep_days: int = 365

    def __post_init__(self) -> None:
        _check_cidr(self.cidr)
        _check_zones(self.zones)
        _check_endpoints(self.interface_endpoints)
        if self.nat not in NAT_CHOICES:
            raise ValueError(f"network.nat {self.nat!r} is none of {NAT_CHOICES}")
        check_keep_days("network.flow_log_keep_days", self.flow_log_keep_days)

    def private_cidrs(self) -> list[str]:
        """One per zone: the first quarters."""
        return [str(block) for block in islice(self._quarters(), len(self.zones))]

    def public_cidrs(self) -> list[str]:
        """One per zone, cut from the last quarter, whether a NAT needs them or not: then no other address moves."""
        *_, last = self._quarters()
        return [str(block) for block in islice(last.subnets(prefixlen_diff=2), len(self.zones))]

    def _quarters(self) -> Iterator[IPv4Network]:
        return IPv4Network(self.cidr).subnets(prefixlen_diff=2)


def _check_cidr(cidr: str) -> None:
    try:
        block = IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"network.cidr {cidr!r} is no block of addresses such as 10.40.0.0/16: {error}") from error
    if block.prefixlen > SMALLEST:
        raise ValueError(f"network.cidr {cidr!r} is too small; use /{LARGEST} to /{SMALLEST}")
    if block.prefixlen < LARGEST:
        raise ValueError(f"network.cidr {cidr!r} is too large for a VPC; use /{LARGEST} to /{SMALLEST}")
    if not any(block.subnet_of(private) for private in PRIVATE_RANGES):
        raise ValueError(f"network.cidr {cidr!r} is not within {', '.join(map(str, PRIVATE_RANGES))}")


def _check_zones(zones: tuple[str, ...]) -> None:
    if not FEWEST_ZONES <= len(zones) <= MOST_ZONES:
        raise ValueError(f"network.zones {zones} are out of range: name {FEWEST_ZONES} or {MOST_ZONES}, as ('a', 'b')")
    if len(set(zones)) != len(zones) or not all(re.fullmatch("[a-f]", zone) for zone in zones):
        raise ValueError(f"network.zones {zones} are not different letters from a to f")


def _check_endpoints(services: tuple[str, ...]) -> None:
    unknown = [service for service in services if service not in ENDPOINT_SERVICES]
    if unknown:
        known = ", ".join(ENDPOINT_SERVICES)
        raise ValueError(f"network.interface_endpoints: unknown {', '.join(unknown)}; there are: {known}")
    if len(set(services)) != len(services):
        raise ValueError(f"network.interface_endpoints {services} names a service twice")
