import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import islice, pairwise
from typing import Any

import pytest

from local.shop.bad_records import FAULTS
from local.shop.catalogue import amount, popularity, products
from local.shop.order_record import Kind, Record, identity_of
from local.shop.shop_day import DEFAULT_DAY, generate

EVENTS = 20_000


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(generate(EVENTS))


@pytest.fixture(scope="module")
def events(records: list[Record]) -> list[Any]:
    """The good ones, once each."""
    return [json.loads(record.data) for record in records if record.kind in (Kind.ORDER, Kind.LATE)]


def total_of(event: Any) -> Decimal:
    return sum((item["quantity"] * Decimal(item["unit_price"]) for item in event["items"]), Decimal(0))


def moment_of(event: Any) -> datetime:
    return datetime.fromisoformat(event["occurred_at"])


def test_exactly_as_many_records_come_as_were_asked_for(records: list[Record]) -> None:
    assert len(records) == EVENTS
    assert [len(list(generate(number))) for number in (0, 1, 2)] == [0, 1, 2]


def test_the_same_arguments_give_the_same_bytes_on_every_machine() -> None:
    digest = sha256(b"\n".join(record.data for record in generate(2_000))).hexdigest()
    # If the day was changed on purpose, put the new digest here: reruns then no longer repeat what was sent before.
    assert digest[:16] == "f8453a380edaed1c"


@pytest.mark.parametrize(
    "other",
    [
        lambda: generate(500, seed=2),
        lambda: generate(501),
        lambda: generate(500, day=date(2024, 11, 28)),
        lambda: generate(500, late_share=0.03),
    ],
    ids=["seed", "events", "day", "share"],
)
def test_other_arguments_share_no_identity(other: Callable[[], Any]) -> None:
    assert not {record.identity for record in generate(500)} & {record.identity for record in other()}


def test_each_kind_has_its_share(records: list[Record]) -> None:
    kinds = Counter(record.kind for record in records)
    assert 160 <= kinds[Kind.REPEAT] <= 240  # 1 %
    assert 70 <= kinds[Kind.BAD] <= 130  # 0.5 %
    assert 340 <= kinds[Kind.LATE] <= 460  # 2 %


def test_shares_are_as_asked_for() -> None:
    kinds = Counter(record.kind for record in generate(2_000, repeat_share=0.5, bad_share=0.25, late_share=0))
    assert 940 <= kinds[Kind.REPEAT] <= 1_060
    assert 440 <= kinds[Kind.BAD] <= 560
    assert kinds[Kind.LATE] == 0


def test_a_repeat_is_the_bytes_of_an_earlier_record(records: list[Record]) -> None:
    seen: dict[bytes, Record] = {}
    for record in records:
        if record.kind is Kind.REPEAT:
            first = seen[record.data]
            assert (record.identity, record.partition_key) == (first.identity, first.partition_key)
            assert record.expected_reason == first.expected_reason
        else:
            assert record.data not in seen
            seen[record.data] = record


def test_bad_records_are_sometimes_repeated() -> None:
    assert any(record.kind is Kind.REPEAT and record.expected_reason for record in generate(2_000, bad_share=0.2))


def test_no_two_different_records_share_an_identity(records: list[Record]) -> None:
    first_sent = [record for record in records if record.kind is not Kind.REPEAT]
    assert len({record.identity for record in first_sent}) == len(first_sent)


def test_identities_follow_from_the_bytes(records: list[Record]) -> None:
    assert all(identity_of(record.data) == record.identity for record in records)


def test_every_fault_takes_its_turn(records: list[Record]) -> None:
    reasons = [record.expected_reason for record in records if record.kind is Kind.BAD]
    assert reasons[: len(FAULTS)] == [fault.reason for fault in FAULTS]


def test_good_records_expect_no_reason(records: list[Record]) -> None:
    assert not any(record.expected_reason for record in records if record.kind in (Kind.ORDER, Kind.LATE))


def test_late_events_happened_one_to_three_days_before(records: list[Record]) -> None:
    late = [json.loads(record.data) for record in records if record.kind is Kind.LATE]
    days = Counter((DEFAULT_DAY - moment_of(event).date()).days for event in late)
    assert set(days) == {1, 2, 3}


