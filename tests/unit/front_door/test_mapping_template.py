import json
from base64 import b64decode
from typing import Any

import pytest

from constructs.front_door_templates import (
    BATCH_ANSWER,
    NOT_STORED,
    REFUSED_ANSWER,
    TOO_LARGE,
    batch_request,
    single_request,
)
from local.front_door.mapping_template import render

ORDER = {"event_id": "e-1", "order_id": "536365", "total": "2.10"}
VISIT = {"event_id": "e-2", "session_id": "s-9", "order_id": "536365"}


def call(template: str, body: bytes) -> Any:
    return json.loads(render(template, body.decode(), {}))


def answer(template: str, told: Any) -> tuple[int | None, Any]:
    context: dict[str, Any] = {}
    text = render(template, json.dumps(told), context)
    return context["responseOverride"].get("status"), json.loads(text)


def test_one_event_goes_on_byte_for_byte() -> None:
    body = ' { "event_id" : "e-1", "order_id":"536365", "n":1.10, "name":"Zoë 🎁" }\n'.encode()
    made = call(single_request("events"), body)
    assert made["StreamName"] == "events"
    assert b64decode(made["Data"]) == body


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (ORDER, "536365"),
        (VISIT, "s-9"),
        ({"event_id": "e-3"}, "e-3"),
        ({"event_id": "e-4", "order_id": None}, "e-4"),
    ],
)
def test_events_of_a_visit_or_an_order_share_a_key(event: Any, key: str) -> None:
    assert call(single_request("events"), json.dumps(event).encode())["PartitionKey"] == key
    made = call(batch_request("events"), json.dumps({"events": [{"event_id": "x"}, event]}).encode())
    assert [record["PartitionKey"] for record in made["Records"]] == ["x", key]


def test_a_key_cannot_name_another_stream() -> None:
    key = 'x", "StreamName": "payroll", "y": "\\'
    for template, body in (
        (single_request("events"), ORDER | {"order_id": key}),
        (batch_request("events"), {"events": [ORDER | {"order_id": key}]}),
    ):
        made = call(template, json.dumps(body).encode())
        assert made["StreamName"] == "events"
        assert (made.get("Records") or [made])[0]["PartitionKey"] == key


def test_500_events_become_as_many_records_in_their_order() -> None:
    body = {"events": [ORDER | {"event_id": f"e-{number}"} for number in range(500)]}
    made = call(batch_request("events"), json.dumps(body).encode())
    assert [json.loads(b64decode(record["Data"])) for record in made["Records"]] == body["events"]


def test_a_number_loses_its_zeros_in_a_batch_and_a_text_does_not() -> None:
    made = call(batch_request("events"), b'{"events": [{"event_id": "e", "n": 2.10, "t": "2.10"}]}')
    assert b64decode(made["Records"][0]["Data"]) == b'{"event_id":"e","n":2.1,"t":"2.10"}'


def test_a_batch_that_was_taken_whole_keeps_the_status() -> None:
    told = {"FailedRecordCount": 0, "Records": [{"SequenceNumber": "1", "ShardId": "s"}] * 3}
    assert answer(BATCH_ANSWER, told) == (None, {"accepted": 3, "failed": []})


def test_a_batch_taken_in_part_is_no_success_and_says_which_failed() -> None:
    taken, refused = {"SequenceNumber": "1", "ShardId": "s"}, {"ErrorCode": "InternalFailure", "ErrorMessage": "secret"}
    told = {"FailedRecordCount": 2, "Records": [refused, taken, refused]}
    status, said = answer(BATCH_ANSWER, told)
    assert status == NOT_STORED
    assert said["accepted"] == 1
    assert said["failed"] == [{"index": index, "reason": "InternalFailure"} for index in (0, 2)]
    assert "secret" not in json.dumps(said)


@pytest.mark.parametrize("kind", ["ValidationException", "InvalidArgumentException", "x#ValidationException"])
def test_what_kinesis_finds_too_large_is_the_callers_to_split(kind: str) -> None:
    status, said = answer(REFUSED_ANSWER, {"__type": kind, "message": "Value at 'data' of stream secret"})
    assert status == TOO_LARGE
    assert said["error"] == "too_large"
    assert "secret" not in json.dumps(said)


@pytest.mark.parametrize(
    "told", [{"__type": "ProvisionedThroughputExceededException"}, {"__type": "KMSThrottling"}, {}]
)
def test_everything_else_is_worth_sending_again(told: Any) -> None:
    status, said = answer(REFUSED_ANSWER, told)
    assert (status, said["error"]) == (None, "not_stored")


def test_a_path_that_is_not_known_here_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="only members and indexes"):
        render("$input.json('$..a')", "{}", {})
