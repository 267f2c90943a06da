"""One bad record among 500 good ones: the good ones are stored, the bad one is set aside with the right reason."""

import json
from typing import Any

import pytest

from etl_processor.batch import BatchProcessor
from shared.rejection import Reason
from tests.unit.etl_processor.etl_events import batch_of, encoded, order, rows, with_item, without

GOOD: list[bytes | str] = [encoded(order(number)) for number in range(1, 501)]


def text(document: Any) -> str:
    return encoded(document).decode()


def replaced(old: str, new: str, document: Any = None) -> bytes:
    """The bytes of an event with one place rewritten, for what Python's json would not write."""
    whole = text(document or order())
    assert whole.count(old) == 1
    return whole.replace(old, new).encode()


BAD: list[tuple[str, bytes | str, Reason]] = [
    ("a character outside the alphabet", "!!!!aGk=", Reason.BAD_BASE64),
    ("base64 without its padding", "aGk", Reason.BAD_BASE64),
    ("URL-safe base64", "-_-_", Reason.BAD_BASE64),
    ("a KPL aggregate", b"\xf3\x89\x9a\xc2\n\x01a" + encoded(order()), Reason.KPL_AGGREGATED),
    ("nothing", b"", Reason.NOT_JSON),
    ("blanks", b"  \n ", Reason.NOT_JSON),
    ("plain text", b"order 536365 placed", Reason.NOT_JSON),
    ("a truncated event", encoded(order())[:300], Reason.NOT_JSON),
    ("two events in one record", encoded(order()) + b"\n" + encoded(order(2)), Reason.NOT_JSON),
    ("a comma too many", replaced('"35.64"', '"35.64",'), Reason.NOT_JSON),
    ("5,000 digits for a quantity", replaced('"quantity":6', f'"quantity":{"9" * 5000}', with_item()), Reason.NOT_JSON),
    ("5,000 digits in an unknown member", replaced('{"event_id"', f'{{"x":{"9" * 5000},"event_id"'), Reason.NOT_JSON),
    ("a list", b"[" + encoded(order()) + b"]", Reason.NOT_OBJECT),
    ("a text", encoded(text(order())), Reason.NOT_OBJECT),
    ("a number", b"1", Reason.NOT_OBJECT),
    ("null", b"null", Reason.NOT_OBJECT),
    ("Latin-1", replaced("United Kingdom", "@").replace(b'"@"', b'"M\xe9xico"'), Reason.BAD_ENCODING),
    ("Latin-1 in an unknown member", encoded(order(x="@")).replace(b'"@"', b'"\xe9"'), Reason.BAD_ENCODING),
    ("UTF-16 with byte order mark", text(order()).encode("utf-16"), Reason.BAD_ENCODING),
    ("UTF-16 without byte order mark", text(order()).encode("utf-16-be"), Reason.BAD_ENCODING),
    ("UTF-8 with byte order mark", b"\xef\xbb\xbf" + encoded(order()), Reason.BAD_ENCODING),
    ("a surrogate in UTF-8", replaced("LANTERN", "@").replace(b"@", b"\xed\xa0\x80"), Reason.BAD_ENCODING),
    ("NaN as price", replaced('"2.55"', "NaN", with_item()), Reason.NOT_FINITE),
    ("-Infinity as total", replaced('"35.64"', "-Infinity"), Reason.NOT_FINITE),
    ("1e999 as price", replaced('"2.55"', "1e999", with_item()), Reason.NOT_FINITE),
    ("1e999 as quantity", replaced('"quantity":6', '"quantity":1e999', with_item()), Reason.NOT_FINITE),
    ("a quantity of 2^63", encoded(with_item(quantity=2**63)), Reason.OUT_OF_RANGE),
    ("a quantity of 2^200", encoded(with_item(quantity=2**200)), Reason.OUT_OF_RANGE),
    ("a quantity the contract does not allow", encoded(with_item(quantity=1_000_000_001)), Reason.OUT_OF_RANGE),
    ("a price with five decimals", encoded(with_item(unit_price="2.55001")), Reason.OUT_OF_RANGE),
    ("a float's noise as price", replaced('"2.55"', "0.30000000000000004", with_item()), Reason.OUT_OF_RANGE),
    ("a price of 15 whole digits", encoded(with_item(unit_price="100000000000000")), Reason.OUT_OF_RANGE),
    ("a line beyond 18 digits", encoded(with_item(quantity=10**9, unit_price="1000000")), Reason.OUT_OF_RANGE),
    ("a price with a huge exponent", replaced('"2.55"', "1e300", with_item()), Reason.OUT_OF_RANGE),
    ("a price with a tiny exponent", replaced('"2.55"', "1e-99999999999999999999", with_item()), Reason.OUT_OF_RANGE),
    ("nesting of 100,000", b"[" * 100_000 + b"]" * 100_000, Reason.TOO_DEEP),
    ("nesting in an unknown member", replaced('"GBP"', '"GBP","x":' + "[" * 100_000 + "]" * 100_000), Reason.TOO_DEEP),
    ("nesting of 70", replaced('"GBP"', '"GBP","x":' + "[" * 70 + "]" * 70), Reason.TOO_DEEP),
    ("half a surrogate pair", replaced("LANTERN", "\\ud800"), Reason.BAD_UNICODE),
    ("the other half", replaced("LANTERN", "\\ude00 x"), Reason.BAD_UNICODE),
    ("half a pair in an unknown member", replaced('"GBP"', '"GBP","x":"\\ud800 "'), Reason.BAD_UNICODE),
    ("NUL as escape", replaced("LANTERN", "\\u0000"), Reason.NUL_BYTE),
    ("NUL as byte", replaced("LANTERN", "\0"), Reason.NUL_BYTE),
    ("a quantity as text", encoded(with_item(quantity="12")), Reason.WRONG_TYPE),
    ("a quantity that is true", encoded(with_item(quantity=True)), Reason.WRONG_TYPE),
    ("a quantity with a fraction", encoded(with_item(quantity=1.5)), Reason.WRONG_TYPE),
    ("a quantity in full-width digits", encoded(with_item(quantity="１２")), Reason.WRONG_TYPE),  # noqa: RUF001
    ("a price in full-width digits", encoded(with_item(unit_price="１２")), Reason.WRONG_TYPE),  # noqa: RUF001
    ("a price with an underscore", encoded(with_item(unit_price="1_0")), Reason.WRONG_TYPE),
    ("a price that is true", encoded(with_item(unit_price=True)), Reason.WRONG_TYPE),
    ("a price that is a list", encoded(with_item(unit_price=["2.55"])), Reason.WRONG_TYPE),
    ("a price that is the text NaN", encoded(with_item(unit_price="NaN")), Reason.WRONG_TYPE),
    ("a price with a currency", encoded(with_item(unit_price="£2.55")), Reason.WRONG_TYPE),
    ("an order_id that is a number", encoded(order(order_id=536365)), Reason.WRONG_TYPE),
    ("items that are an object", encoded(order(items={})), Reason.WRONG_TYPE),
    ("an item that is a text", encoded(order(items=["85123A"])), Reason.WRONG_TYPE),
    ("a customer that is a text", encoded(order(customer="17850")), Reason.WRONG_TYPE),
    ("a zero quantity", encoded(with_item(quantity=0)), Reason.BUSINESS_RULE),
    ("a negative price", encoded(with_item(unit_price="-2.55")), Reason.BUSINESS_RULE),
    ("a total that is off by a cent", encoded(order(total="35.65")), Reason.BUSINESS_RULE),
    ("no order_id", encoded(without("order_id")), Reason.MISSING_FIELD),
    ("no items", encoded(without("items")), Reason.MISSING_FIELD),
    ("a country that is null", encoded(order(country=None)), Reason.MISSING_FIELD),
    ("a price that is null", encoded(with_item(unit_price=None)), Reason.MISSING_FIELD),
    ("an empty object", b"{}", Reason.MISSING_FIELD),
    ("a currency twice", replaced('"currency"', '"currency":"EUR","currency"'), Reason.DUPLICATE_KEY),
    ("a currency twice, spaced out", replaced('"currency"', '"currency" : "EUR", "currency"'), Reason.DUPLICATE_KEY),
    ("a total twice, as numbers", replaced('"35.64"', '35.64,"total":35.64'), Reason.DUPLICATE_KEY),
    ("a currency twice, once escaped", replaced('"GBP"', '"GBP","\\u0063urrency":"EUR"'), Reason.DUPLICATE_KEY),
    ("a quantity twice", replaced('"quantity":6', '"quantity":7,"quantity":6', with_item()), Reason.DUPLICATE_KEY),
    ("an unknown member twice", replaced('"GBP"', '"GBP","x":1,"x":2'), Reason.DUPLICATE_KEY),
    ("an unknown event_type", encoded(order(event_type="order_teleported")), Reason.UNKNOWN_TYPE),
    ("the next major version", encoded(order(schema_version="2.0")), Reason.UNKNOWN_SCHEMA),
    ("the next major version, all else new", b'{"schema_version":"2.0","id":1}', Reason.UNKNOWN_SCHEMA),
    ("a version that is none", encoded(order(schema_version="latest")), Reason.UNKNOWN_SCHEMA),
    ("a version without minor", encoded(order(schema_version="1")), Reason.BAD_FORMAT),
    ("a time without offset", encoded(order(occurred_at="2010-12-01T08:26:00")), Reason.BAD_TIMESTAMP),
    ("30 February", encoded(order(occurred_at="2010-02-30T08:26:00Z")), Reason.BAD_TIMESTAMP),
    ("seconds since 1970", encoded(order(occurred_at=1291191960)), Reason.BAD_TIMESTAMP),
    ("milliseconds since 1970 as text", encoded(order(occurred_at="1291191960000")), Reason.BAD_TIMESTAMP),
    ("the year 1970", encoded(order(occurred_at="1970-01-01T00:00:00Z")), Reason.BAD_TIMESTAMP),
    ("the year 9999", encoded(order(occurred_at="9999-12-31T23:59:59Z")), Reason.BAD_TIMESTAMP),
    ("the year 1, west of Greenwich", encoded(order(occurred_at="0001-01-01T00:00:00+14:00")), Reason.BAD_TIMESTAMP),
    ("16 minutes ahead", encoded(order(occurred_at="2010-12-01T08:46:01Z")), Reason.CLOCK_SKEW),
    ("an event_id with a blank", encoded(order(event_id="order 1")), Reason.BAD_FORMAT),
    ("an event_id with a line's end", encoded(order(event_id="order-1\n")), Reason.BAD_FORMAT),
    ("a currency in small letters", encoded(order(currency="gbp")), Reason.BAD_FORMAT),
    ("an empty order_id", encoded(order(order_id="")), Reason.BAD_FORMAT),
    ("an order_id of 65 characters", encoded(order(order_id="x" * 65)), Reason.BAD_FORMAT),
    ("no item", encoded(order(items=[], total="0")), Reason.BAD_FORMAT),
    ("5,001 items", encoded(order(items=with_item()["items"] * 5001, total=None)), Reason.BAD_FORMAT),
]


