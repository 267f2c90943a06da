"""A Kinesis that does what AWS's does and moto never shows: long sequence numbers, closed shards, empty reads in the
middle of a shard, iterators that expire.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
FIRST_NUMBER = 49590338271490256608559692538361571095921575989136588898


@dataclass
class FakeShard:
    parents: tuple[str, ...] = ()
    records: list[str] = field(default_factory=list)
    closed: bool = False


class FakeKinesis:
    """Iterators are "<shard>|<index>|<generation>"; `expire` makes all earlier ones invalid."""

    def __init__(self, *, empty_reads: int = 0, retention_hours: int = 24) -> None:
        self.shards: dict[str, FakeShard] = {}
        self.empty_reads = empty_reads
        self.read_shards: list[str] = []
        self._retention_hours = retention_hours
        self._generation = 0
        self._lock = threading.Lock()

    def expire(self) -> None:
        with self._lock:
            self._generation += 1

    def describe_stream_summary(self, **_: Any) -> dict[str, Any]:
        return {"StreamDescriptionSummary": {"RetentionPeriodHours": self._retention_hours}}

    def get_paginator(self, operation: str) -> "FakeKinesis":
        assert operation == "list_shards"
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        """Two shards per page."""
        described = [self._described(shard_id, shard) for shard_id, shard in self.shards.items()]
        for first in range(0, len(described), 2):
            yield {"Shards": described[first : first + 2]}

    def get_shard_iterator(self, **asked: Any) -> dict[str, str]:
        index = 0
        if asked["ShardIteratorType"] == "AFTER_SEQUENCE_NUMBER":
            index = int(asked["StartingSequenceNumber"]) - FIRST_NUMBER + 1
        return {"ShardIterator": f"{asked['ShardId']}|{index}|{self._generation}"}

    def get_records(self, **asked: Any) -> dict[str, Any]:
        shard_id, text, generation = asked["ShardIterator"].split("|")
        index, shard = int(text), self.shards[shard_id]
        with self._lock:
            if int(generation) != self._generation:
                raise ClientError({"Error": {"Code": "ExpiredIteratorException", "Message": "too late"}}, "GetRecords")
            self.read_shards.append(shard_id)
            if self.empty_reads and index < len(shard.records):
                self.empty_reads -= 1
                return {"Records": [], "MillisBehindLatest": 5000, "NextShardIterator": asked["ShardIterator"]}
        end = min(index + min(asked["Limit"], 3), len(shard.records))
        answer = {
            "Records": [self._record(number, shard.records[number]) for number in range(index, end)],
            "MillisBehindLatest": 1000 * (len(shard.records) - end),
        }
        if not (shard.closed and end == len(shard.records)):
            answer["NextShardIterator"] = f"{shard_id}|{end}|{generation}"
        return answer

    @staticmethod
    def _described(shard_id: str, shard: FakeShard) -> dict[str, Any]:
        names = dict(zip(("ParentShardId", "AdjacentParentShardId"), shard.parents, strict=False))
        end = {"EndingSequenceNumber": "1"} if shard.closed else {}
        return {"ShardId": shard_id, "SequenceNumberRange": {"StartingSequenceNumber": "0", **end}, **names}

    @staticmethod
    def _record(index: int, text: str) -> dict[str, Any]:
        return {
            "SequenceNumber": str(FIRST_NUMBER + index),
            "PartitionKey": "k",
            "Data": text.encode(),
            "ApproximateArrivalTimestamp": datetime.now(UTC),
        }
