"""How the stream's records are kept as they came: what can be sent again when anything behind the stream went wrong."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from config.function_machine import FunctionMachine, within

ArchiveFormat = Literal["gzip", "parquet"]
ParquetCompression = Literal["gzip", "snappy"]

# Below these prefixes of bronze. No source's prefix may begin with one: who waits for files would get these. Each
# format has its own: what was written before the format was changed is no table's.
ARCHIVE_PREFIX = "events/"
PARQUET_ARCHIVE_PREFIX = "events_parquet/"
UNDELIVERED_PREFIX = "events_undelivered/"
# Firehose fills it in, by the arrival of the oldest record of an object, in UTC.
# https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
HOUR_PREFIX = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
# Firehose refuses smaller ones where it converts.
PARQUET_BUFFER_MB = 64
# Firehose waits no longer for a function.
FUNCTION_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class EventArchiveSize:
    """The archive of the stream. An object closes at ``buffer_mb`` or ``buffer_seconds``, whichever comes first.

    Large objects are cheap to keep and to read; ``buffer_seconds`` is how much later the archive has what the stream
    has. ``format`` ``parquet`` makes the archive a table, a row per record with its bytes in base64: docs/adr/0008 says
    what that costs. ``parquet_compression`` gzip is the smaller, snappy the quicker to read. ``envelope`` is what the
    function runs on that puts each record into its row.
    """

    format: ArchiveFormat = "gzip"
    buffer_mb: int = 64
    buffer_seconds: int = 300
    parquet_compression: ParquetCompression = "gzip"
    envelope: FunctionMachine = field(default_factory=lambda: FunctionMachine(memory_mb=512, timeout_seconds=60))

    def __post_init__(self) -> None:
        if self.format not in get_args(ArchiveFormat):
            raise ValueError(
                f"event_archive.format is {self.format!r}; there are: {', '.join(get_args(ArchiveFormat))}"
            )
        if self.parquet_compression not in get_args(ParquetCompression):
            raise ValueError(
                f"event_archive.parquet_compression is {self.parquet_compression!r}; there are: "
                f"{', '.join(get_args(ParquetCompression))}"
            )
        within("event_archive.buffer_mb", self.buffer_mb, 1, 128)
        within("event_archive.buffer_seconds", self.buffer_seconds, 0, 900)
        if self.format == "parquet" and self.buffer_mb < PARQUET_BUFFER_MB:
            raise ValueError(
                f"event_archive.buffer_mb is {self.buffer_mb}; for Parquet Firehose takes no less than "
                f"{PARQUET_BUFFER_MB}: use {PARQUET_BUFFER_MB} to 128, or the format gzip. buffer_seconds closes an "
                "object sooner"
            )
        if self.envelope.timeout_seconds > FUNCTION_SECONDS:
            raise ValueError(
                f"event_archive.envelope.timeout_seconds is {self.envelope.timeout_seconds}; Firehose waits for "
                f"{FUNCTION_SECONDS} s at most"
            )

    @property
    def prefix(self) -> str:
        """Where in bronze the objects of this format lie."""
        return PARQUET_ARCHIVE_PREFIX if self.format == "parquet" else ARCHIVE_PREFIX
