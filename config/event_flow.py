"""How much the way of the order events takes: the stream, and the functions on it."""

from dataclasses import dataclass

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
class FunctionSize:
    """A function on a stream: its machine, and how records are handed to it.

    A batch closes at ``batch_size`` records, 6 MB or ``batch_window_seconds``, whichever comes first.
    ``reserved_concurrency`` is how many of it run at once at most, kept free for it: a mapping runs one per shard, and
    for a while two while shards are split. AWS wants 100 of the account's executions left unreserved; None reserves
    nothing, for new accounts, which have 10 in all.
    """

    memory_mb: int = 1_024
    timeout_seconds: int = 120
    batch_size: int = 500
    batch_window_seconds: int = 10
    retry_attempts: int = 100
    record_age_seconds: int = 86_400
    reserved_concurrency: int | None = 20

    def __post_init__(self) -> None:
        within("memory_mb", self.memory_mb, 128, 10_240)
        within("timeout_seconds", self.timeout_seconds, 1, 900)
        within("batch_size", self.batch_size, 1, KINESIS_BATCH_LIMIT)
        within("batch_window_seconds", self.batch_window_seconds, 0, 300)
        # -1 (for ever) would let one bad batch hold a shard until its records expire.
        within("retry_attempts", self.retry_attempts, 0, 10_000)
        within("record_age_seconds", self.record_age_seconds, 60, 604_800)
        if self.reserved_concurrency is not None:
            # 0 would stop it.
            within("reserved_concurrency", self.reserved_concurrency, 1, 900)


def within(name: str, value: int, low: int, high: int) -> None:
    """ValueError unless ``value`` is what AWS allows."""
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}; AWS allows {low} to {high}")
