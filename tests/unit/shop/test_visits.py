"""Visitors around the orders of a day: reproducible, in order, and told in the ledger."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from local.shop.bad_visits import VISIT_FAULTS
from local.shop.order_record import Kind, Record, identity_of, record_of
from local.shop.shop_day import generate
from local.shop.visits import with_visits

ORDERS = 400


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(with_visits(generate(ORDERS)))


@pytest.fixture(scope="module")
def visits(records: list[Record]) -> dict[str, list[dict[str, Any]]]:
    """The good steps of each visit, in the order they were sent."""
    found = defaultdict(list)
    for record in records:
        if record.kind is Kind.VISIT:
            step = json.loads(record.data)
            found[step["session_id"]].append(step)
    return found


def test_the_same_day_has_the_same_visits_and_another_seed_others(records: list[Record]) -> None:
    digest = sha256(b"".join(record.data for record in records)).hexdigest()
    assert digest == sha256(b"".join(record.data for record in with_visits(generate(ORDERS)))).hexdigest()
    assert records != list(with_visits(generate(ORDERS), seed=2))


def test_the_orders_stay_as_they_were(records: list[Record]) -> None:
    orders = list(generate(ORDERS))
    assert [record for record in records if record in orders] == orders


def test_every_order_that_was_placed_ends_a_visit(visits: dict[str, Any]) -> None:
    placed = [record for record in generate(ORDERS) if record.kind in (Kind.ORDER, Kind.LATE)]
    documents = [json.loads(record.data) for record in placed]
    ids = {document["order_id"] for document in documents if document["event_type"] == "order_placed"}
    ended = {step["order_id"] for steps in visits.values() for step in steps if "order_id" in step}
    assert ended <= ids
    assert len(ended) > 0.98 * len(ids)  # the others' last step is one of the bad ones
    assert 1 < len(visits) / len(ids) < 3


def test_the_steps_of_a_visit_come_by_time_and_lead_to_the_order(visits: dict[str, Any]) -> None:
    moments = {
        document["order_id"]: document["occurred_at"]
        for document in (json.loads(record.data) for record in generate(ORDERS) if not record.expected_reason)
        if document["event_type"] == "order_placed"
    }
    for steps in visits.values():
        times = [datetime.fromisoformat(step["occurred_at"]) for step in steps]
        assert times == sorted(times)
        if order_id := steps[-1].get("order_id"):
            assert times[-1] == datetime.fromisoformat(moments[order_id])


def test_every_kind_of_step_occurs(visits: dict[str, Any]) -> None:
    kinds = Counter(step["event_type"] for steps in visits.values() for step in steps)
    assert len(kinds) == 8
    assert kinds["product_view"] > kinds["cart_add"] > kinds["cart_remove"] > 0


def test_some_searches_hold_what_nobody_should_type_there(visits: dict[str, Any]) -> None:
    texts = [step["search_text"] for steps in visits.values() for step in steps if "search_text" in step]
    assert 0 < sum("@" in text for text in texts) < 0.1 * len(texts)


def test_repeats_and_bad_steps_are_told_apart(records: list[Record]) -> None:
    steps = [record for record in records if record.partition_key.startswith(("s-", "b-"))]
    kinds = Counter(record.kind for record in steps)
    assert 0.005 < kinds[Kind.REPEAT] / len(steps) < 0.015
    assert 0.002 < kinds[Kind.BAD] / len(steps) < 0.008
    assert all(bool(record.expected_reason) for record in steps if record.kind is Kind.BAD)
    assert not any(record.expected_reason for record in steps if record.kind is Kind.VISIT)
    assert all(identity_of(record.data) == record.identity for record in records)


def test_no_event_id_is_given_twice(records: list[Record]) -> None:
    first_sent = [record.identity for record in records if record.kind is not Kind.REPEAT]
    # An error page has no id of its own, so two of them are one record sent twice.
    pages = {record.identity for record in records if record.data.startswith(b"<")}
    assert max(Counter(identity for identity in first_sent if identity not in pages).values()) == 1


def test_an_order_number_that_comes_back_is_another_visit() -> None:
    document: dict[str, Any] = {
        "event_type": "order_placed",
        "order_id": "1",
        "occurred_at": "2010-12-01T08:26:00Z",
        "currency": "GBP",
        "items": [{"stock_code": "85123A", "quantity": 1, "unit_price": "2.55"}],
    }
    orders = [record_of(document | {"event_id": f"order_placed-{name}"}) for name in ("1", "1:2010-12-02")]
    ids = [record.identity for record in with_visits(orders, repeat_share=0, bad_share=0)]
    assert len(set(ids)) == len(ids) > 10


def test_what_comes_back_or_is_refused_has_no_visit() -> None:
    good = record_of({"event_id": "c-1", "event_type": "order_cancelled", "order_id": "1"})
    bad = Record(data=b"x", partition_key="1", identity="x", kind=Kind.BAD, expected_reason="not_json")
    assert list(with_visits([good, bad])) == [good, bad]


def test_no_step_lies_after_its_day(visits: dict[str, Any]) -> None:
    end = datetime(2024, 11, 30, tzinfo=UTC)
    times = [datetime.fromisoformat(step["occurred_at"]) for steps in visits.values() for step in steps]
    assert end - timedelta(days=5) < min(times) <= max(times) < end


@pytest.mark.parametrize(
    "shares", [{"repeat_share": -0.1}, {"bad_share": 1.5}, {"repeat_share": 0.6, "bad_share": 0.6}]
)
def test_shares_that_cannot_be_are_refused(shares: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="0 or more, and together at most 1"):
        with_visits([], **shares)


def test_each_fault_has_a_name_of_its_own() -> None:
    assert len({fault.name for fault in VISIT_FAULTS}) == len(VISIT_FAULTS)
