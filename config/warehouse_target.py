"""The second target of a change capture: tables of the warehouse, which DMS itself keeps as the source's are."""

import re
from dataclasses import dataclass

from config.function_machine import within
from config.network_size import NetworkSize
from config.warehouse_size import ServerlessWarehouse, WarehouseNodes, WarehouseSize

# DMS 3.4.7 and later call Redshift's API from inside, whoever stands in a private network.
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_VPC_Endpoints.html
NEEDED_ENDPOINT = "redshift"
PREFIX = re.compile(r"[a-z][a-z0-9_]{0,30}_")
DAY_SECONDS, HOUR_SECONDS = 86_400, 3_600
# What a serverless warehouse bills at least each time it wakes.
LEAST_BILLED_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class WarehouseTarget:
    """Each captured database becomes the schema ``<schema_prefix><its name in small letters>`` of the warehouse.

    ``started`` False leaves the task at rest: it is True once user and schemas are made in the warehouse
    (docs/CHANGE_CAPTURE.md).
    ``batch_seconds`` is how long changes wait for others, to be written together; a serverless warehouse wakes as
    often. ``apply_threads`` write as many tables at once; 0 is one after the other.
    ``max_file_mb`` and ``upload_streams`` are of the files on their way: None are DMS's own, 1 GB and 10.
    """

    schema_prefix: str = "shop_"
    started: bool = False
    batch_seconds: int = 60
    apply_threads: int = 4
    max_file_mb: int | None = None
    upload_streams: int | None = None

    @property
    def control_schema(self) -> str:
        """Where DMS keeps what it could not write."""
        return f"{self.schema_prefix}dms"

    def schema(self, database: str) -> str:
        """What ``database`` of the source is called in the warehouse, which knows small letters only."""
        return f"{self.schema_prefix}{database.lower()}"

    def __post_init__(self) -> None:
        place = "change_capture.warehouse_target"
        if not PREFIX.fullmatch(self.schema_prefix):
            raise ValueError(
                f"{place}.schema_prefix {self.schema_prefix!r} is none such as shop_; use small letters, digits and _, "
                "and end with _"
            )
        if not 1 <= self.batch_seconds <= HOUR_SECONDS:
            raise ValueError(f"{place}.batch_seconds is {self.batch_seconds}; use 1 to {HOUR_SECONDS}")
        within(f"{place}.apply_threads", self.apply_threads, 0, 32)
        if self.max_file_mb is not None:
            within(f"{place}.max_file_mb", self.max_file_mb, 1, 1_024)
        if self.upload_streams is not None:
            within(f"{place}.upload_streams", self.upload_streams, 1, 64)


def check_warehouse_target(
    place: str,
    target: WarehouseTarget,
    *,
    warehouse: WarehouseSize | None,
    network: NetworkSize,
    latency_minutes: int,
) -> None:
    """Raise unless there is a warehouse, awake, that DMS can reach and that can pay for it."""
    place = f"{place}: change_capture.warehouse_target"
    if warehouse is None:
        raise ValueError(f"{place} is set, and there is no warehouse; set warehouse, or warehouse_target to None")
    if isinstance(warehouse, WarehouseNodes) and warehouse.pause:
        raise ValueError(
            f"{place} writes day and night, and the warehouse pauses; set warehouse.pause to None, or warehouse_target"
        )
    if NEEDED_ENDPOINT not in network.interface_endpoints:
        raise ValueError(
            f"{place}: DMS calls {NEEDED_ENDPOINT} from inside; add it to network.interface_endpoints, or set "
            "warehouse_target to None"
        )
    if 2 * target.batch_seconds > latency_minutes * 60:
        raise ValueError(
            f"{place}.batch_seconds {target.batch_seconds} is more than half of latency_minutes {latency_minutes}: "
            "people would be told of lateness that is meant; take less, or raise latency_minutes"
        )
    if isinstance(warehouse, ServerlessWarehouse):
        _check_serverless(place, target, warehouse)


def _check_serverless(place: str, target: WarehouseTarget, warehouse: ServerlessWarehouse) -> None:
    """The warehouse refuses queries for the rest of the day once its hours are used up: DMS would use them up."""
    awake_seconds = DAY_SECONDS * min(1, LEAST_BILLED_SECONDS / target.batch_seconds)
    needed = warehouse.base_rpu * awake_seconds / HOUR_SECONDS
    if needed > warehouse.rpu_hours_per_day:
        raise ValueError(
            f"{place}.batch_seconds {target.batch_seconds} wakes the serverless warehouse for {needed:.0f} RPU hours a "
            f"day, and warehouse.rpu_hours_per_day is {warehouse.rpu_hours_per_day}; raise batch_seconds and "
            "latency_minutes, or rpu_hours_per_day, or lower base_rpu"
        )
