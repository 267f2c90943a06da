"""Collects the records read from one shard until a batch is due.

In: records and the time they were read. Out: the next batch, or nothing yet.
A batch is due when it has BatchSize records, or the next record would exceed 6 MB of payload, or the window is over.
"""

from collections import deque
from collections.abc import Iterable
from itertools import islice

from local.lambda_service.event import PAYLOAD_LIMIT_BYTES, StreamRecord, records_that_fit


class BatchBuffer:
    """Records that were read and not yet handed out, oldest first."""

    def __init__(self, *, batch_size: int, window_seconds: float, payload_limit: int = PAYLOAD_LIMIT_BYTES) -> None:
        self._batch_size = batch_size
        self._window_seconds = window_seconds
        self._payload_limit = payload_limit
        self._records: deque[StreamRecord] = deque()
        self._opened_at = 0.0

    def __len__(self) -> int:
        return len(self._records)

    @property
    def oldest(self) -> StreamRecord | None:
        return self._records[0] if self._records else None

    def add(self, records: Iterable[StreamRecord], *, now: float) -> None:
        """Takes records in; the window opens with the first record of an empty buffer."""
        if not self._records:
            self._opened_at = now
        self._records.extend(records)

    def take(self, *, now: float, last: bool = False) -> tuple[StreamRecord, ...]:
        """The next batch, or nothing while the window is open; `last`: no more records will come, so do not wait."""
        candidates = min(self._batch_size, len(self._records))
        fitting = records_that_fit(islice(self._records, candidates), self._payload_limit)
        is_full = fitting == self._batch_size or fitting < candidates
        if not (is_full or last or self.seconds_until_due(now=now) <= 0):
            return ()
        self._opened_at = now
        return tuple(self._records.popleft() for _ in range(fitting))

    def seconds_until_due(self, *, now: float) -> float:
        """How long the window stays open if nothing more arrives."""
        return self._opened_at + self._window_seconds - now
