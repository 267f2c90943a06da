"""The object a mapping writes when it gives up on records."""

import re
from datetime import UTC, datetime

from local.lambda_service.answer import Answered, FunctionFailed
from local.lambda_service.delivery import Discard
from local.lambda_service.event import EventSource
from local.lambda_service.on_failure import invocation_record, object_key
from tests.unit.lambda_service.lambda_service_fakes import ERROR, SUCCESS, records

AT = datetime(2026, 11, 23, 7, 5, 9, 120000, tzinfo=UTC)
SOURCE = EventSource(
    stream_arn="arn:aws:kinesis:eu-west-1:123456789012:stream/orders", shard_id="shardId-000000000001", role_arn="r"
)


def discard(last_answer: Answered | FunctionFailed | None) -> Discard:
    batch = records(2, arrived_at=1573691884.835, entry=b'{"eventID": "x"}')
    return Discard(records=batch, condition="RetryAttemptsExhausted", invocations=3, last_answer=last_answer)


def test_the_record_has_lambdas_form_and_carries_the_whole_event() -> None:
    record = invocation_record(discard(ERROR), source=SOURCE, function_arn="arn:f", at=AT)
    request_id = record["requestContext"].pop("requestId")
    assert re.fullmatch(r"[0-9a-f-]{36}", request_id)
    assert record == {
        "requestContext": {
            "functionArn": "arn:f",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 3,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2026-11-23T07:05:09.120Z",
        "KinesisBatchInfo": {
            "shardId": "shardId-000000000001",
            "startSequenceNumber": "1",
            "endSequenceNumber": "2",
            "approximateArrivalOfFirstRecord": "2019-11-14T00:38:04.835Z",
            "approximateArrivalOfLastRecord": "2019-11-14T00:38:04.835Z",
            "batchSize": 2,
            "streamArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        },
        "payload": {"Records": [{"eventID": "x"}, {"eventID": "x"}]},
    }


def test_a_partial_answer_is_no_function_error() -> None:
    record = invocation_record(discard(SUCCESS), source=SOURCE, function_arn="arn:f", at=AT)
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}


def test_records_never_invoked_have_no_response() -> None:
    assert "responseContext" not in invocation_record(discard(None), source=SOURCE, function_arn="arn:f", at=AT)


def test_the_key_names_mapping_shard_and_day() -> None:
    key = object_key("u-1", "shardId-000000000001", at=AT)
    assert re.fullmatch(
        r"aws/lambda/u-1/shardId-000000000001/2026/11/23/2026-11-23T07\.05\.09-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        key,
    )
