"""How much the way of the order events takes: the stream, and the functions on it."""

from dataclasses import dataclass

from config.function_machine import FunctionMachine, within

KINESIS_BATCH_LIMIT = 10_000
WEEK_HOURS = 168


@dataclass(frozen=True, kw_only=True)
class EventStreamSize:
    """The order stream. ``shards`` None means on-demand: AWS scales, and bills by volume."""

    shards: int | None = None
    retention_hours: int = WEEK_HOURS

    def __post_init__(self) -> None:
        if self.shards is not None and self.shards < 1:
            raise ValueError(f"event_stream.shards is {self.shards}; use at least 1, or None for on-demand")
        if not WEEK_HOURS <= self.retention_hours <= 8_760:
            raise ValueError(
                f"event_stream.retention_hours is {self.retention_hours}; use {WEEK_HOURS} to 8760: "
                "a week is the time there is to repair a consumer before records are lost"
            )


@dataclass(frozen=True, kw_only=True)
class FunctionSize(FunctionMachine):
    """A function on a stream: its machine, and how records are handed to it.

    A batch closes at ``batch_size`` records, 6 MB or ``batch_window_seconds``, whichever comes first.
    A mapping runs one invocation per shard, and for a while two while shards are split: so many are reserved.
    """

    batch_size: int = 2_000
    batch_window_seconds: int = 10
    retry_attempts: int = 100
    record_age_seconds: int = 86_400

    def __post_init__(self) -> None:
        super().__post_init__()
        within("batch_size", self.batch_size, 1, KINESIS_BATCH_LIMIT)
        within("batch_window_seconds", self.batch_window_seconds, 0, 300)
        # -1 (for ever) would let one bad batch hold a shard until its records expire.
        within("retry_attempts", self.retry_attempts, 0, 10_000)
        within("record_age_seconds", self.record_age_seconds, 60, 604_800)
