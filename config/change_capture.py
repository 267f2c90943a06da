"""Change data capture: which database is followed, by what machine, and how much of it.

Prices are USD a month (730 hours) in us-east-1.
"""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pathlib import Path

from config.database_size import DatabaseSize
from config.network_size import PRIVATE_RANGES, NetworkSize
from config.sources import CAPTURED_SCHEMAS
from config.table_mappings import CapturedSchema
from config.warehouse_size import WarehouseSize
from config.warehouse_target import WarehouseTarget, check_warehouse_target

CERTIFICATES = Path(__file__).parent / "certificates"
# What the machine itself calls, from inside: DMS 3.4.7 and later go no other way.
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_VPC_Endpoints.html
NEEDED_ENDPOINTS = ("secretsmanager",)
# It compares rows in S3 by queries of Athena.
ENDPOINTS_OF_VALIDATION = ("athena", "glue")
CLASS = re.compile(r"dms\.(t3|c[567]i?|r[567]i?)\.\w+")
# DMS capacity units, 2 GB of memory each.
UNITS = (1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384)


@dataclass(frozen=True, kw_only=True)
class ReplicationMachine:
    """A machine that is always there: 140 for dms.r5.large, twice that with its standby, and 0.115 per GB.

    ``storage_gb`` is for logs and for changes that wait: a full load of hours keeps what changes meanwhile.
    """

    instance_class: str = "dms.r6i.large"
    storage_gb: int = 100
    multi_az: bool = True

    def __post_init__(self) -> None:
        if not CLASS.fullmatch(self.instance_class):
            raise ValueError(
                f"change_capture.machine.instance_class {self.instance_class!r} is none such as dms.r6i.large; kinds "
                "are t3, c5 to c7i, r5 to r7i"
            )
        if not 5 <= self.storage_gb <= 6_144:
            raise ValueError(f"change_capture.machine.storage_gb is {self.storage_gb}; AWS allows 5 to 6144")


@dataclass(frozen=True, kw_only=True)
class ServerlessReplication:
    """Capacity as it is needed, from ``least_units`` to ``most_units``, each about 64: no class to choose or to age.

    Once started it can be changed only while it stands still.
    """

    least_units: int = 1
    most_units: int = 4
    multi_az: bool = True

    def __post_init__(self) -> None:
        for name, value in (("least_units", self.least_units), ("most_units", self.most_units)):
            if value not in UNITS:
                raise ValueError(f"change_capture.machine.{name} is {value}; AWS allows {', '.join(map(str, UNITS))}")
        if self.least_units > self.most_units:
            raise ValueError(
                f"change_capture.machine.least_units {self.least_units} is more than most_units {self.most_units}"
            )


Machine = ReplicationMachine | ServerlessReplication


@dataclass(frozen=True, kw_only=True)
class MySqlSource:
    """A MySQL or MariaDB outside the network, reached by VPN: routes to ``cidrs`` are made with the VPN.

    ``host`` is a name that its certificate says too. ``certificate`` is the file in ``config/certificates`` with the
    authority that signed it: the one that comes with the repository signs nobody, so that nothing connects until it is
    replaced.
    """

    host: str = "mysql.shop.internal"
    port: int = 3306
    cidrs: tuple[str, ...] = ("10.0.8.0/24",)
    certificate: str = "on-premises.pem"

    def __post_init__(self) -> None:
        if not self.host or "/" in self.host:
            raise ValueError(f"change_capture.source.host {self.host!r} is no name; leave out protocol and port")
        if not 1 <= self.port <= 65_535:
            raise ValueError(f"change_capture.source.port is {self.port}; use 1 to 65535")
        if not self.cidrs:
            raise ValueError("change_capture.source.cidrs is empty: nothing could be reached; name where the host is")
        for cidr in self.cidrs:
            _check_private(cidr)
        authority_of(self.certificate)


