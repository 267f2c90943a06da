"""Events onto the stream: as many as fit into a call, and what the stream refused again, later and later.

A call that answers "OK" may have taken none of its records: each has an answer of its own.
https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
"""

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kinesis.type_defs import PutRecordsRequestEntryTypeDef

# A call's limits are 500 and 5 MiB, keys included.
MOST_RECORDS, MOST_BYTES = 500, 4 * 1024 * 1024
ATTEMPTS = 8
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0


class StreamRefusesError(Exception):
    """When the stream still refuses records after all attempts: the file must be forwarded again."""


class EventWriter:
    """Collects events and puts them; after `flush` all of them are on the stream. ``resent`` counts the refused."""

    def __init__(
        self, kinesis: "KinesisClient", stream_name: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._kinesis, self._stream_name, self._sleep = kinesis, stream_name, sleep
        self._waiting: list[PutRecordsRequestEntryTypeDef] = []
        self._bytes = 0
        self.resent = 0

    def add(self, event_id: str, event: bytes) -> None:
        """Takes an event; its id decides the shard, so that a file's lines spread over all of them."""
        size = len(event_id) + len(event)
        if len(self._waiting) == MOST_RECORDS or self._bytes + size > MOST_BYTES:
            self.flush()
        self._waiting.append({"PartitionKey": event_id, "Data": event})
        self._bytes += size

    def flush(self) -> None:
        """Puts what waits. StreamRefusesError if some of it cannot be put; what was put stays."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        refused: set[str] = set()
        for attempt in range(ATTEMPTS):
            if not waiting:
                return
            if attempt:
                self.resent += len(waiting)
                # Anywhere in the span, so that writers who were refused together do not come back together.
                longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
                self._sleep(random.uniform(0, longest))  # noqa: S311  no secret
            answers = self._kinesis.put_records(StreamName=self._stream_name, Records=waiting)["Records"]
            pairs = list(zip(waiting, answers, strict=True))
            refused = {answer["ErrorCode"] for _, answer in pairs if answer.get("ErrorCode")}
            waiting = [entry for entry, answer in pairs if answer.get("ErrorCode")]
        if waiting:
            raise StreamRefusesError(
                f"{self._stream_name} refuses {len(waiting)} records after {ATTEMPTS} attempts "
                f"({', '.join(sorted(refused))}); add shards, or send fewer files at once"
            )