@pytest.mark.parametrize(("data", "reason"), [pytest.param(data, reason, id=name) for name, data, reason in BAD])
def test_a_bad_record_is_set_aside_and_its_neighbours_are_stored(
    data: bytes | str, reason: Reason, processor: BatchProcessor
) -> None:
    result = processor.process(batch_of([*GOOD[:250], data, *GOOD[250:]]))
    assert (result.received, result.stored, dict(result.quarantined)) == (501, 500, {reason.value: 1})
    assert len(rows(result.objects, "orders")) == 500
    (row,) = rows(result.objects, "quarantine")
    assert row["reason"] == reason
    legible = isinstance(data, bytes) and b'"event_type":"order_placed"' in data
    assert row["source"] == ("order_event" if legible else "events")
    assert row["detail"] != "the typed decoder refuses the event", "the strict reading did not find the reason"


def test_every_reason_has_a_record_that_shows_it() -> None:
    # A conflict takes two records: see test_conflicts.py.
    assert {reason for _, _, reason in BAD} == set(Reason) - {Reason.EVENT_ID_CONFLICT}


def test_a_batch_of_nothing_but_bad_records_succeeds_without_an_order(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([data for _, data, _ in BAD] * 5))
    assert result.stored == 0
    assert sum(result.quarantined.values()) == result.received == len(BAD) * 5
    assert {item.zone for item in result.objects} == {"quarantine"}


