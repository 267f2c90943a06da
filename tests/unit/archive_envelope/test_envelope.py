import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_envelope.envelope import ANSWER_BYTES, answers, row

MOMENT_MS = 1_795_428_000_123


def handed_over(data: bytes, *, record_id: str = "1", key: str = "k", arrival: object = MOMENT_MS) -> dict[str, Any]:
    """As Firehose hands a record of a Kinesis stream over."""
    return {
        "recordId": record_id,
        "approximateArrivalTimestamp": MOMENT_MS,
        "data": b64encode(data).decode(),
        "kinesisRecordMetadata": {
            "shardId": "shardId-000000000001",
            "partitionKey": key,
            "sequenceNumber": "49546986683135544286507457936321625675700192471156785154",
            "subsequenceNumber": 0,
            "approximateArrivalTimestamp": arrival,
        },
    }


def documents(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [json.loads(b64decode(answer["data"], validate=True)) for answer in found]


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setenv("LOG_LEVEL", "INFO")
    sys.modules.pop("archive_envelope.handler", None)
    yield import_module("archive_envelope.handler")
    sys.modules.pop("archive_envelope.handler", None)


@given(st.lists(st.tuples(st.binary(max_size=400), st.text(min_size=1, max_size=40)), max_size=20))
def test_any_bytes_and_any_key_come_out_as_they_went_in(records: list[tuple[bytes, str]]) -> None:
    found = answers(handed_over(data, record_id=str(n), key=key) for n, (data, key) in enumerate(records))
    assert [(answer["recordId"], answer["result"]) for answer in found] == [(str(n), "Ok") for n in range(len(records))]
    rows = documents(found)
    assert [(b64decode(each["data"]), each["partition_key"]) for each in rows] == records


def test_a_row_says_where_the_record_stood() -> None:
    assert row(handed_over(b"{}")) == {
        "data": "e30=",
        "partition_key": "k",
        "shard_id": "shardId-000000000001",
        "sequence_number": "49546986683135544286507457936321625675700192471156785154",
        "arrival_ts": "2026-11-23T10:00:00.123Z",
    }


@pytest.mark.parametrize(
    ("arrival", "expected"),
    [
        (MOMENT_MS, "2026-11-23T10:00:00.123Z"),
        ("2026-11-23T11:00:00.123+01:00", "2026-11-23T10:00:00.123Z"),
        ("2026-11-23T10:00:00.123Z", "2026-11-23T10:00:00.123Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        ("yesterday", None),
        (10**30, None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_an_arrival_is_written_in_utc_and_one_that_is_none_fails_nothing(arrival: object, expected: str | None) -> None:
    assert row(handed_over(b"", arrival=arrival))["arrival_ts"] == expected


def test_a_record_of_no_stream_is_kept_too() -> None:
    found = row({"recordId": "1", "data": "AA==", "approximateArrivalTimestamp": MOMENT_MS})
    assert (found["data"], found["shard_id"], found["arrival_ts"]) == ("AA==", None, "2026-11-23T10:00:00.123Z")


def test_what_lambda_could_not_answer_is_given_back_as_failed_and_the_rest_is_not() -> None:
    records = [handed_over(b"x" * 1_048_000, record_id=str(n)) for n in range(4)]
    records.append(handed_over(b"small", record_id="4"))
    found = answers(records)
    assert [answer["result"] for answer in found] == ["Ok", "Ok", "Ok", "ProcessingFailed", "Ok"]
    assert len(json.dumps({"records": found})) <= ANSWER_BYTES + 64


def test_what_firehose_hands_over_at_once_fits_into_an_answer_even_behind_the_largest_record() -> None:
    of_half_a_kilobyte = [handed_over(b"x" * 500, record_id=f"{n:0128}") for n in range(420)]
    found = answers([*of_half_a_kilobyte, handed_over(b"x" * 1_048_000)])
    assert {answer["result"] for answer in found} == {"Ok"}
    assert len(json.dumps({"records": found})) < ANSWER_BYTES / 2


def test_the_handler_answers_every_record_and_logs_counts_only(
    handler: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    records = [handed_over(b"secret", record_id="a"), handed_over(b"\xff\x00", record_id="b")]
    with caplog.at_level("INFO"):
        found = handler.handler({"records": records}, None)
    assert [answer["recordId"] for answer in found["records"]] == ["a", "b"]
    assert "2 records, 0 of them failed" in caplog.text
    assert "secret" not in caplog.text
