"""What an environment may say about itself. Defaults are production's; every field is checked when it is set."""

import re
from dataclasses import dataclass, field
from typing import Literal

from config.batch_jobs import Batch, check_batch
from config.change_capture import ChangeCapture, check_change_capture
from config.data_access import DataAccess
from config.database_size import DatabaseSize
from config.event_archive import EventArchiveSize
from config.event_flow import EventStreamSize, FunctionSize
from config.file_flow import FileFunctionSize
from config.front_door import FrontDoorSize
from config.function_machine import within
from config.log_retention import check_keep_days
from config.network_size import NetworkSize
from config.replication import Replication
from config.validator_size import ValidatorSize
from config.warehouse_size import WarehouseNodes, WarehouseSize, check_warehouse
from config.zone_lifecycle import ZoneLifecycle, check_zones, default_zones

Architecture = Literal["arm64", "x86_64"]

# What holds data beside the lake's zones.
OTHERS = frozenset({"event-stream", "masking-key", "keys", "database", "warehouse", "catalogue", "change-capture"})


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One environment; its stack is called ``ecommerce-<name>``.

    ``emulator_endpoint`` is where its AWS is when ``AWS_ENDPOINT_URL`` says nothing; None means the real one.
    ``event_years``, first and last, bound the partitions Athena looks for; an event of another year is set aside. Few
    years make quick queries: a query that names no time looks into every hour of all of them.
    ``front_door`` None: nothing comes by HTTP. ``change_capture`` None: DMS follows no database;
    ``captured_otherwise`` names those whose changes something else brings into bronze, as DMS would.
    ``batch`` None: no Spark jobs, nothing but what the functions make.
    ``network`` None: no network of its own, everything runs outside. ``replication`` None: no copies elsewhere.
    ``event_archive`` None: what the stream has forgotten cannot be sent again.
    ``database`` and ``warehouse`` None: there is none; both stand in the network. ``access`` is who may read what;
    ``alert_emails`` are told of alarms, once each has confirmed.
    Deleting data takes two keys: ``disposable`` says that the environment may go, ``deletable`` names what may go with
    it (lake zones and what ``OTHERS`` lists). What is not named is kept, and Terraform refuses to
    destroy it.
    """

    name: str
    account_id: str
    region: str = "eu-west-1"
    disposable: bool = False
    deletable: frozenset[str] = frozenset()
    emulator_endpoint: str | None = None
    architecture: Architecture = "arm64"
    log_keep_days: int = 365
    key_deletion_days: int = 30
    athena_scan_limit_gb: int = 100
    event_years: tuple[int, int] = (2025, 2030)
    network: NetworkSize | None = field(default_factory=NetworkSize)
    event_stream: EventStreamSize = field(default_factory=EventStreamSize)
    event_archive: EventArchiveSize | None = field(default_factory=EventArchiveSize)
    front_door: FrontDoorSize | None = field(default_factory=FrontDoorSize)
    etl_processor: FunctionSize = field(default_factory=FunctionSize)
    log_forwarder: FileFunctionSize = field(default_factory=FileFunctionSize)
    data_validator: ValidatorSize = field(default_factory=ValidatorSize)
    zones: dict[str, ZoneLifecycle] = field(default_factory=default_zones)
    replication: Replication | None = field(default_factory=Replication)
    database: DatabaseSize | None = field(default_factory=DatabaseSize)
    warehouse: WarehouseSize | None = field(default_factory=WarehouseNodes)
    change_capture: ChangeCapture | None = field(default_factory=ChangeCapture)
    captured_otherwise: tuple[str, ...] = ()
    batch: Batch | None = field(default_factory=Batch)
    access: DataAccess = field(default_factory=DataAccess)
    alert_emails: tuple[str, ...] = ()

    def may_delete(self, name: str) -> bool:
        """Whether both keys to delete ``name`` are turned."""
        return self.disposable and name in self.deletable

    @property
    def captured_schemas(self) -> frozenset[str]:
        """Databases whose changes come into bronze, by DMS or otherwise: their tables are merged in silver."""
        by_dms = self.change_capture.schemas if self.change_capture else ()
        return frozenset(schema.name for schema in by_dms) | frozenset(self.captured_otherwise)

    @property
    def holds_data(self) -> frozenset[str]:
        """Everything that ``deletable`` may name."""
        return frozenset(self.zones) | OTHERS

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]{1,11}", self.name):
            raise ValueError(f"environment {self.name!r}: a name has 2 to 12 small letters or digits")
        if not re.fullmatch(r"\d{12}", self.account_id):
            raise ValueError(f"environment {self.name}: account_id {self.account_id!r} is not 12 digits")
        if wrong := [address for address in self.alert_emails if not re.fullmatch(r"[^@\s]+@[^@\s]+", address)]:
            raise ValueError(f"environment {self.name}: alert_emails has {wrong}, which are no e-mail addresses")
        check_keep_days(f"environment {self.name}: log_keep_days", self.log_keep_days)
        within("key_deletion_days", self.key_deletion_days, 7, 30)
        check_zones(f"environment {self.name}", self.zones)
        if self.replication:
            self.replication.check(f"environment {self.name}", region=self.region)
        if self.database and self.network is None:
            raise ValueError(
                f"environment {self.name}: a database stands in a network; set network, or database to None"
            )
        if self.warehouse:
            check_warehouse(f"environment {self.name}", self.warehouse, self.network)
        if self.change_capture:
            check_change_capture(
                f"environment {self.name}", self.change_capture, self.network, self.database, self.warehouse
            )
        if self.batch:
            check_batch(f"environment {self.name}", self.batch, self.network)
        if unknown := self.deletable - self.holds_data:
            raise ValueError(
                f"environment {self.name}: deletable names {sorted(unknown)}; there are: {sorted(self.holds_data)}"
            )
        first, last = self.event_years
        if not 2000 <= first <= last <= 2099:
            raise ValueError(
                f"environment {self.name}: event_years {self.event_years} is not (first, last) within 2000-2099"
            )
        stream_seconds = self.event_stream.retention_hours * 3_600
        if self.etl_processor.record_age_seconds >= stream_seconds:
            raise ValueError(
                f"environment {self.name}: etl_processor.record_age_seconds {self.etl_processor.record_age_seconds} "
                f"must stay below the stream's retention of {stream_seconds} s, or records expire unnoticed"
            )