def test_a_detail_names_the_member_but_never_repeats_a_value(processor: BatchProcessor) -> None:
    bad = [encoded(with_item(quantity="sec-ret")), encoded(order(event_type="sec-ret")), encoded({"sec-ret": 1})]
    bad.append(replaced('"GBP"', '"GBP","sec-ret":1,"sec-ret":2'))
    details = [row["detail"] for row in rows(processor.process(batch_of(bad)).objects, "quarantine")]
    assert details[0] == "items[0].quantity: expected a whole number"
    assert not [detail for detail in details if "sec-ret" in detail]


def test_a_record_is_named_by_its_event_id_or_else_by_a_digest_of_its_bytes(processor: BatchProcessor) -> None:
    named = [encoded(order(7, currency="gbp")), b'{"event_id":"a"}', replaced('"2.55"', "NaN", with_item())]
    unnamed: list[bytes | str] = [
        "%%%",
        b"[]",
        b'{"event_id":7}',
        json.dumps({"event_id": "a b"}).encode(),
        text(order()).encode("utf-16"),
    ]
    result = processor.process(batch_of([*named, *unnamed]))
    identities = [row["record_id"] for row in rows(result.objects, "quarantine")]
    assert identities[:3] == ["order_placed-7", "a", "order_placed-536365"]
    assert [len(identity) for identity in identities[3:]] == [71] * 5
    assert all(identity.startswith("sha256:") for identity in identities[3:])
