"""Not faster than the stream can bear beside what comes in anyway."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# What one shard takes in a second: 1,000 records, 1 MiB. A quarter is left to a replay.
# https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
SHARE = 0.25
RECORDS_PER_SHARD = 1_000
BYTES_PER_SHARD = 1024 * 1024


@dataclass(kw_only=True)
class Pace:
    """Waits after each step until records and bytes together are within their rates, per second."""

    records_per_second: float
    bytes_per_second: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _due: float = field(default=0.0, init=False)

    def wait(self, *, records: int, size: int) -> None:
        """``records`` of ``size`` bytes have just been sent."""
        now = self.clock()
        self._due = max(self._due, now) + max(records / self.records_per_second, size / self.bytes_per_second)
        if self._due > now:
            self.sleep(self._due - now)


def pace_for(shards: int, *, records_per_second: float | None = None) -> Pace:
    """A quarter of what the shards take, or as many records as asked for."""
    wanted = records_per_second or shards * RECORDS_PER_SHARD * SHARE
    share = wanted / (shards * RECORDS_PER_SHARD)
    return Pace(records_per_second=wanted, bytes_per_second=max(share, SHARE) * shards * BYTES_PER_SHARD)
