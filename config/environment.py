"""What an environment may say about itself. Defaults are production's; every field is checked when it is set."""

import re
from dataclasses import dataclass, field
from typing import Literal

from config.log_retention import check_keep_days
from config.network_size import NetworkSize

Architecture = Literal["arm64", "x86_64"]

KINESIS_BATCH_LIMIT = 10_000
WEEK_HOURS = 168


@dataclass(frozen=True, kw_only=True)
class OrderStreamSize:
    """The order stream. ``shards`` None means on-demand: AWS scales, and bills by volume."""

    shards: int | None = None
    retention_hours: int = WEEK_HOURS

    def __post_init__(self) -> None:
        if self.shards is not None and self.shards < 1:
            raise ValueError(f"order_stream.shards is {self.shards}; use at least 1, or None for on-demand")
        if not WEEK_HOURS <= self.retention_hours <= 8_760:
            raise ValueError(
                f"order_stream.retention_hours is {self.retention_hours}; use {WEEK_HOURS} to 8760: "
                "a week is the time there is to repair a consumer before records are lost"
            )


@dataclass(frozen=True, kw_only=True)
class FunctionSize:
    """A function on a stream: its machine, and how records are handed to it.

    A batch closes at ``batch_size`` records, 6 MB or ``batch_window_seconds``, whichever comes first.
    """

    memory_mb: int = 1_024
    timeout_seconds: int = 120
    batch_size: int = 500
    batch_window_seconds: int = 10
    retry_attempts: int = 100
    record_age_seconds: int = 86_400

    def __post_init__(self) -> None:
        _within("memory_mb", self.memory_mb, 128, 10_240)
        _within("timeout_seconds", self.timeout_seconds, 1, 900)
        _within("batch_size", self.batch_size, 1, KINESIS_BATCH_LIMIT)
        _within("batch_window_seconds", self.batch_window_seconds, 0, 300)
        # -1 (for ever) would let one bad batch hold a shard until its records expire.
        _within("retry_attempts", self.retry_attempts, 0, 10_000)
        _within("record_age_seconds", self.record_age_seconds, 60, 604_800)


@dataclass(frozen=True, kw_only=True)
class ZoneLifecycle:
    """How long a lake zone keeps what. None: for ever, or no transition."""

    infrequent_after_days: int | None = None
    expire_after_days: int | None = None
    noncurrent_days: int = 90

    def __post_init__(self) -> None:
        if self.infrequent_after_days is not None and self.infrequent_after_days < 30:
            raise ValueError(
                f"infrequent_after_days is {self.infrequent_after_days}; "
                "S3 moves objects to STANDARD_IA after 30 days at the earliest"
            )


def default_zones() -> dict[str, ZoneLifecycle]:
    return {
        "bronze": ZoneLifecycle(infrequent_after_days=90),
        # Queries read silver's whole history, and a class for seldom reads bills each of them.
        "silver": ZoneLifecycle(),
        "gold": ZoneLifecycle(),
        "quarantine": ZoneLifecycle(infrequent_after_days=90),
        # Whole records in clear: kept no longer than it takes to send them again.
        "failures": ZoneLifecycle(expire_after_days=90, noncurrent_days=7),
        "scripts": ZoneLifecycle(),
        "athena-results": ZoneLifecycle(expire_after_days=30, noncurrent_days=7),
        "logs": ZoneLifecycle(infrequent_after_days=90, expire_after_days=400, noncurrent_days=30),
    }


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One environment; its stack is called ``ecommerce-<name>``.

    ``emulator_endpoint`` is where its AWS is when ``AWS_ENDPOINT_URL`` says nothing; None means the real one.
    ``event_years``, first and last, bound the partitions Athena looks for; an event of another year is set aside. Few
    years make quick queries: a query that names no time looks into every hour of all of them.
    ``network`` None: no network of its own, everything runs outside.
    Deleting data takes two keys: ``disposable`` says that the environment may go, ``deletable`` names what may go with
    it (lake zones, ``order-stream``, ``masking-key``, ``keys``). What is not named is kept, and Terraform refuses to
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
    order_stream: OrderStreamSize = field(default_factory=OrderStreamSize)
    etl_processor: FunctionSize = field(default_factory=FunctionSize)
    zones: dict[str, ZoneLifecycle] = field(default_factory=default_zones)

    def may_delete(self, name: str) -> bool:
        """Whether both keys to delete ``name`` are turned."""
        return self.disposable and name in self.deletable

    @property
    def holds_data(self) -> frozenset[str]:
        """Everything that ``deletable`` may name."""
        return frozenset(self.zones) | {"order-stream", "masking-key", "keys"}

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]{1,11}", self.name):
            raise ValueError(f"environment {self.name!r}: a name has 2 to 12 small letters or digits")
        if not re.fullmatch(r"\d{12}", self.account_id):
            raise ValueError(f"environment {self.name}: account_id {self.account_id!r} is not 12 digits")
        check_keep_days(f"environment {self.name}: log_keep_days", self.log_keep_days)
        _within("key_deletion_days", self.key_deletion_days, 7, 30)
        if unknown := self.deletable - self.holds_data:
            raise ValueError(
                f"environment {self.name}: deletable names {sorted(unknown)}; there are: {sorted(self.holds_data)}"
            )
        first, last = self.event_years
        if not 2000 <= first <= last <= 2099:
            raise ValueError(
                f"environment {self.name}: event_years {self.event_years} is not (first, last) within 2000-2099"
            )
        stream_seconds = self.order_stream.retention_hours * 3_600
        if self.etl_processor.record_age_seconds >= stream_seconds:
            raise ValueError(
                f"environment {self.name}: etl_processor.record_age_seconds {self.etl_processor.record_age_seconds} "
                f"must stay below the stream's retention of {stream_seconds} s, or records expire unnoticed"
            )


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}; AWS allows {low} to {high}")
