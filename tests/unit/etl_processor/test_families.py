"""What holds for every family of events: one bad record among 500 good ones of all families, and what is kept."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from etl_processor.batch import BatchProcessor
from etl_processor.datasets import Contracts
from etl_processor.families import FAMILIES
from shared.rejection import Reason
from tests.unit.etl_processor.etl_events import (
    ARRIVAL,
    EVENTS,
    Document,
    batch_of,
    encoded,
    entry,
    keys,
    order,
    request,
    rows,
    step,
)

MAKERS: dict[str, Callable[..., Document]] = {"order_event": order, "shop_event": step, "web_request_event": request}
GOOD: list[bytes | str] = [encoded(list(MAKERS.values())[number % 3](number)) for number in range(1, 501)]
EMAIL = "jane.roe@example.org"
Make = Callable[..., Document]
Damage = Callable[[Make], bytes | str]


def with_text(old: str, new: str) -> Damage:
    """Bytes that Python's json would not write, in place of an unknown member's."""
    return lambda make: encoded(make(x="@@")).replace(old.encode(), new.encode())


def changed(**changes: Any) -> Damage:
    return lambda make: encoded(make(**changes))


def without(name: str) -> Damage:
    return lambda make: encoded({key: value for key, value in make().items() if key != name})


BAD: list[tuple[str, Damage, Reason]] = [
    ("a character outside the alphabet", lambda make: encoded(make()).decode(), Reason.BAD_BASE64),
    ("a KPL aggregate", lambda make: b"\xf3\x89\x9a\xc2\n\x01a" + encoded(make()), Reason.KPL_AGGREGATED),
    ("a truncated event", lambda make: encoded(make())[:200], Reason.NOT_JSON),
    ("two events in one record", lambda make: encoded(make()) + encoded(make(2)), Reason.NOT_JSON),
    ("5,000 digits", with_text('"@@"', "9" * 5_000), Reason.NOT_JSON),
    ("a list", lambda make: b"[" + encoded(make()) + b"]", Reason.NOT_OBJECT),
    ("Latin-1", lambda make: encoded(make(x="@@")).replace(b"@@", b"\xe9"), Reason.BAD_ENCODING),
    ("UTF-16", lambda make: json.dumps(make()).encode("utf-16"), Reason.BAD_ENCODING),
    ("a byte order mark", lambda make: b"\xef\xbb\xbf" + encoded(make()), Reason.BAD_ENCODING),
    ("NaN", with_text('"@@"', "NaN"), Reason.NOT_FINITE),
    ("1e999", with_text('"@@"', "1e999"), Reason.NOT_FINITE),
    ("nesting of 100,000", with_text('"@@"', "[" * 100_000 + "]" * 100_000), Reason.TOO_DEEP),
    ("half a surrogate pair", with_text("@@", "\\ud800"), Reason.BAD_UNICODE),
    ("NUL as escape", with_text("@@", "\\u0000"), Reason.NUL_BYTE),
    ("NUL as byte", with_text("@@", "\0"), Reason.NUL_BYTE),
    ("an event_id twice", with_text('"x":"@@"', '"event_id":"b"'), Reason.DUPLICATE_KEY),
    ("an event_type twice", with_text('"x":"@@"', '"event_type" : "page_view"'), Reason.DUPLICATE_KEY),
    ("a number as event_id", changed(event_id=7), Reason.WRONG_TYPE),
    ("no event_id", without("event_id"), Reason.MISSING_FIELD),
    ("no event_type", without("event_type"), Reason.MISSING_FIELD),
    ("an event_type that is null", changed(event_type=None), Reason.MISSING_FIELD),
    ("an event_type that is a number", changed(event_type=1), Reason.WRONG_TYPE),
    ("an unknown event_type", changed(event_type="order_teleported"), Reason.UNKNOWN_TYPE),
    ("the next major version", changed(schema_version="2.0"), Reason.UNKNOWN_SCHEMA),
    ("an unknown type of the next major", changed(schema_version="2.0", event_type="x"), Reason.UNKNOWN_SCHEMA),
    ("a version without minor", changed(schema_version="1"), Reason.BAD_FORMAT),
    ("an event_id with a blank", changed(event_id="a b"), Reason.BAD_FORMAT),
    ("a time without offset", changed(occurred_at="2010-12-01T08:26:00"), Reason.BAD_TIMESTAMP),
    ("30 February", changed(occurred_at="2010-02-30T08:26:00Z"), Reason.BAD_TIMESTAMP),
    ("milliseconds since 1970", changed(occurred_at=1_291_191_960_000), Reason.BAD_TIMESTAMP),
    ("the year 1970", changed(occurred_at="1970-01-01T00:00:00Z"), Reason.BAD_TIMESTAMP),
    ("the year 9999", changed(occurred_at="9999-12-31T23:59:59Z"), Reason.BAD_TIMESTAMP),
    ("16 minutes ahead", changed(occurred_at="2010-12-01T08:46:01Z"), Reason.CLOCK_SKEW),
]
OF_ONE_FAMILY: list[tuple[str, Document, Reason]] = [
    ("a cart without product", step(product_code=None), Reason.MISSING_FIELD),
    ("a cart with an empty product", step(product_code=""), Reason.BAD_FORMAT),
    ("a search for nothing", step(event_type="search", search_text=""), Reason.MISSING_FIELD),
    ("a checkout without order", step(event_type="checkout_complete"), Reason.MISSING_FIELD),
    ("a quantity of zero", step(quantity=0), Reason.OUT_OF_RANGE),
    ("a quantity of 2^63", step(quantity=2**63), Reason.OUT_OF_RANGE),
    ("a quantity that is true", step(quantity=True), Reason.WRONG_TYPE),
    ("a negative price", step(unit_price="-2.55"), Reason.BUSINESS_RULE),
    ("a price without currency", step(currency=None), Reason.BUSINESS_RULE),
    ("a price with five decimals", step(unit_price="2.55001"), Reason.OUT_OF_RANGE),
    ("a price that is a text", step(unit_price="two"), Reason.WRONG_TYPE),
    ("a currency in small letters", step(currency="gbp"), Reason.BAD_FORMAT),
    ("an unknown device", step(device="toaster"), Reason.BAD_FORMAT),
    ("no session", step(session_id=None), Reason.MISSING_FIELD),
    ("a status of 99", request(status=99), Reason.OUT_OF_RANGE),
    ("a status beyond 32 bits", request(log_line=2**31), Reason.OUT_OF_RANGE),
    ("a status as text", request(status="200"), Reason.WRONG_TYPE),
    ("an address in clear", request(ip_address_token="203.0.113.7"), Reason.BAD_FORMAT),
    ("a negative size", request(response_bytes=-1), Reason.OUT_OF_RANGE),
    ("no path", request(path=None), Reason.MISSING_FIELD),
]


def test_the_tests_know_every_family() -> None:
    assert {family.EVENT for family in FAMILIES} == EVENTS.keys() == MAKERS.keys()


def assert_set_aside(processor: BatchProcessor, data: bytes | str, reason: Reason) -> None:
    result = processor.process(batch_of([*GOOD[:250], data, *GOOD[250:]]))
    assert (result.received, result.stored, dict(result.quarantined)) == (501, 500, {reason.value: 1})
    assert result.stored_by_event == {"order_event": 166, "shop_event": 167, "web_request_event": 167}
    (row,) = rows(result.objects, "quarantine")
    assert row["reason"] == reason
    assert row["detail"] != "the typed decoder refuses the event", "the strict reading did not find the reason"


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize(("damage", "reason"), [pytest.param(*rest, id=name) for name, *rest in BAD])
def test_a_bad_record_is_set_aside_and_its_neighbours_of_every_family_are_stored(
    event: str, damage: Damage, reason: Reason, processor: BatchProcessor
) -> None:
    assert_set_aside(processor, damage(MAKERS[event]), reason)


@pytest.mark.parametrize(("document", "reason"), [pytest.param(*rest, id=name) for name, *rest in OF_ONE_FAMILY])
def test_what_one_family_asks_for_is_asked_for(document: Document, reason: Reason, processor: BatchProcessor) -> None:
    assert_set_aside(processor, encoded(document), reason)


@pytest.mark.parametrize("event", EVENTS)
def test_a_refused_record_says_which_event_it_was_meant_to_be(event: str, processor: BatchProcessor) -> None:
    spaced = json.dumps(MAKERS[event](currency="gbp", event_id="a b")).encode()
    records: list[bytes | str] = [spaced, encoded(MAKERS[event]())[:200], b"[]", "%%%"]
    result = processor.process(batch_of(records))
    assert [row["source"] for row in rows(result.objects, "quarantine")] == [event, event, "events", "events"]


@pytest.mark.parametrize("event", EVENTS)
def test_a_family_is_told_however_the_record_is_spelled(event: str, processor: BatchProcessor) -> None:
    document = MAKERS[event]()
    nested = {"x": {"event_type": "page_view" if event != "shop_event" else "order_placed"}} | document
    spellings = [encoded(nested), json.dumps(document).encode(), json.dumps(document, indent=1).encode()]
    spellings.append(encoded(document).replace(b'"event_type"', b'"\\u0065vent_type"'))
    spellings.append(
        encoded(document)
        .replace(b'"event_type":"', b'"event_type":"\\u00')
        .replace(b"\\u00" + document["event_type"][:1].encode(), f"\\u00{ord(document['event_type'][0]):x}".encode())
    )
    spellings.append(encoded(dict(reversed(document.items()))))
    for spelling in spellings:
        result = processor.process(batch_of([spelling]))
        assert (result.stored_by_event, result.quarantined) == ({event: 1}, {})
        assert {key.split("/")[0] for key in keys(result)} == set(EVENTS[event])


@pytest.mark.parametrize("event", EVENTS)
def test_a_batch_of_poison_writes_nothing_but_quarantine(event: str, processor: BatchProcessor) -> None:
    data = [encoded(MAKERS[event](number, occurred_at="yesterday")) for number in range(500)]
    result = processor.process(batch_of(data))
    assert (result.stored, result.quarantined) == (0, {"bad_timestamp": 500})
    (item,) = result.objects
    assert (item.zone, item.rows) == ("quarantine", 500)


@pytest.mark.parametrize("event", EVENTS)
def test_members_that_the_contract_does_not_know_are_kept_without_personal_data(
    event: str, processor: BatchProcessor
) -> None:
    extra = {"gift": True, "points": 10**30, "weight": 0.1, "note": f"write {EMAIL}", "recipient_name": "Jane Roe"}
    newer = encoded(MAKERS[event](schema_version="1.7", extra=extra, colour="red"))
    result = processor.process(batch_of([newer, encoded(MAKERS[event](2))]))
    first, second = (row["_extra"] for row in rows(result.objects, EVENTS[event][0]))
    kept = json.loads(first)
    assert (kept.keys(), kept["colour"]) == ({"extra", "colour"}, "red")
    assert {name: kept["extra"][name] for name in ("gift", "points", "weight")} == {
        "gift": True,
        "points": 10**30,
        "weight": 0.1,
    }
    assert kept["extra"]["note"].startswith("write [email ")
    assert kept["extra"]["recipient_name"].startswith("[name ")
    assert second is None


def test_unknown_members_of_members_are_kept_where_they_stood(processor: BatchProcessor) -> None:
    items = order()["items"]
    document = order(items=[items[0], items[1] | {"colour": "red"}], customer={"id": "1", "tier": "gold"})
    result = processor.process(batch_of([encoded(document)]))
    (row,) = rows(result.objects, "orders")
    assert json.loads(row["_extra"]) == {"customer": {"tier": "gold"}, "items": [{}, {"colour": "red"}]}


@pytest.mark.parametrize("event", EVENTS)
def test_what_arrives_more_than_30_days_later_is_late(event: str, processor: BatchProcessor) -> None:
    times = ["2010-11-01T08:30:00.249Z", "2010-11-01T08:30:00.250Z", "2010-11-01T08:30:00.251Z"]
    data = [entry(encoded(MAKERS[event](n + 1, occurred_at=time)), n, arrival=ARRIVAL) for n, time in enumerate(times)]
    result = processor.process(batch_of(data))
    assert [row["late"] for row in rows(result.objects, EVENTS[event][0])] == [True, False, False]
    assert (result.stored, result.late) == (3, 1)


@pytest.mark.parametrize("event", EVENTS)
def test_a_record_of_the_streams_limit_is_stored(event: str, processor: BatchProcessor) -> None:
    room = 2**20 - len(encoded(MAKERS[event](x="")))
    data = encoded(MAKERS[event](x="y" * room))
    assert len(data) == 2**20
    result = processor.process(batch_of([data]))
    assert len(rows(result.objects, EVENTS[event][0])[0]["_extra"]) == room + len('{"x":""}')


HOSTILE = ["../../x", "year=1999/month=01", "a\nb", "${jndi:ldap://x}", "'; DROP TABLE orders; --", '=cmd|"/c calc"!A1']


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_are_stored_as_data_and_nowhere_else(hostile: str, processor: BatchProcessor) -> None:
    documents = [order(1, order_id=hostile), step(1, session_id=hostile), request(1, method=hostile)]
    result = processor.process(batch_of(map(encoded, documents)))
    assert result.stored == 3
    assert rows(result.objects, "orders")[0]["order_id"] == hostile
    assert rows(result.objects, "clickstream")[0]["session_id"] == hostile
    assert not [key for key in keys(result) if hostile in key or ".." in key or "1999" in key or "\n" in key]


def test_a_contract_with_a_pattern_that_the_code_does_not_check_is_refused(packed: Contracts) -> None:
    event = packed.event("shop_event")
    other = Contracts(folder=packed.folder, by_name={**packed.by_name, "web_request_event": event})
    with pytest.raises(ValueError, match=r"patterns of \['currency', 'event_id', 'schema_version'\], this code checks"):
        BatchProcessor(other, b"k" * 64)