def test_the_other_events_come_in_the_order_of_their_day(records: list[Record]) -> None:
    moments = [moment_of(json.loads(record.data)) for record in records if record.kind is Kind.ORDER]
    assert all(earlier <= later for earlier, later in pairwise(moments))
    assert {moment.date() for moment in moments} == {DEFAULT_DAY}
    assert max(moments) < datetime.now(UTC) - timedelta(days=30)


def test_the_evening_is_busier_than_the_night(events: list[Any]) -> None:
    hours = Counter(moment_of(event).hour for event in events)
    assert set(hours) == set(range(24))
    assert hours[20] > 10 * hours[3]


def test_a_stated_total_is_the_sum_of_the_items(events: list[Any]) -> None:
    stated = [event for event in events if "total" in event]
    assert all(Decimal(event["total"]) == total_of(event) for event in stated)
    assert 0.88 < len(stated) / len(events) < 0.92


def test_about_one_event_in_twenty_cancels_an_earlier_order_once(events: list[Any]) -> None:
    placed: dict[str, Any] = {}
    cancelled: set[str] = set()
    for event in events:
        order_id = event["order_id"]
        if event["event_type"] == "order_placed":
            placed[order_id] = event
            continue
        assert order_id not in cancelled
        assert moment_of(placed[order_id]) <= moment_of(event)
        assert total_of(event) == -total_of(placed[order_id])
        cancelled.add(order_id)
    assert 0.045 < len(cancelled) / len(events) < 0.055


def test_orders_have_one_to_eight_items_of_the_catalogue_at_its_prices(events: list[Any]) -> None:
    prices = {product.stock_code: product.price for product in products()}
    assert {len(event["items"]) for event in events} == set(range(1, 9))
    assert all(prices[item["stock_code"]] == item["unit_price"] for event in events for item in event["items"])


def test_few_products_make_most_of_the_sales(events: list[Any]) -> None:
    sold = Counter(item["stock_code"] for event in events for item in event["items"])
    best = sum(count for _, count in sold.most_common(len(products()) // 5))
    assert best / sold.total() > 0.6
    assert len(sold) > 0.9 * len(products())


def test_customers_come_back_and_some_are_guests(events: list[Any]) -> None:
    orders = [event for event in events if event["event_type"] == "order_placed"]
    known = [event["customer"]["id"] for event in orders if event["customer"]]
    assert 0.83 < len(known) / len(orders) < 0.87
    assert len(set(known)) < len(known)


def test_personal_data_is_nowhere_but_in_reserved_ranges(records: list[Record]) -> None:
    text = b"\n".join(record.data for record in records)
    domains = Counter(re.findall(rb"@([a-z0-9.]+)", text))
    addresses = Counter(re.findall(rb"\b(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}\b", text))
    assert set(domains) == {b"example.com", b"example.org", b"example.net"}
    assert set(addresses) == {b"192.0.2", b"198.51.100", b"203.0.113"}


def test_a_day_of_a_million_records_starts_at_once() -> None:
    assert len(list(islice(generate(1_000_000), 3))) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"events": -1}, "events is -1, expected 0 or more"),
        ({"events": 1, "bad_share": -0.1}, "each share must be 0 or more"),
        ({"events": 1, "bad_share": 0.6, "late_share": 0.6}, "all together at most 1"),
    ],
)
def test_impossible_wishes_are_refused_at_once(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        generate(**arguments)


def test_products_are_always_the_same() -> None:
    assert len({product.stock_code for product in products()}) == len(products()) == len(popularity()) == 1_920
    assert len({product.description for product in products()}) == 1_920
    assert all(Decimal(product.price) * 10_000 == product.price_units for product in products())


@pytest.mark.parametrize(
    ("units", "written"),
    [(0, "0.00"), (125, "0.0125"), (25_500, "2.55"), (-25_500, "-2.55"), (1_000_000, "100.00"), (5, "0.0005")],
)
def test_an_amount_is_written_exactly(units: int, written: str) -> None:
    assert amount(units) == written
