import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.firehose.delivered_object import evaluated, object_key
from local.firehose.delivery import Delivery
from local.firehose.delivery_stream import DeliveryStream, delivery_stream_from
from local.lambda_service.checkpoints import CheckpointStore

MADE = datetime(2026, 11, 23, 10, 59, 58, tzinfo=UTC)
SHARDS = ("shardId-000000000000", "shardId-000000000001")


def described(**destination: Any) -> dict[str, Any]:
    return {
        "DeliveryStreamName": "archive",
        "VersionId": "1",
        "CreateTimestamp": MADE,
        "Source": {"KinesisStreamSourceDescription": {"KinesisStreamARN": "arn:aws:kinesis:eu-west-1:1:stream/events"}},
        "Destinations": [
            {
                "ExtendedS3DestinationDescription": {
                    "BucketARN": "arn:aws:s3:::bronze",
                    "Prefix": "events/year=!{timestamp:yyyy}/hour=!{timestamp:HH}/",
                    "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
                    "CompressionFormat": "GZIP",
                    "ProcessingConfiguration": {
                        "Enabled": True,
                        "Processors": [
                            {
                                "Type": "AppendDelimiterToRecord",
                                "Parameters": [{"ParameterName": "Delimiter", "ParameterValue": "\\n"}],
                            }
                        ],
                    },
                    **destination,
                }
            }
        ],
    }


class World:
    """Two shards and a bucket; ``refuses`` makes the next PutObject fail after it took effect, as a crash would."""

    def __init__(self) -> None:
        self.records: dict[str, list[bytes]] = {shard: [] for shard in SHARDS}
        self.objects: dict[str, bytes] = {}
        self.refuses = False

    def get_paginator(self, _: str) -> "World":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Shards": [{"ShardId": shard, "SequenceNumberRange": {}} for shard in SHARDS]}]

    def get_shard_iterator(self, **asked: Any) -> dict[str, str]:
        after = asked.get("StartingSequenceNumber", "0") if "AFTER" in asked["ShardIteratorType"] else "0"
        return {"ShardIterator": f"{asked['ShardId']}:{after}"}

    def get_records(self, **asked: Any) -> dict[str, Any]:
        shard, _, after = asked["ShardIterator"].partition(":")
        records = [
            {"Data": data, "PartitionKey": "k", "SequenceNumber": str(number), "ApproximateArrivalTimestamp": MADE}
            for number, data in enumerate(self.records[shard], start=1)
            if number > int(after)
        ]
        return {"Records": records, "NextShardIterator": f"{shard}:{len(self.records[shard])}", "MillisBehindLatest": 0}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803, ARG002
        self.objects[Key] = gzip.decompress(Body)
        if self.refuses:
            self.refuses = False
            raise OSError("killed")

    @property
    def lines(self) -> list[bytes]:
        return sorted(line for body in self.objects.values() for line in body.splitlines())


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivery(world: World, clock: Clock, tmp_path: Path) -> Callable[[], Delivery]:
    made: Any = world

    def begin() -> Delivery:
        stream = delivery_stream_from(described())
        return Delivery(stream, kinesis=made, s3=made, store=CheckpointStore(tmp_path, stream.position), clock=clock)

    return begin


def test_records_of_all_shards_make_one_object_when_the_time_is_over(
    world: World, clock: Clock, delivery: Callable[[], Delivery]
) -> None:
    world.records[SHARDS[0]] += [b"a", b"b"]
    world.records[SHARDS[1]] += [b"c"]
    running = delivery()
    running.work()
    assert not world.objects
    clock.now = 61
    running.work()
    ((key, body),) = world.objects.items()
    assert body == b"a\nb\nc\n"
    assert key.startswith("events/year=2026/hour=10/archive-1-2026-11-23-10-59-58-")
    assert key.endswith(".gz")


def test_an_object_closes_when_it_is_full(world: World, delivery: Callable[[], Delivery]) -> None:
    world.records[SHARDS[0]] += [b"x" * 600_000] * 3
    delivery().work()
    assert [len(body) for body in world.objects.values()] == [1_200_002]


def test_killed_before_its_checkpoint_it_delivers_twice_and_loses_nothing(
    world: World, clock: Clock, delivery: Callable[[], Delivery]
) -> None:
    world.records[SHARDS[0]] += [b"a"]
    world.records[SHARDS[1]] += [b"b"]
    running = delivery()
    running.work()
    clock.now, world.refuses = 61, True
    with pytest.raises(OSError, match="killed"):
        running.work()
    again = delivery()
    again.work()
    clock.now = 200
    again.work()
    assert world.lines == [b"a", b"a", b"b", b"b"]


def test_started_again_it_goes_on_behind_what_was_delivered(
    world: World, clock: Clock, delivery: Callable[[], Delivery]
) -> None:
    world.records[SHARDS[0]] += [b"a"]
    running = delivery()
    running.work()
    running.deliver()
    world.records[SHARDS[0]] += [b"b"]
    again = delivery()
    again.work()
    clock.now = 61
    again.work()
    assert world.lines == [b"a", b"b"]


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ({"CompressionFormat": "Snappy"}, "compression Snappy is not written here"),
        (
            {
                "CompressionFormat": "UNCOMPRESSED",
                "DataFormatConversionConfiguration": {"OutputFormatConfiguration": {"Serializer": {"OrcSerDe": {}}}},
            },
            "records are converted to Parquet only here",
        ),
        (
            {"DataFormatConversionConfiguration": {"OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}}}},
            "what is converted is not compressed once more",
        ),
        (
            {"ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": []}]}},
            "a function is called by its ARN only",
        ),
        (
            {"ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Decompression"}]}},
            "processors Decompression are not run here",
        ),
    ],
    ids=["compression", "conversion", "compression of what is converted", "function", "processor"],
)
def test_what_it_cannot_do_is_said_and_not_left_out(setting: dict[str, Any], problem: str) -> None:
    stream: DeliveryStream = delivery_stream_from(described(**setting))
    assert stream.problems == (problem,)


def test_made_anew_a_delivery_stream_forgets_how_far_it_was() -> None:
    first, second = described(), described() | {"CreateTimestamp": MADE.replace(minute=0)}
    assert delivery_stream_from(first).position != delivery_stream_from(second).position


def test_an_expression_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match=r"!\{partitionKeyFromQuery:x\} is not known here"):
        evaluated("events/!{partitionKeyFromQuery:x}/", MADE)
    assert object_key(delivery_stream_from(described()), oldest_arrival=0.0).startswith("events/year=1970/hour=00/")
