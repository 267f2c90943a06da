"""Reads one shard from where its checkpoint stands.

In: GetRecords. Out: records with their entry in the function's event.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local.lambda_service.checkpoints import Checkpoint, Start
from local.lambda_service.event import EventSource, StreamRecord, stream_record

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

READ_LIMIT = 10_000


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """What one read brought; `ended`: the shard is closed and this was the rest."""

    records: tuple[StreamRecord, ...]
    millis_behind_latest: int
    ended: bool


def open_iterator(
    kinesis: "KinesisClient", *, stream_arn: str, shard_id: str, checkpoint: Checkpoint, start: Start
) -> str:
    """An iterator to the first record that is not settled."""
    if checkpoint.sequence_number is not None:
        answer = kinesis.get_shard_iterator(
            StreamARN=stream_arn,
            ShardId=shard_id,
            ShardIteratorType="AFTER_SEQUENCE_NUMBER",
            StartingSequenceNumber=checkpoint.sequence_number,
        )
    elif start.kind == "AT_TIMESTAMP":
        answer = kinesis.get_shard_iterator(
            StreamARN=stream_arn,
            ShardId=shard_id,
            ShardIteratorType="AT_TIMESTAMP",
            Timestamp=datetime.fromtimestamp(start.timestamp, UTC),  # sent in whole seconds: never too late
        )
    else:
        answer = kinesis.get_shard_iterator(StreamARN=stream_arn, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON")
    return answer["ShardIterator"]


class ShardReader:
    """Reads forward only; after any error the owner makes a new one from the checkpoint."""

    def __init__(self, kinesis: "KinesisClient", source: EventSource, *, iterator: str) -> None:
        self._kinesis = kinesis
        self._source = source
        self._iterator = iterator

    def read(self, *, closed: bool) -> Chunk:
        """`closed`: what was known before this read; a record put before the shard closed is then not overlooked."""
        answer = self._kinesis.get_records(
            StreamARN=self._source.stream_arn, ShardIterator=self._iterator, Limit=READ_LIMIT
        )
        records = tuple(stream_record(raw, self._source) for raw in answer["Records"])
        behind = answer.get("MillisBehindLatest", 0)
        following = answer.get("NextShardIterator")
        # AWS ends a closed shard with a missing iterator; moto never does, so an empty read at its tip counts too.
        ended = following is None or (closed and not records and behind == 0)
        self._iterator = following or self._iterator
        return Chunk(records=records, millis_behind_latest=behind, ended=ended)
