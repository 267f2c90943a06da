from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from local.embedded_aws.corrections.kinesis import MOST_BYTES_PER_READ, read_on

Client = Callable[[str], Any]
WRITERS, PUTS, BATCH = 4, 5, 100


class CountingRecords(OrderedDict[int, Any]):
    """A shard's records that count how often one of them is touched."""

    touched = 0

    def __getitem__(self, number: int) -> Any:
        self.touched += 1
        return super().__getitem__(number)

    def __iter__(self) -> Any:
        raise AssertionError("walked over the whole shard")


def shard_of(count: int, *, data: str = "AAAA") -> Any:
    records = CountingRecords()
    for number in range(1, count + 1):
        records[number] = SimpleNamespace(sequence_number=number, data=data, created_at=float(number))
    return SimpleNamespace(records=records)


@pytest.fixture
def kinesis(client: Client) -> Any:
    return client("kinesis")


@pytest.fixture
def stream(kinesis: Any, request: pytest.FixtureRequest) -> str:
    name: str = request.node.name[:128]
    kinesis.create_stream(StreamName=name, ShardCount=2)
    return name


def put(kinesis: Any, stream: str, *texts: str) -> None:
    records = [{"Data": text.encode(), "PartitionKey": text} for text in texts]
    assert kinesis.put_records(StreamName=stream, Records=records)["FailedRecordCount"] == 0


def read(kinesis: Any, stream: str, *, limit: int = 10_000) -> list[dict[str, Any]]:
    found = []
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while records := (answer := kinesis.get_records(ShardIterator=iterator, Limit=limit))["Records"]:
            found += [record | {"Shard": shard["ShardId"]} for record in records]
            iterator = answer["NextShardIterator"]
    return found


def test_a_read_touches_the_records_it_returns_and_the_newest() -> None:
    shard = shard_of(10_000)

    records, last, behind = read_on(shard, "9000", 10)

    assert [record.sequence_number for record in records] == list(range(9001, 9011))
    assert (last, behind) == (9010, 990_000)
    assert shard.records.touched == 11


def test_a_read_at_the_end_returns_nothing_and_stays_where_it_is() -> None:
    assert read_on(shard_of(5), "5", None) == ([], 5, 0)


def test_a_read_ends_at_ten_thousand_records_and_at_ten_mebibytes() -> None:
    half = "A" * (MOST_BYTES_PER_READ * 4 // 3 // 2)

    assert len(read_on(shard_of(10_001), "0", None)[0]) == 10_000
    assert len(read_on(shard_of(3, data=half), "0", None)[0]) == 2


def test_writers_at_the_same_time_lose_nothing(kinesis: Any, stream: str) -> None:
    def write(writer: int) -> None:
        for call in range(PUTS):
            put(kinesis, stream, *(f"{writer}-{call}-{number}" for number in range(BATCH)))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))

    records = read(kinesis, stream)
    assert len({record["Data"] for record in records}) == WRITERS * PUTS * BATCH
    assert len({(record["Shard"], record["SequenceNumber"]) for record in records}) == WRITERS * PUTS * BATCH


def test_a_record_reads_the_same_every_time(kinesis: Any, stream: str) -> None:
    put(kinesis, stream, *(f"record {number}" for number in range(50)))

    assert read(kinesis, stream, limit=7) == read(kinesis, stream)
    assert {record["Data"].decode() for record in read(kinesis, stream)} == {f"record {n}" for n in range(50)}
    assert {record["PartitionKey"] for record in read(kinesis, stream)} == {f"record {n}" for n in range(50)}


def test_latest_and_after_sequence_number_begin_where_they_say(kinesis: Any, stream: str) -> None:
    put(kinesis, stream, "one")
    first = read(kinesis, stream)[0]
    place = {"StreamName": stream, "ShardId": first["Shard"]}
    number = first["SequenceNumber"]
    latest = kinesis.get_shard_iterator(ShardIteratorType="LATEST", **place)["ShardIterator"]
    after = kinesis.get_shard_iterator(
        ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=number, **place
    )["ShardIterator"]
    put(kinesis, stream, "one")

    answers = [kinesis.get_records(ShardIterator=iterator)["Records"] for iterator in (latest, after)]
    assert [[record["SequenceNumber"] for record in records] for records in answers] == [["2"], ["2"]]


def test_a_new_stream_keeps_its_tags(kinesis: Any) -> None:
    kinesis.create_stream(StreamName="tagged", ShardCount=1, Tags={"Project": "ecommerce"})

    assert kinesis.list_tags_for_stream(StreamName="tagged")["Tags"] == [{"Key": "Project", "Value": "ecommerce"}]


def test_a_single_record_has_a_mebibyte_at_most_its_key_included(kinesis: Any, stream: str) -> None:
    kinesis.put_record(StreamName=stream, PartitionKey="k", Data=b"x" * (1024 * 1024 - 1))
    with pytest.raises(kinesis.exceptions.ClientError, match="less than or equal to 1048576"):
        kinesis.put_record(StreamName=stream, PartitionKey="k", Data=b"x" * 1024 * 1024)


def test_after_a_split_the_parent_keeps_what_it_has_and_children_get_what_comes(kinesis: Any, stream: str) -> None:
    put(kinesis, stream, *(f"before {number}" for number in range(20)))
    before = read(kinesis, stream)
    for number in range(2):
        kinesis.split_shard(
            StreamName=stream,
            ShardToSplit=f"shardId-{number:012}",
            NewStartingHashKey=str(2**126 + number * 2**127),
        )
    put(kinesis, stream, *(f"after {number}" for number in range(40)))

    records = read(kinesis, stream)
    assert [record for record in records if record["Data"].startswith(b"before")] == before
    after = [record for record in records if record["Data"].startswith(b"after")]
    assert len(after) == 40
    assert {record["Shard"] for record in after} == {f"shardId-{number:012}" for number in range(2, 6)}


def test_after_a_merge_both_parents_keep_what_they_have_and_the_child_gets_what_comes(
    kinesis: Any, stream: str
) -> None:
    put(kinesis, stream, *(f"before {number}" for number in range(20)))
    before = read(kinesis, stream)
    kinesis.merge_shards(
        StreamName=stream, ShardToMerge="shardId-000000000000", AdjacentShardToMerge="shardId-000000000001"
    )
    put(kinesis, stream, "after")

    *kept, last = read(kinesis, stream)
    assert kept == before
    assert (last["Shard"], last["Data"]) == ("shardId-000000000002", b"after")


def test_a_shard_that_is_split_while_it_is_written_loses_nothing(kinesis: Any, stream: str) -> None:
    def write(number: int) -> None:
        put(kinesis, stream, *(f"{number}-{each}" for each in range(20)))

    with ThreadPoolExecutor(WRITERS) as pool:
        writes = [pool.submit(write, number) for number in range(20)]
        kinesis.split_shard(StreamName=stream, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**126))
        for done in writes:
            done.result()

    assert len({record["Data"] for record in read(kinesis, stream)}) == 400
