"""A record of a stream in the form in which Lambda hands it to the function.

In: a record as GetRecords returns it. Out: its entry in the event, and the event for a whole batch, as JSON bytes.
https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_kinesis.type_defs import RecordTypeDef

# Lambda's limit for one synchronous invocation, counted over the JSON text: base64 and field names included.
PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024
_HEAD = b'{"Records":['
_TAIL = b"]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRecord:
    """A record of one shard; the entry is made once, because a retry or a split sends the same bytes again."""

    sequence_number: str
    arrived_at: float
    event_entry: bytes


@dataclass(frozen=True, kw_only=True)
class EventSource:
    """What all events of one shard have in common."""

    stream_arn: str
    shard_id: str
    role_arn: str

    @property
    def region(self) -> str:
        return self.stream_arn.split(":")[3]


def stream_record(raw: "RecordTypeDef", source: EventSource) -> StreamRecord:
    """The record with its entry in the function's event."""
    sequence_number = raw["SequenceNumber"]
    arrived_at = round(raw["ApproximateArrivalTimestamp"].timestamp(), 3)
    entry = {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": raw["PartitionKey"],
            "sequenceNumber": sequence_number,
            "data": b64encode(raw["Data"]).decode(),
            "approximateArrivalTimestamp": arrived_at,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{source.shard_id}:{sequence_number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": source.role_arn,
        "awsRegion": source.region,
        "eventSourceARN": source.stream_arn,
    }
    text = json.dumps(entry, separators=(",", ":"))
    return StreamRecord(sequence_number=sequence_number, arrived_at=arrived_at, event_entry=text.encode())


def event_payload(records: Iterable[StreamRecord]) -> bytes:
    """The event for these records, in their order."""
    return _HEAD + b",".join(record.event_entry for record in records) + _TAIL


def records_that_fit(records: Iterable[StreamRecord], limit: int = PAYLOAD_LIMIT_BYTES) -> int:
    """How many of the first records make an event of at most `limit` bytes; one in any case, or nothing would move."""
    size, count = len(_HEAD) + len(_TAIL) - 1, 0
    for record in records:
        size += len(record.event_entry) + 1
        if size > limit and count:
            break
        count += 1
    return count
