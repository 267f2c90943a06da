"""Each fault is judged here by Python's own means, so that a fault which breaks nothing cannot hide."""

import json
import math
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts import load_contract
from local.shop.bad_records import FAULTS, Fault, bad_record
from local.shop.order_record import Document, Kind, identity_of

GOOD: Document = {
    "event_id": "order_placed-1",
    "event_type": "order_placed",
    "schema_version": "1.0",
    "occurred_at": "2024-11-29T10:00:00.000Z",
    "order_id": "1",
    "currency": "GBP",
    "country": "United Kingdom",
    "customer": {"id": "10001", "email": "ada@example.com"},
    "ip_address": "192.0.2.7",
    "total": "5.10",
    "items": [{"stock_code": "20001", "description": "CAFÉ MUG", "quantity": 2, "unit_price": "2.55"}],
}
CODES = {
    *("not_json", "not_object", "bad_encoding", "not_finite", "out_of_range", "too_deep", "bad_unicode", "nul_byte"),
    *("wrong_type", "business_rule", "missing_field", "duplicate_key", "unknown_type", "unknown_schema"),
    *("bad_timestamp", "clock_skew", "bad_format", "kpl_aggregated"),
}


def damaged(name: str) -> bytes:
    return next(fault for fault in FAULTS if fault.name == name).damage(json.loads(json.dumps(GOOD)))


def document(name: str) -> Any:
    return json.loads(damaged(name))


def first_item(name: str) -> Any:
    return document(name)["items"][0]


def test_every_reason_a_producer_can_cause_has_a_fault() -> None:
    assert {fault.reason for fault in FAULTS} == CODES


def test_faults_have_names_of_their_own() -> None:
    assert max(Counter(fault.name for fault in FAULTS).values()) == 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_bad_record_knows_its_reason_and_its_identity(fault: Fault) -> None:
    record = bad_record(dict(GOOD), fault)
    assert (record.kind, record.expected_reason, record.partition_key) == (Kind.BAD, fault.reason, "1")
    assert record.identity == identity_of(record.data)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_bad_record_fits_on_the_stream(fault: Fault) -> None:
    assert 0 < len(fault.damage(dict(GOOD))) < 100_000


@pytest.mark.parametrize("name", ["truncated", "plain text"])
def test_what_is_not_json_cannot_be_parsed(name: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(damaged(name).decode())


@pytest.mark.parametrize("name", ["Latin-1", "UTF-16", "aggregated by the KPL"])
def test_what_is_badly_encoded_is_not_utf_8(name: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        damaged(name).decode("utf-8")


def test_a_list_is_not_an_object() -> None:
    assert document("list of events") == [GOOD]


def test_numbers_are_not_finite_or_out_of_range() -> None:
    assert math.isnan(first_item("price is NaN")["unit_price"])
    assert first_item("quantity beyond 64 bits")["quantity"] > 2**63 - 1
    assert Decimal(first_item("price with 5 decimals")["unit_price"]).as_tuple().exponent == -5


def test_what_is_nested_too_deep_exhausts_a_recursive_parser() -> None:
    with pytest.raises(RecursionError):
        document("nested 20,000 deep")


def test_texts_hold_what_a_table_cannot() -> None:
    with pytest.raises(UnicodeEncodeError, match="surrogates"):
        first_item("lone surrogate")["description"].encode()
    assert "\0" in first_item("NUL in text")["description"]


def test_types_are_wrong() -> None:
    assert first_item("quantity as text")["quantity"] == "12"
    assert first_item("quantity is true")["quantity"] is True
    assert document("items is no list")["items"] == {}


def test_rules_of_the_business_are_broken() -> None:
    assert Decimal(first_item("negative price")["unit_price"]) < 0
    assert document("total is off") == GOOD | {"total": "999999.99"}


def test_required_fields_are_missing() -> None:
    required = {column.name for column in load_contract("order_event").columns if column.required}
    assert required - document("no order_id").keys() == {"order_id"}
    assert document("country is null")["country"] is None


def test_a_key_stands_there_twice_with_different_values() -> None:
    assert re.findall(rb'"currency":"(\w+)"', damaged("currency twice")) == [b"EUR", b"GBP"]


def test_the_contract_does_not_know_the_type_version_or_format() -> None:
    columns = {column.name: column for column in load_contract("order_event").columns}
    assert document("unknown event type")["event_type"] not in columns["event_type"].option("enum")
    assert document("major version 2")["schema_version"].split(".")[0] != "1"
    assert not re.fullmatch(columns["currency"].option("pattern"), document("currency in small letters")["currency"])
    assert not re.fullmatch(columns["event_id"].option("pattern"), document("event_id with blanks")["event_id"])


def test_times_are_impossible_incomplete_or_not_yet() -> None:
    with pytest.raises(ValueError, match="day is out of range"):
        datetime.fromisoformat(document("30 February")["occurred_at"])
    assert datetime.fromisoformat(document("time without offset")["occurred_at"]).tzinfo is None
    assert datetime.fromisoformat(document("in the future")["occurred_at"]) > datetime.now(UTC)


SAME_BUT = {
    "price is NaN": {"items", "total"},
    "price with 5 decimals": {"items", "total"},
    "lone surrogate": {"items", "total"},
    "negative price": {"items", "total"},
    "total is off": {"total"},
    "country is null": {"country"},
    "unknown event type": {"event_type"},
    "in the future": {"occurred_at"},
}


@pytest.mark.parametrize("name", SAME_BUT)
def test_a_fault_is_the_only_one_in_its_record(name: str) -> None:
    bad = document(name)
    assert {key for key in GOOD if bad.get(key) != GOOD[key]} == SAME_BUT[name]
