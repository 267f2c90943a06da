"""Corrections of moto's Kinesis: speed, order, and what belongs to a new stream."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from moto.kinesis.exceptions import RecordSizeExceedsLimit
from moto.kinesis.models import KinesisBackend, Record, Shard, Stream
from moto.kinesis.responses import KinesisResponse

from local.embedded_aws.corrections.anchor import Anchor

# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
MOST_RECORDS_PER_READ = 10_000
MOST_BYTES_PER_READ = 10 * 1024 * 1024
MOST_BYTES_OF_A_RECORD = 1024 * 1024

GET_RECORDS = Anchor(Shard, "get_records", "1188a73a6b3d")
FIRST_NUMBER = Anchor(Shard, "get_min_sequence_number", "acae97051214")
LAST_NUMBER = Anchor(Shard, "get_max_sequence_number", "eff48df162f5")
PUT_IN_SHARD = Anchor(Shard, "put_record", "e2d15174261b")
PUT_IN_STREAM = Anchor(Stream, "put_record", "cafda0597b23")
ANSWER_GET = Anchor(KinesisResponse, "get_records", "ff064b0a1a6e")
ANSWER_PUT = Anchor(KinesisResponse, "put_records", "605c7b12968c")
PUT_RECORD = Anchor(KinesisBackend, "put_record", "e016b51673b1")
CREATE_STREAM = Anchor(KinesisResponse, "create_stream", "9ab423ef06b5")

SHARD_FOR_KEY = Anchor(Stream, "get_shard_for_key", "4ef3be70391e")
SPLIT = Anchor(Stream, "split_shard", "be63bfceacc5")
MERGE = Anchor(Stream, "merge_shards", "b490bf5802c8")

_one_writer = threading.RLock()


def kinesis_cost_grows_with_the_records_moved() -> None:
    """Symptom: a read walks the shard from its first record, a put copies all its sequence numbers: both quadratic.

    Numbers in a shard are 1, 2, 3, .. without gaps, since moto removes nothing: the newest is the count, the next to
    read is found by its number. As in AWS an answer ends at 10,000 records or 10 MiB; moto's had no end.
    The time of arrival stays the one moto stores with the record.
    """
    GET_RECORDS.replace_by(read_on)
    FIRST_NUMBER.replace_by(lambda shard: min(1, len(shard.records)))
    LAST_NUMBER.replace_by(lambda shard: len(shard.records))


def kinesis_writers_take_turns() -> None:
    """Symptom: two PutRecords at the same time give two records one sequence number, and one of them is lost."""
    put_record = PUT_IN_SHARD.original

    def put_alone(shard: Shard, *arguments: Any, **named: Any) -> Any:
        with _one_writer:
            return put_record(shard, *arguments, **named)

    PUT_IN_SHARD.replace_by(put_alone)


def kinesis_answers_are_written_in_one_go() -> None:
    """Symptom: 500 records take 20 ms of the server's one core, of which 17 ms look up the names of their five fields.

    moto's serialiser tries every spelling of every field of every record, and decodes data only to encode it again.
    """
    get_records, put_records = ANSWER_GET.original, ANSWER_PUT.original

    def answer_get(response: KinesisResponse) -> Any:
        if "json" not in response.headers.get("Content-Type", ""):
            return get_records(response)
        arn, iterator, limit = (response._get_param(name) for name in ("StreamARN", "ShardIterator", "Limit"))
        following, records, behind = response.kinesis_backend.get_records(arn, iterator, limit)
        shown = [_as_json(record) for record in records]
        return _json_answer({"NextShardIterator": following, "Records": shown, "MillisBehindLatest": behind})

    def answer_put(response: KinesisResponse) -> Any:
        if "json" not in response.headers.get("Content-Type", ""):
            return put_records(response)
        arn, name, records = (response._get_param(name) for name in ("StreamARN", "StreamName", "Records"))
        return _json_answer(response.kinesis_backend.put_records(arn, name, records))

    ANSWER_GET.replace_by(answer_get)
    ANSWER_PUT.replace_by(answer_put)


def kinesis_leaves_event_source_mappings_to_lambda() -> None:
    """Symptom: with an event source mapping each single put tries to run the function in docker, once per record.

    The Lambda service polls the stream instead, with batches, windows and retries, as AWS does.
    """

    def put_record(stream: Stream, partition_key: str, explicit_hash_key: str, data: str) -> tuple[str, str]:
        with _one_writer:  # a shard that was found open may not be closed before it is written to
            shard: Any = stream.get_shard_for_key(partition_key, explicit_hash_key)
            return shard.put_record(partition_key, data, explicit_hash_key), shard.shard_id

    PUT_IN_STREAM.replace_by(put_record)


def kinesis_closed_shards_keep_their_records_and_take_no_more() -> None:
    """Symptom: after a split or a merge records still go to the parent, and whoever has read it to its end loses them.

    moto also moves or copies what a parent holds, under other numbers and other times of arrival.
    """
    shard_for_key, split, merge = SHARD_FOR_KEY.original, SPLIT.original, MERGE.original

    def open_shard_for_key(stream: Stream, partition_key: str, explicit_hash_key: str) -> Shard | None:
        # moto looks through the shards in their order, closed ones first: it may look at open ones only.
        view = copy(stream)
        view.shards = {name: shard for name, shard in stream.shards.items() if shard.is_open}
        found: Shard | None = shard_for_key(view, partition_key, explicit_hash_key)
        return found

    def split_alone(stream: Stream, parent: str, new_starting_hash_key: str) -> None:
        with _one_writer, _set_apart(stream, parent):
            split(stream, parent, new_starting_hash_key)

    def merge_alone(stream: Stream, one: str, other: str) -> None:
        with _one_writer, _set_apart(stream, one, other):
            merge(stream, one, other)

    SHARD_FOR_KEY.replace_by(open_shard_for_key)
    SPLIT.replace_by(split_alone)
    MERGE.replace_by(merge_alone)


def kinesis_refuses_single_records_that_are_too_large() -> None:
    """Symptom: PutRecord takes a record of any size, PutRecords does not: what AWS refuses arrives here."""
    put_record = PUT_RECORD.original

    def put_if_small(backend: KinesisBackend, arn: str, name: str, key: str, hash_key: str, data: str) -> Any:
        # Data is base64 here.
        if len(data) * 3 // 4 - data.count("=") + len(key) > MOST_BYTES_OF_A_RECORD:
            raise RecordSizeExceedsLimit(position=1)
        return put_record(backend, arn, name, key, hash_key, data)

    PUT_RECORD.replace_by(put_if_small)


def kinesis_keeps_the_tags_of_a_new_stream() -> None:
    """Symptom: every plan after the first apply wants to add the provider's default tags to each stream."""
    create_stream = CREATE_STREAM.original

    def create_with_tags(response: KinesisResponse) -> Any:
        answer = create_stream(response)
        name, tags = response._get_param("StreamName"), response._get_param("Tags")
        response.kinesis_backend.add_tags_to_stream(stream_arn=None, stream_name=name, tags=tags or {})
        return answer

    CREATE_STREAM.replace_by(create_with_tags)


