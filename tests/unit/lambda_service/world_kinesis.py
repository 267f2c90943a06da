"""A stream that is written, split and merged at will, and a clock that only moves when somebody waits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/events"
FIRST_NUMBER = 49590338271490256608559692538361571095921575989136588898
KEYS = 16
READ_LIMIT = 4
NOON = datetime(2024, 11, 30, 12, tzinfo=UTC).timestamp()


@dataclass
class Clock:
    """Stands in for the module ``time``."""

    now: float = NOON

    def time(self) -> float:
        return self.now

    monotonic = time


@dataclass
class WorldShard:
    """Takes the keys from ``first`` on, up to and without ``end``."""

    first: int
    end: int
    parents: tuple[str, ...] = ()
    closed: bool = False
    records: list[tuple[bytes, float]] = field(default_factory=list)


class WorldKinesis:
    """Iterators are "<shard>|<index>". ``failures`` are the codes of errors for the next reads."""

    def __init__(self, clock: Clock) -> None:
        self.shards = {"shardId-000000000000": WorldShard(0, KEYS)}
        self.failures: list[str] = []
        self.at_tip: set[str] = set()
        self._clock = clock

    def put(self, data: bytes, key: int) -> None:
        self._open_shard(key)[1].records.append((data, self._clock.now))

    def split(self, key: int) -> bool:
        """The shard of this key becomes two, if it has more than one key."""
        parent, shard = self._open_shard(key)
        if shard.end - shard.first < 2:
            return False
        shard.closed = True
        middle = (shard.first + shard.end) // 2
        for first, end in ((shard.first, middle), (middle, shard.end)):
            self._add(WorldShard(first, end, parents=(parent,)))
        return True

    def merge(self, key: int) -> bool:
        """The shard of this key and the one after it become one, if there is one after it."""
        left, shard = self._open_shard(key)
        if shard.end == KEYS:
            return False
        right, other = self._open_shard(shard.end)
        shard.closed = other.closed = True
        self._add(WorldShard(shard.first, other.end, parents=(left, right)))
        return True

    def last_number(self, shard_id: str) -> str | None:
        """The sequence number at which everything in the shard is settled."""
        count = len(self.shards[shard_id].records)
        return str(FIRST_NUMBER + count - 1) if count else None

    def describe_stream_summary(self, **_: Any) -> dict[str, Any]:
        return {"StreamDescriptionSummary": {"RetentionPeriodHours": 168}}

    def get_paginator(self, operation: str) -> "WorldKinesis":
        assert operation == "list_shards"
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        for shard_id, shard in self.shards.items():
            names = dict(zip(("ParentShardId", "AdjacentParentShardId"), shard.parents, strict=False))
            end = {"EndingSequenceNumber": "1"} if shard.closed else {}
            numbers = {"StartingSequenceNumber": "0", **end}
            yield {"Shards": [{"ShardId": shard_id, "SequenceNumberRange": numbers, **names}]}

    def get_shard_iterator(self, **asked: Any) -> dict[str, str]:
        index = 0
        if asked["ShardIteratorType"] == "AFTER_SEQUENCE_NUMBER":
            index = int(asked["StartingSequenceNumber"]) - FIRST_NUMBER + 1
        return {"ShardIterator": f"{asked['ShardId']}|{index}"}

    def get_records(self, **asked: Any) -> dict[str, Any]:
        if self.failures:
            raise ClientError({"Error": {"Code": self.failures.pop(), "Message": "no"}}, "GetRecords")
        shard_id, text = asked["ShardIterator"].split("|")
        index, shard = int(text), self.shards[shard_id]
        end = min(index + READ_LIMIT, len(shard.records))
        # A worker that has read to the tip of an open shard only waits for what nobody will send meanwhile.
        (self.at_tip.discard if end > index else self.at_tip.add)(shard_id)
        answer: dict[str, Any] = {
            "Records": [_record(number, *shard.records[number]) for number in range(index, end)],
            "MillisBehindLatest": 1000 * (len(shard.records) - end),
        }
        if not (shard.closed and end == len(shard.records)):
            answer["NextShardIterator"] = f"{shard_id}|{end}"
        return answer

    def _open_shard(self, key: int) -> tuple[str, WorldShard]:
        shards = self.shards.items()
        return next(item for item in shards if not item[1].closed and item[1].first <= key < item[1].end)

    def _add(self, shard: WorldShard) -> None:
        self.shards[f"shardId-{len(self.shards):012d}"] = shard


def _record(index: int, data: bytes, arrived_at: float) -> dict[str, Any]:
    return {
        "SequenceNumber": str(FIRST_NUMBER + index),
        "PartitionKey": "k",
        "Data": data,
        "ApproximateArrivalTimestamp": datetime.fromtimestamp(arrived_at, UTC),
    }
