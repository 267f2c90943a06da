import json
from hashlib import sha256
from typing import Any

import pytest

from local.shop.order_record import Document, Kind, encode, identity_of, record_of

DOCUMENT: Document = {"event_id": "order_placed-1", "order_id": "1", "country": "Österreich"}


def digest(data: bytes) -> str:
    return "sha256:" + sha256(data).hexdigest()


def test_a_record_is_identified_by_its_event_id() -> None:
    assert identity_of(encode(DOCUMENT)) == "order_placed-1"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"event_id":"x","total":NaN}', id="a number JSON does not know"),
        pytest.param(b'{"event_id":"x","event_id":"x"}', id="a key twice"),
        pytest.param(b'{"event_id":"x","note":"\\ud83d"}', id="a lone surrogate"),
        pytest.param(b' {"event_id":"x"}\n', id="blanks around"),
    ],
)
def test_an_object_that_can_be_read_keeps_its_event_id_however_wrong_the_rest_is(data: bytes) -> None:
    assert identity_of(data) == "x"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"event_id":"x"', id="truncated"),
        pytest.param(b'[{"event_id":"x"}]', id="a list"),
        pytest.param(b'{"event":"x"}', id="no event_id"),
        pytest.param(b'{"event_id":7}', id="a number as event_id"),
        pytest.param(b'{"event_id":"a b"}', id="a blank in it"),
        pytest.param(b'{"event_id":"x\\n"}', id="a line end in it"),
        pytest.param(b'{"event_id":""}', id="empty"),
        pytest.param(b'{"event_id":"' + b"x" * 65 + b'"}', id="65 characters"),
        pytest.param(b'{"event_id":"x","n":"\xff"}', id="not UTF-8"),
        pytest.param('{"event_id":"x"}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'\xef\xbb\xbf{"event_id":"x"}', id="byte order mark"),
        pytest.param(b'{"event_id":"x","n":' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="nested too deep to read"),
        pytest.param(b'{"event_id":"x","n":' + b"1" * 5_000 + b"}", id="5,000 digits"),
    ],
)
def test_a_record_without_a_readable_event_id_is_identified_by_the_digest_of_its_bytes(data: bytes) -> None:
    assert identity_of(data) == digest(data)


@pytest.mark.parametrize("event_id", ["order_placed-1", "not valid", "", "é", "x" * 65])
def test_the_identity_of_a_record_follows_from_its_bytes(event_id: str) -> None:
    record = record_of(DOCUMENT | {"event_id": event_id}, kind=Kind.LATE)
    assert record.identity == identity_of(record.data)
    assert (record.partition_key, record.kind, record.expected_reason) == ("1", Kind.LATE, None)


def test_a_document_is_written_as_compact_utf_8() -> None:
    assert encode(DOCUMENT) == '{"event_id":"order_placed-1","order_id":"1","country":"Österreich"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_is_not_json_is_refused_when_written(value: Any) -> None:
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        encode({"total": value})


def test_numbers_of_the_contract_survive_writing_digit_by_digit() -> None:
    assert json.loads(encode({"total": "0.1000"})) == {"total": "0.1000"}
