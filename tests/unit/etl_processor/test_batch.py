"""Where a batch's records land: by event hour, by shard, under names that only depend on the records."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl_processor.batch import BatchProcessor
from etl_processor.datasets import Contracts
from shared.table_object import object_key
from tests.unit.etl_processor.etl_events import ARRIVAL, KEY, SHARD, batch_of, encoded, entry, keys, order, rows

MIXED: list[bytes | str] = [
    *(encoded(order(number)) for number in range(1, 40)),
    encoded(order(40, occurred_at="2010-11-30T23:59:59.999999Z")),
    b"not json",
    "%%%",
]


def test_the_same_records_give_the_same_objects_byte_for_byte(packed: Contracts) -> None:
    first = BatchProcessor(packed, KEY).process(batch_of(MIXED))
    again = BatchProcessor(packed, KEY).process(batch_of(MIXED))
    assert first == again
    assert len(first.objects) == 5


def test_objects_do_not_depend_on_what_was_processed_before(packed: Contracts) -> None:
    used = BatchProcessor(packed, KEY)
    used.process(batch_of([encoded(order(number, total=None)) for number in range(100)]))
    assert used.process(batch_of(MIXED)) == BatchProcessor(packed, KEY).process(batch_of(MIXED))


def test_a_key_tells_which_records_are_inside(processor: BatchProcessor) -> None:
    records = [entry(encoded(order(number)), number) for number in range(3)]
    sequence_numbers = [record["kinesis"]["sequenceNumber"] for record in records]
    name = rf"{SHARD}-{sequence_numbers[0]}-{sequence_numbers[-1]}-3-[0-9a-f]{{16}}\.parquet"
    orders, items = keys(processor.process(batch_of(records)))
    assert re.fullmatch(rf"orders/year=2010/month=12/day=01/hour=08/{name}", orders)
    assert re.fullmatch(rf"order_items/year=2010/month=12/day=01/hour=08/{name}", items)


def test_batches_cut_differently_have_different_keys(processor: BatchProcessor) -> None:
    records = [entry(encoded(order(number)), number) for number in range(4)]
    whole, head, tail, gap = (
        keys(processor.process(batch_of(part))) for part in (records, records[:2], records[2:], records[::3])
    )
    assert len({*whole, *head, *tail, *gap}) == 8


def test_a_gap_inside_is_told_from_no_gap() -> None:
    assert object_key("orders", 0, SHARD, ["1", "2", "4"]) != object_key("orders", 0, SHARD, ["1", "3", "4"])


def test_an_object_is_named_after_its_own_records_not_after_the_batch(processor: BatchProcessor) -> None:
    late = entry(encoded(order(9, occurred_at="2010-11-30T10:00:00Z")), 0)
    on_time = [entry(encoded(order(number)), number) for number in range(1, 3)]
    alone = set(keys(processor.process(batch_of([late])))) | set(keys(processor.process(batch_of(on_time))))
    assert set(keys(processor.process(batch_of([late, *on_time])))) == alone


def test_a_late_event_lands_in_its_own_hour(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(order(1)), encoded(order(2, occurred_at="2010-02-28T23:30:00Z"))]))
    assert sorted(key.rpartition("/")[0] for key in keys(result)) == [
        "order_items/year=2010/month=02/day=28/hour=23",
        "order_items/year=2010/month=12/day=01/hour=08",
        "orders/year=2010/month=02/day=28/hour=23",
        "orders/year=2010/month=12/day=01/hour=08",
    ]


def test_the_hour_is_that_of_utc(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(order(occurred_at="2010-12-01T00:15:00+05:30"))]))
    assert keys(result)[0].startswith("orders/year=2010/month=11/day=30/hour=18/")


def test_quarantine_is_filed_by_arrival_whatever_the_record_says(processor: BatchProcessor) -> None:
    record = entry(encoded(order(occurred_at="2005-05-05T05:05:05Z", currency="gbp")), 0, arrival=ARRIVAL + 3600)
    (key,) = keys(processor.process(batch_of([record])))
    assert key.startswith("quarantine/events/year=2010/month=12/day=01/hour=09/shardId-")


def test_an_object_never_mixes_shards(processor: BatchProcessor) -> None:
    other = "shardId-000000000007"
    records = [entry(encoded(order(number)), number, shard=(SHARD, other)[number % 2]) for number in range(10)]
    result = processor.process(batch_of(records))
    assert len(result.objects) == 4
    for item in result.objects:
        shard = SHARD if SHARD in item.key else other
        assert {row["_shard_id"] for row in rows([item], item.key.split("/")[0])} == {shard}


def test_nothing_of_a_record_becomes_part_of_a_path(processor: BatchProcessor) -> None:
    hostile = "../../year=1999/${jndi:ldap://x}\n"
    documents = [order(country=hostile, order_id=hostile), order(event_type=hostile), order(occurred_at=hostile)]
    result = processor.process(batch_of(map(encoded, documents)))
    pattern = r"[a-z_/]+/year=2010/month=12/day=01/hour=08/shardId-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9a-f]{16}\.parquet"
    assert [key for key in keys(result) if not re.fullmatch(pattern, key)] == []


def test_an_empty_batch_writes_nothing(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([]))
    assert (result.received, result.stored, dict(result.quarantined), result.objects) == (0, 0, {}, ())


@settings(max_examples=40, deadline=None)
@given(data=st.lists(st.one_of(st.binary(max_size=200), st.text(max_size=50), st.sampled_from(MIXED)), max_size=12))
def test_whatever_comes_is_stored_or_set_aside(processor: BatchProcessor, data: list[Any]) -> None:
    result = processor.process(batch_of(data))
    assert result.received == len(data) == result.stored + sum(result.quarantined.values())
    assert len(rows(result.objects, "orders")) == result.stored
    assert len(rows(result.objects, "quarantine")) == sum(result.quarantined.values())


@pytest.mark.parametrize("size", [0, 1_000_000])
def test_one_record_of_the_streams_limit_is_no_trouble(processor: BatchProcessor, size: int) -> None:
    result = processor.process(batch_of([encoded(order(x="y" * size)), b"x" * 2**20]))
    assert (result.stored, dict(result.quarantined)) == (1, {"not_json": 1})