@contextmanager
def _set_apart(stream: Stream, *shard_ids: str) -> Iterator[None]:
    """While the block runs, the shards hold no records that could be moved."""
    shards = [stream.shards[shard_id] for shard_id in shard_ids]
    kept = [shard.records for shard in shards]
    for shard in shards:
        shard.records = OrderedDict()
    try:
        yield
    finally:
        for shard, records in zip(shards, kept, strict=True):
            shard.records = records


def read_on(shard: Shard, last_sequence_id: str, limit: int | None) -> tuple[list[Record], int, int]:
    """The records after a sequence number, the last one's number, and how many ms it is behind the newest."""
    newest = len(shard.records)
    first = int(last_sequence_id) + 1
    end = min(first + min(limit or MOST_RECORDS_PER_READ, MOST_RECORDS_PER_READ), newest + 1)
    found = _within_answer_size(shard.records[number] for number in range(first, end))
    if not found:
        return [], first - 1, 0
    behind = shard.records[newest].created_at - found[-1].created_at
    return found, found[-1].sequence_number, int(behind * 1000)


def _within_answer_size(records: Iterable[Record]) -> list[Record]:
    found: list[Record] = []
    size = 0
    for record in records:
        size += len(record.data) * 3 // 4  # kept as base64
        if found and size > MOST_BYTES_PER_READ:
            break
        found.append(record)
    return found


def _as_json(record: Record) -> dict[str, Any]:
    return {
        "SequenceNumber": str(record.sequence_number),
        "ApproximateArrivalTimestamp": int(record.created_at * 1000) / 1000,
        "Data": record.data,
        "PartitionKey": record.partition_key,
    }


def _json_answer(content: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    # As bytes: moto searches every text for an XML request id.
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode()
