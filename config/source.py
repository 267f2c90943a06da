"""One source of data: where its files lie, in what shape, how often, and who answers for it."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from config.event_archive import ARCHIVE_PREFIX, PARQUET_ARCHIVE_PREFIX, UNDELIVERED_PREFIX
from config.file_format import FileFormat
from config.table_mappings import CapturedSchema

SourceKind = Literal["file", "stream", "log", "database"]
Schedule = Literal["continuous", "hourly", "daily", "weekly"]

SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
# Hours from one delivery to the next; within an hour is as good as always.
SCHEDULE_HOURS: dict[Schedule, int] = {"continuous": 1, "hourly": 1, "daily": 24, "weekly": 168}
NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
# An alarm looks back a week at most.
LONGEST_FRESHNESS_HOURS = 168
# What else lies in bronze: other parts of the platform write there.
VERDICTS_PREFIX = "_verdicts/"
UNREGISTERED_PREFIX = "unregistered/"
RESERVED_PREFIXES = (
    ARCHIVE_PREFIX,
    PARQUET_ARCHIVE_PREFIX,
    UNDELIVERED_PREFIX,
    VERDICTS_PREFIX,
    UNREGISTERED_PREFIX,
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One source. Its files lie in bronze below ``prefix``, which is ``<name>/`` unless stated.

    ``contract`` is the name of what it delivers: the table for files, the event for streams and logs. None for a
    database, whose tables ``schemas`` names. ``freshness_hours`` without anything stored raise an alarm; None raises
    none. A file is refused whole if more than ``error_threshold`` of its rows (0.05: one of twenty) are bad, or if its
    rows are not ``min_rows`` to ``max_rows``.
    """

    name: str
    kind: SourceKind
    owner: str
    schedule: Schedule
    freshness_hours: int | None
    contract: str | None = None
    format: FileFormat | None = None
    landing: str | None = None
    error_threshold: float = 0.05
    min_rows: int = 1
    max_rows: int | None = None
    schemas: tuple[CapturedSchema, ...] = ()

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"source {self.name!r}: a name has 2 to 41 small letters, digits or underscores")
        if self.kind not in SOURCE_KINDS:
            raise ValueError(f"source {self.name}: kind {self.kind!r} is unknown; there are: {', '.join(SOURCE_KINDS)}")
        if not self.owner:
            raise ValueError(f"source {self.name}: owner is empty; name who answers for what it delivers")
        self._check_kind()
        self._check_prefix()
        self._check_freshness()
        self._check_bounds()

    @property
    def prefix(self) -> str:
        """Where in bronze its files lie, with the slash at the end."""
        return self.landing or f"{self.name}/"

    def _check_kind(self) -> None:
        if (self.kind == "file") != (self.format is not None):
            raise ValueError(f"source {self.name}: a file source has a format, a {self.kind} source has none")
        if (self.kind == "database") != bool(self.schemas) or (self.kind == "database") == bool(self.contract):
            raise ValueError(
                f"source {self.name}: a database names its schemas and no contract, every other kind a contract and no "
                f"schemas; this {self.kind} has contract {self.contract!r} and {len(self.schemas)} schemas"
            )

    def _check_prefix(self) -> None:
        if not self.prefix.endswith("/") or self.prefix.startswith("/"):
            raise ValueError(f"source {self.name}: prefix {self.prefix!r}; it ends with a slash and begins without")
        if self.prefix.startswith(RESERVED_PREFIXES):
            raise ValueError(
                f"source {self.name}: prefix {self.prefix!r} is the platform's own, as all of "
                f"{', '.join(RESERVED_PREFIXES)}; choose another"
            )

    def _check_freshness(self) -> None:
        if self.schedule not in SCHEDULE_HOURS:
            raise ValueError(
                f"source {self.name}: schedule {self.schedule!r} is unknown; there are: {', '.join(SCHEDULE_HOURS)}"
            )
        lowest = SCHEDULE_HOURS[self.schedule]
        if self.freshness_hours is not None and not lowest <= self.freshness_hours <= LONGEST_FRESHNESS_HOURS:
            raise ValueError(
                f"source {self.name}: freshness_hours is {self.freshness_hours}; use {lowest} ({self.schedule}) to "
                f"{LONGEST_FRESHNESS_HOURS}, as long as CloudWatch looks back, or None for no alarm"
            )

    def _check_bounds(self) -> None:
        if not 0 <= self.error_threshold < 1:
            raise ValueError(
                f"source {self.name}: error_threshold is {self.error_threshold}; use 0 (no bad row) to below 1, "
                "a share of the file's rows"
            )
        if self.min_rows < 0 or (self.max_rows is not None and self.max_rows < max(self.min_rows, 1)):
            raise ValueError(
                f"source {self.name}: rows from {self.min_rows} to {self.max_rows}; use 0 or more, and a max_rows that "
                "is not below min_rows, or None"
            )
