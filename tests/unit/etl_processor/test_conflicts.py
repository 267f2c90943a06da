"""One event_id under two payloads in one batch: the first is kept, the other is seen."""

import json
from typing import Any

import pytest

from etl_processor.batch import BatchProcessor
from tests.unit.etl_processor.etl_events import Document, batch_of, encoded, order, request, rows, step, with_item

OTHERS: dict[str, tuple[str, Document, Document]] = {
    "another country": ("orders", order(), order(country="France")),
    "another customer": ("orders", order(), order(customer={"email": "john.doe@example.org"})),
    "another line": ("orders", with_item(), with_item(description="BLACK HANGING HEART")),
    "another hour": ("orders", order(), order(occurred_at="2010-12-01T07:26:00Z")),
    "an unknown member more": ("orders", order(), order(gift=True)),
    "another page": ("clickstream", step(), step(page_path="/")),
    "another status": ("web_requests", request(), request(status=404)),
}


@pytest.mark.parametrize(("table", "first", "later"), OTHERS.values(), ids=OTHERS)
def test_the_first_payload_is_stored_and_the_other_set_aside(
    table: str, first: Document, later: Document, processor: BatchProcessor
) -> None:
    result = processor.process(batch_of([encoded(first), encoded(later), encoded(first), encoded(later)]))
    assert (result.stored, result.quarantined) == (2, {"event_id_conflict": 2})
    assert {row["event_id"] for row in rows(result.objects, table)} == {first["event_id"]}
    for row in rows(result.objects, "quarantine"):
        assert (row["record_id"], row["reason"]) == (first["event_id"], "event_id_conflict")


SAME: dict[str, Any] = {
    "the same bytes": encoded(order()),
    "with blanks": json.dumps(order(), indent=1).encode(),
    "in another order": encoded(dict(reversed(order().items()))),
    "with escapes": encoded(order()).replace(b"@", b"\\u0040"),
    "an amount spelled otherwise": encoded(order(total=35.64)),
    "an instant spelled otherwise": encoded(order(occurred_at="2010-12-01T09:26:00.000+01:00")),
}


@pytest.mark.parametrize("again", SAME.values(), ids=SAME)
def test_a_repeat_passes_however_it_is_spelled(again: bytes, processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(order()), again]))
    assert (result.stored, result.quarantined) == (2, {})


def test_an_id_is_taken_within_its_family_alone_however_the_batches_are_cut(processor: BatchProcessor) -> None:
    name = order()["event_id"]
    records = [encoded(event) for event in (order(), step(event_id=name), request(event_id=name))]
    at_once = [processor.process(batch_of(records))]
    apart = [processor.process(batch_of([record])) for record in records]
    for results in (at_once, apart):
        assert [result.quarantined for result in results] == [{}] * len(results)
        for table in ("orders", "clickstream", "web_requests"):
            found = [row["event_id"] for result in results for row in rows(result.objects, table)]
            assert found == [name]


def test_a_refused_payload_is_filed_under_its_own_family_whatever_else_it_holds(processor: BatchProcessor) -> None:
    """The views of conflicts ask for it."""
    other = {"note": {"event_type": "cart_add"}} | order(country="France")
    result = processor.process(batch_of([encoded(order()), encoded(other)]))
    assert [row["source"] for row in rows(result.objects, "quarantine")] == ["order_event"]


def test_a_refused_record_does_not_claim_its_id(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(order(currency="gbp")), encoded(order())]))
    assert (result.stored, result.quarantined) == (1, {"bad_format": 1})


def test_the_first_is_kept_though_its_time_lies_ahead_of_the_later_ones_arrival(processor: BatchProcessor) -> None:
    ahead = order(occurred_at="2010-12-01T08:45:00Z")
    result = processor.process(batch_of([encoded(ahead), encoded(order())]))
    assert (result.stored, result.quarantined) == (1, {"event_id_conflict": 1})