@dataclass(frozen=True, kw_only=True)
class ChangeCapture:
    """What DMS does: load the tables of ``schemas``, then every change to them, into bronze.

    ``source`` None is the environment's own database, which must be MySQL with ``change_capture``. ``own_authority`` is
    the certificate that signed that one's. ``started`` False leaves the task at rest: it is True once the user is made
    in the source (docs/CHANGE_CAPTURE.md), and a change to the task while it is False leaves the task standing.
    ``validates`` compares every row with the source, once a day. ``makes_account_roles`` False: the account has DMS's
    own roles already, of which there is one each for all of it. ``latency_minutes`` behind the source is when people
    are told. ``warehouse_target`` has the same tables kept in the warehouse as well, from the source directly; None:
    the warehouse gets what the lake makes of them.
    """

    machine: Machine = field(default_factory=ReplicationMachine)
    source: MySqlSource | None = field(default_factory=MySqlSource)
    own_authority: str = "rds-eu-west-1.pem"
    schemas: tuple[CapturedSchema, ...] = CAPTURED_SCHEMAS
    started: bool = False
    validates: bool = True
    makes_account_roles: bool = True
    latency_minutes: int = 15
    warehouse_target: WarehouseTarget | None = None

    @property
    def authority(self) -> str:
        """The certificate that the source's own is held against."""
        return authority_of(self.source.certificate if self.source else self.own_authority)

    def __post_init__(self) -> None:
        if not self.schemas:
            raise ValueError("change_capture.schemas is empty: name what is captured, or set change_capture to None")
        if not 1 <= self.latency_minutes <= 1_440:
            raise ValueError(f"change_capture.latency_minutes is {self.latency_minutes}; use 1 to 1440")
        authority_of(self.own_authority)


def authority_of(name: str) -> str:
    """The certificate in the file ``name`` of ``config/certificates``."""
    path = CERTIFICATES / name
    text = path.read_text(encoding="ascii") if path.is_file() else ""
    if "-----BEGIN CERTIFICATE-----" not in text or "PRIVATE KEY" in text:
        there = ", ".join(sorted(each.name for each in CERTIFICATES.glob("*.pem")))
        raise ValueError(f"certificate {name!r} is no certificate in config/certificates; there are: {there}")
    return text


def check_change_capture(
    place: str,
    capture: ChangeCapture,
    network: NetworkSize | None,
    database: DatabaseSize | None,
    warehouse: WarehouseSize | None,
) -> None:
    """Raise unless the network has what the machine needs, and the database is one that can be followed.

    ``warehouse`` must be one that can be written to, where the capture has it for a target.
    """
    follows = database and database.engine == "mysql" and database.change_capture
    if capture.source is None and not follows:
        raise ValueError(
            f"{place}: change_capture.source is None, which means the environment's own database; that must be MySQL "
            "with change_capture=True"
        )
    known = [schema.name for schema in CAPTURED_SCHEMAS]
    if strange := [schema.name for schema in capture.schemas if schema.name not in known]:
        raise ValueError(
            f"{place}: change_capture.schemas names {strange}, and the sources of config/sources.py have "
            f"{', '.join(known)}; add them to the schemas of one, or no job may merge them"
        )
    if network is None:
        raise ValueError(f"{place}: change capture stands in a network; set network, or change_capture to None")
    needed = NEEDED_ENDPOINTS + (ENDPOINTS_OF_VALIDATION if capture.validates else ())
    if missing := [each for each in needed if each not in network.interface_endpoints]:
        raise ValueError(
            f"{place}: change capture calls {', '.join(missing)} from inside; add them to network.interface_endpoints"
            + (", or set change_capture.validates to False" if set(missing) & set(ENDPOINTS_OF_VALIDATION) else "")
        )
    if target := capture.warehouse_target:
        minutes = capture.latency_minutes
        check_warehouse_target(place, target, warehouse=warehouse, network=network, latency_minutes=minutes)


def _check_private(cidr: str) -> None:
    try:
        block = IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"change_capture.source.cidrs: {cidr!r} is no block of addresses: {error}") from error
    if not any(block.subnet_of(private) for private in PRIVATE_RANGES):
        raise ValueError(f"change_capture.source.cidrs: {cidr!r} is a public address; a VPN leads to private ones")
