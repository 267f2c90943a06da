"""When a batch is due: enough records, enough bytes, or the window is over."""

import json
from datetime import UTC, datetime

from local.lambda_service.batching import BatchBuffer
from local.lambda_service.event import (
    PAYLOAD_LIMIT_BYTES,
    EventSource,
    event_payload,
    records_that_fit,
    stream_record,
)
from tests.unit.lambda_service.lambda_service_fakes import numbers, records

SOURCE = EventSource(
    stream_arn="arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
    shard_id="shardId-000000000003",
    role_arn="arn:aws:iam::123456789012:role/etl",
)


def test_without_a_window_what_was_read_is_due_at_once_in_batches_of_batch_size() -> None:
    buffer = BatchBuffer(batch_size=2, window_seconds=0)
    buffer.add(records(5), now=0)
    assert [numbers(buffer.take(now=0)) for _ in range(4)] == [[1, 2], [3, 4], [5], []]


def test_a_batch_that_is_not_full_waits_for_the_window() -> None:
    buffer = BatchBuffer(batch_size=10, window_seconds=5)
    buffer.add(records(2), now=100)
    buffer.add(records(1, first=3), now=104)
    assert buffer.take(now=104.9) == ()
    assert numbers(buffer.take(now=105)) == [1, 2, 3]


def test_a_full_batch_does_not_wait_and_the_rest_opens_a_new_window() -> None:
    buffer = BatchBuffer(batch_size=2, window_seconds=5)
    buffer.add(records(3), now=100)
    assert numbers(buffer.take(now=101)) == [1, 2]
    assert buffer.take(now=105.9) == ()
    assert numbers(buffer.take(now=106)) == [3]


def test_the_window_opens_with_the_first_record_not_with_the_last_empty_look() -> None:
    buffer = BatchBuffer(batch_size=10, window_seconds=5)
    assert buffer.take(now=100) == ()
    buffer.add(records(1), now=103)
    assert buffer.seconds_until_due(now=104) == 4


def test_the_end_of_a_shard_does_not_wait_for_the_window() -> None:
    buffer = BatchBuffer(batch_size=10, window_seconds=300)
    buffer.add(records(1), now=0)
    assert numbers(buffer.take(now=0, last=True)) == [1]


def test_a_batch_ends_before_the_payload_limit_even_while_the_window_is_open() -> None:
    buffer = BatchBuffer(batch_size=10, window_seconds=300, payload_limit=len(event_payload(records(3))))
    buffer.add(records(4), now=0)
    assert numbers(buffer.take(now=0)) == [1, 2, 3]
    assert buffer.take(now=0) == ()


def test_six_megabytes_are_counted_over_the_json_text_with_base64() -> None:
    # 1 MiB of data is 1.4 MB of base64: four of them fit, the fifth does not.
    raw = {
        "SequenceNumber": "7",
        "PartitionKey": "k",
        "Data": bytes(1024 * 1024),
        "ApproximateArrivalTimestamp": datetime(2026, 11, 23, tzinfo=UTC),
    }
    record = stream_record(raw, SOURCE)  # type: ignore[arg-type]
    assert records_that_fit([record] * 10) == 4
    assert len(event_payload([record] * 4)) < PAYLOAD_LIMIT_BYTES < len(event_payload([record] * 5))


def test_the_count_of_bytes_is_exact() -> None:
    batch = records(3, entry=b'{"kinesis":{}}')
    size = len(event_payload(batch))
    assert records_that_fit(batch, size) == 3
    assert records_that_fit(batch, size - 1) == 2


def test_a_record_over_the_limit_goes_alone_instead_of_blocking_the_shard() -> None:
    assert records_that_fit(records(2), 5) == 1


def test_the_event_has_the_form_that_lambda_gives_to_functions() -> None:
    raw = {
        "SequenceNumber": "49590338271490256608559692538361571095921575989136588898",
        "PartitionKey": "536365",
        "Data": b"Hello",
        "ApproximateArrivalTimestamp": datetime.fromtimestamp(1545084650.987, UTC),
    }
    assert json.loads(event_payload([stream_record(raw, SOURCE)])) == {  # type: ignore[arg-type]
        "Records": [
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": "536365",
                    "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
                    "data": "SGVsbG8=",
                    "approximateArrivalTimestamp": 1545084650.987,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": "shardId-000000000003:49590338271490256608559692538361571095921575989136588898",
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": "arn:aws:iam::123456789012:role/etl",
                "awsRegion": "eu-west-1",
                "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
            }
        ]
    }
