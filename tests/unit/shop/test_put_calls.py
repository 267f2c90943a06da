"""Are records of one key kept in their order, and others not held up by them?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count, islice

from local.shop.order_record import Kind, Record
from local.shop.put_calls import MAX_RECORD_BYTES, MOST_WAITING, MOST_WAITING_BYTES, calls
from local.shop.shop_day import generate
from local.shop.visits import with_visits


def record(data: bytes, *, key: str) -> Record:
    return Record(data=data, partition_key=key, identity=data[:40].decode(), kind=Kind.ORDER)


def by_key(records: Sequence[Record]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = defaultdict(list)
    for each in records:
        found[each.partition_key].append(each.data)
    return found


def test_bursts_of_one_key_share_their_calls_with_others() -> None:
    burst = [record(f"{key}-{step}".encode(), key=f"{key}") for key in range(1_000) for step in range(5)]
    made = list(calls(burst))
    assert [len(call) for call in made] == [500] * 10
    assert by_key([each for call in made for each in call]) == by_key(burst)


def test_visits_and_orders_travel_in_full_calls_and_in_the_order_of_each_key() -> None:
    day = list(with_visits(generate(1_000)))
    made = list(calls(day))
    assert len(made) < len(day) / 200
    assert all(len({each.partition_key for each in call}) == len(call) for call in made)
    assert by_key([each for call in made for each in call]) == by_key(day)


def test_of_a_key_that_does_not_end_a_bounded_number_waits() -> None:
    drawn: list[int] = []

    def endless() -> Iterator[Record]:
        for place in count():
            drawn.append(place)
            yield record(b"%d" % place, key="hot")

    assert [len(call) for call in islice(calls(endless()), 3)] == [1, 1, 1]
    assert len(drawn) <= MOST_WAITING + 3


def test_large_records_that_wait_are_bounded_by_their_size() -> None:
    drawn: list[int] = []

    def endless() -> Iterator[Record]:
        for place in count():
            drawn.append(place)
            yield record(b"x" * (MAX_RECORD_BYTES - 10), key="hot")

    next(calls(endless()))
    assert len(drawn) <= MOST_WAITING_BYTES / MAX_RECORD_BYTES + 2


def test_a_large_record_that_waits_is_not_overtaken_by_a_smaller_one_of_its_key() -> None:
    large = MAX_RECORD_BYTES - 10
    first = [record(b"x" * large, key=f"e{place}") for place in range(5)]
    made = list(calls([*first, record(b"y" * large, key="k"), record(b"z", key="k"), record(b"c", key="c")]))
    assert by_key([each for call in made for each in call])["k"] == [b"y" * large, b"z"]
