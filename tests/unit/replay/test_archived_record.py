import json
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from local.shop.bad_records import FAULTS, bad_record
from local.shop.order_record import identity_of
from local.shop.shop_day import generate
from replay.archived_record import MAX_RECORD_BYTES, records_of


def archived(*records: bytes) -> list[bytes]:
    """The lines of an object as Firehose writes it and `lines_of` reads it."""
    return b"".join(record + b"\n" for record in records).split(b"\n")[:-1]


def found(*records: bytes) -> list[bytes]:
    return [record.data for record in records_of(archived(*records))]


def event(number: int, **more: object) -> bytes:
    return json.dumps({"event_id": f"e-{number}", "event_type": "order_placed", **more}).encode()


def pretty(number: int) -> bytes:
    return json.dumps(
        {"event_id": f"e-{number}", "event_type": "x", "items": [{"a": 1}, {"b": [2]}]}, indent=1
    ).encode()


def test_a_record_is_a_line() -> None:
    assert found(event(1), event(2), event(3)) == [event(1), event(2), event(3)]


def test_a_document_of_several_lines_is_one_record_byte_for_byte() -> None:
    windows = pretty(2).replace(b"\n", b"\r\n")
    assert found(event(1), pretty(2), windows, event(3)) == [event(1), pretty(2), windows, event(3)]


def test_a_record_that_breaks_off_takes_no_other_with_it() -> None:
    for cut in range(1, len(event(1, items=[{"a": [1, 2]}], text="a, b"))):
        broken = event(1, items=[{"a": [1, 2]}], text="a, b")[:cut]
        assert found(broken, event(2), pretty(3)) == [broken, event(2), pretty(3)]


def test_bytes_that_are_no_text_do_not_spoil_their_neighbours() -> None:
    latin, utf_16 = event(1).replace(b"e-1", b"\xe9-1"), b"\xff\xfe" + event(1).decode().encode("utf-16-le")
    assert found(latin, pretty(2), utf_16, pretty(3), b"\xf3\x89\x9a\xc2", event(4)) == [
        latin,
        pretty(2),
        utf_16,
        pretty(3),
        b"\xf3\x89\x9a\xc2",
        event(4),
    ]


def test_only_what_names_itself_and_its_type_is_an_event() -> None:
    ids = {record.data: record.event_id for record in records_of(archived(event(1), b"plain", b"[1]", b'{"a": 1}'))}
    assert ids == {event(1): "e-1", b"plain": None, b"[1]": None, b'{"a": 1}': None}


def test_every_known_bad_record_is_found_under_the_name_that_quarantine_gives_it() -> None:
    orders = [json.loads(record.data) for record in generate(len(FAULTS), seed=5, bad_share=0, repeat_share=0)]
    bad = [bad_record(order, fault) for order, fault in zip(orders, FAULTS, strict=True)]
    records = list(records_of(archived(*(record.data for record in bad))))
    assert [record.data for record in records] == [record.data for record in bad]
    for record, sent in zip(records, bad, strict=True):
        assert sent.identity == identity_of(record.data)
        assert sent.identity in record.ids


def test_a_record_made_to_waste_time_does_not() -> None:
    lines = [b'{"a":1,'] + [b'"a":{},'] * (MAX_RECORD_BYTES // 8)
    blank, nested = [b"{"] + [b""] * MAX_RECORD_BYTES, [b'{"a":'] * 10_000
    began = time.process_time()
    for waste in (lines, blank, nested):
        assert list(records_of([*waste, event(2)]))[-1].data == event(2)
    assert time.process_time() - began < 60


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.dictionaries(st.text(max_size=3), DOCUMENTS, max_size=3), st.sampled_from([None, 0, 2]))))
def test_whatever_objects_are_archived_come_out_as_they_went_in(
    documents: list[tuple[dict[str, object], int | None]],
) -> None:
    records = [json.dumps(document, indent=indent, ensure_ascii=False).encode() for document, indent in documents]
    assert found(*records) == records
