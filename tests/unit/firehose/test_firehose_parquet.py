"""A delivery stream with a function and a conversion: what arrives as Parquet, and what below the error prefix."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from arro3.io import read_parquet

from archive_envelope.envelope import answers
from local.firehose.arrived_record import ArrivedRecord
from local.firehose.conversion import Conversion
from local.firehose.delivered_object import Objects, finisher
from local.firehose.delivery_stream import DeliveryStream, TableColumns, delivery_stream_from
from local.firehose.transformation import ATTEMPTS, NotTransformedError, Transformation
from local.lambda_service.answer import Answered, FunctionFailed, Invocation, NotInvoked

MADE = datetime(2026, 11, 23, 10, 59, 58, 250_000, tzinfo=UTC)
COLUMNS = {
    "data": "string",
    "partition_key": "string",
    "shard_id": "string",
    "sequence_number": "string",
    "arrival_ts": "timestamp",
}
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:envelope"


def stream() -> DeliveryStream:
    return delivery_stream_from(
        {
            "DeliveryStreamName": "archive",
            "CreateTimestamp": MADE,
            "Source": {"KinesisStreamSourceDescription": {"KinesisStreamARN": "arn:aws:kinesis:eu-west-1:1:stream/e"}},
            "Destinations": [
                {
                    "ExtendedS3DestinationDescription": {
                        "BucketARN": "arn:aws:s3:::bronze",
                        "Prefix": "events_parquet/hour=!{timestamp:HH}/",
                        "ErrorOutputPrefix": "undelivered/!{firehose:error-output-type}/hour=!{timestamp:HH}/",
                        "CompressionFormat": "UNCOMPRESSED",
                        "DataFormatConversionConfiguration": {
                            "Enabled": True,
                            "SchemaConfiguration": {"DatabaseName": "bronze", "TableName": "events_archive"},
                            "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {"Compression": "GZIP"}}},
                        },
                        "ProcessingConfiguration": {
                            "Enabled": True,
                            "Processors": [
                                {
                                    "Type": "Lambda",
                                    "Parameters": [
                                        {"ParameterName": "LambdaArn", "ParameterValue": f"{FUNCTION}:$LATEST"},
                                        {"ParameterName": "BufferSizeInMBs", "ParameterValue": "0.2"},
                                    ],
                                }
                            ],
                        },
                    }
                }
            ],
        }
    )


def arrived(*data: bytes) -> list[ArrivedRecord]:
    return [
        ArrivedRecord(
            data=each, partition_key=f"key {n}", shard_id="s-0", sequence_number=str(n), arrived_at=MADE.timestamp()
        )
        for n, each in enumerate(data)
    ]


class Function:
    """Answers as it is told to; by default it is the real one."""

    def __init__(self, answer: Callable[[Sequence[dict[str, Any]]], Any] = answers) -> None:
        self.answer = answer
        self.events: list[dict[str, Any]] = []

    def __call__(self, payload: bytes) -> Invocation:
        self.events.append(json.loads(payload))
        answer = self.answer(self.events[-1]["records"])
        if isinstance(answer, FunctionFailed | NotInvoked):
            return answer
        return Answered(json.dumps({"records": answer}).encode())


def delivered(function: Function, *data: bytes) -> Objects:
    made = Transformation(function, hand_over_bytes=stream().hand_over_bytes)
    return finisher(stream(), transformation=made, conversion=Conversion(COLUMNS, compression="GZIP"))(arrived(*data))


def told(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]


def test_settings_are_read_from_what_was_applied() -> None:
    found = stream()
    assert found.problems == ()
    assert (found.function_arn, found.hand_over_bytes) == (FUNCTION, 209_715)
    assert found.converted_by == TableColumns(database="bronze", table="events_archive", compression="GZIP")


def test_each_record_is_a_row_with_its_bytes_its_key_and_its_place() -> None:
    ((key, body),) = delivered(Function(), b"{}", b"\xff\x00\n")
    assert key.startswith("events_parquet/hour=10/archive-1-2026-11-23-10-59-58-")
    assert key.endswith(".parquet")
    table = read_parquet(BytesIO(body)).read_all()
    assert [b64decode(each) for each in table.column("data").to_pylist()] == [b"{}", b"\xff\x00\n"]
    assert table.column("partition_key").to_pylist() == ["key 0", "key 1"]
    assert table.column("arrival_ts").to_pylist() == [MADE.replace(tzinfo=None)] * 2
    assert table.column_names == list(COLUMNS)


def test_the_function_is_handed_no_more_at_once_than_was_set() -> None:
    function = Function()
    delivered(function, *[b"x" * 100_000] * 5, b"y" * 500_000)
    assert [len(event["records"]) for event in function.events] == [2, 2, 1, 1]


def test_what_the_function_calls_failed_is_told_with_its_data_and_the_rest_is_archived() -> None:
    def fail_second(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        found = answers(records)
        return [found[0], {"recordId": "1", "result": "ProcessingFailed"}, found[2]]

    (_, body), (key, lines) = delivered(Function(fail_second), b"a", b"b", b"c")
    assert read_parquet(BytesIO(body)).read_all().num_rows == 2
    assert key.startswith("undelivered/processing-failed/hour=10/archive-1-")
    assert [b64decode(each["rawData"]) for each in told(lines)] == [b"b"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: FunctionFailed(error_type="Runtime.ExitError", payload=b"{}"),
        lambda _: None,
        lambda records: [{"result": "Ok"} for _ in records],
        lambda records: [{"recordId": f"another {each['recordId']}", "result": "Ok", "data": ""} for each in records],
        lambda records: [{"recordId": each["recordId"], "result": "Ok", "data": "no base64"} for each in records],
    ],
    ids=["failed", "no list", "no ids", "other ids", "no base64"],
)
def test_a_function_that_fails_or_answers_nonsense_loses_no_record(answer: Callable[[Any], Any]) -> None:
    function = Function(answer)
    ((key, lines),) = delivered(function, b"a", b"b")
    assert "/processing-failed/" in key
    assert [b64decode(each["rawData"]) for each in told(lines)] == [b"a", b"b"]
    assert len(function.events) in (1, ATTEMPTS)


def test_a_function_that_cannot_be_reached_is_waited_for() -> None:
    with pytest.raises(NotTransformedError, match="throttled"):
        delivered(Function(lambda _: NotInvoked("throttled")), b"a")


def test_what_is_no_row_of_the_table_is_told_as_the_function_answered_it() -> None:
    def answered(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        texts = [b"no json", b'{"arrival_ts": "yesterday"}', b'{"Data": "upper", "unknown": 1}']
        return [
            {"recordId": each["recordId"], "result": "Ok", "data": b64encode(text).decode()}
            for each, text in zip(records, texts, strict=True)
        ]

    (_, body), (key, lines) = delivered(Function(answered), b"a", b"b", b"c")
    rows = read_parquet(BytesIO(body)).read_all()
    assert [*rows.column("data").to_pylist(), *rows.column("shard_id").to_pylist()] == ["upper", None]
    assert "/format-conversion-failed/" in key
    assert [b64decode(each["rawData"]) for each in told(lines)] == [b"no json", b'{"arrival_ts": "yesterday"}']


def test_what_the_function_drops_is_nowhere() -> None:
    dropped = Function(lambda records: [{"recordId": each["recordId"], "result": "Dropped"} for each in records])
    assert delivered(dropped, b"a") == []


def test_a_table_with_a_type_that_is_not_written_here_is_refused() -> None:
    with pytest.raises(ValueError, match=r"columns of array<int> are not written here"):
        Conversion({"a": "array<int>"}, compression="GZIP")
