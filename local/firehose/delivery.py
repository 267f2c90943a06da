"""Delivers one stream: its shards are read into one buffer, which becomes an object when it is full or old enough.

In: GetRecords, from the checkpoints on. Out: objects, and after each of them the checkpoints of what is inside. Killed
in between, the same records are delivered once more; none is passed over.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from local.firehose.arrived_record import ArrivedRecord
from local.firehose.delivered_object import Finish, finisher
from local.firehose.delivery_stream import DeliveryStream
from local.lambda_service.checkpoints import Checkpoint, CheckpointStore
from local.lambda_service.lineage import Shard, readable, shards_of
from local.lambda_service.shard_reader import READ_LIMIT, open_iterator

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How far a shard was read: the next iterator, and what to note once everything up to here is delivered."""

    iterator: str | None
    checkpoint: Checkpoint


class Delivery:
    """One delivery stream's work; after an error its owner makes a new one, which begins at the checkpoints."""

    def __init__(
        self,
        stream: DeliveryStream,
        *,
        kinesis: "KinesisClient",
        s3: "S3Client",
        store: CheckpointStore,
        finish: Finish | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stream = stream
        self._kinesis, self._s3, self._store, self._clock = kinesis, s3, store, clock
        self._finish = finish or finisher(stream)
        # Firehose begins with what comes after it was made.
        self._start = store.note_start("AT_TIMESTAMP", stream.created_at)
        self._readings: dict[str, Reading] = {}
        self._records: list[ArrivedRecord] = []
        self._bytes = 0
        self._opened_at = 0.0

    def work(self) -> bool:
        """Reads every shard once, and delivers what is due; whether there was anything to read."""
        found = [self._read(shard) for shard in self._shards()]
        if self._records and self._clock() - self._opened_at >= self.stream.buffer_seconds:
            self.deliver()
        if not self._records:
            self._note()
        return any(found)

    def deliver(self) -> None:
        """Writes what the buffer holds as one object, and what that cannot hold; then notes how far that was."""
        if self._records:
            for key, body in self._finish(self._records):
                self._s3.put_object(Bucket=self.stream.bucket, Key=key, Body=body)
            self._records, self._bytes = [], 0
        self._note()

    def _shards(self) -> list[Shard]:
        shards = shards_of(self._kinesis, self.stream.stream_arn)
        finished = {shard.shard_id for shard in shards if self._reading(shard).checkpoint.finished}
        return readable(shards, finished)

    def _reading(self, shard: Shard) -> Reading:
        if shard.shard_id not in self._readings:
            checkpoint = self._store.read(shard.shard_id)
            iterator = None
            if not checkpoint.finished:
                iterator = open_iterator(
                    self._kinesis,
                    stream_arn=self.stream.stream_arn,
                    shard_id=shard.shard_id,
                    checkpoint=checkpoint,
                    start=self._start,
                )
            self._readings[shard.shard_id] = Reading(iterator=iterator, checkpoint=checkpoint)
        return self._readings[shard.shard_id]

    def _read(self, shard: Shard) -> bool:
        reading = self._reading(shard)
        if reading.iterator is None:
            return False
        answer = self._kinesis.get_records(
            StreamARN=self.stream.stream_arn, ShardIterator=reading.iterator, Limit=READ_LIMIT
        )
        for record in answer["Records"]:
            self._take(
                ArrivedRecord(
                    data=record["Data"],
                    partition_key=record["PartitionKey"],
                    shard_id=shard.shard_id,
                    sequence_number=record["SequenceNumber"],
                    arrived_at=record["ApproximateArrivalTimestamp"].timestamp(),
                )
            )
            checkpoint = replace(reading.checkpoint, sequence_number=record["SequenceNumber"])
            reading = Reading(iterator=reading.iterator, checkpoint=checkpoint)
            self._readings[shard.shard_id] = reading
            if self._bytes >= self.stream.buffer_bytes:
                self.deliver()
        following = answer.get("NextShardIterator")
        # AWS ends a closed shard with a missing iterator; moto never does, so an empty read at its tip counts too.
        at_tip = not answer["Records"] and not answer.get("MillisBehindLatest")
        ended = following is None or (shard.closed and at_tip)
        checkpoint = replace(reading.checkpoint, finished=ended)
        self._readings[shard.shard_id] = Reading(iterator=None if ended else following, checkpoint=checkpoint)
        return bool(answer["Records"])

    def _take(self, record: ArrivedRecord) -> None:
        if not self._records:
            self._opened_at = self._clock()
        self._records.append(record)
        self._bytes += len(record.data)

    def _note(self) -> None:
        """Only for an empty buffer: what was read is then delivered."""
        for shard_id, reading in self._readings.items():
            if reading.checkpoint != self._store.read(shard_id):
                self._store.write(shard_id, reading.checkpoint)
