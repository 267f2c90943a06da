"""What a network and a stream do to producers and readers: each time nothing is lost and nothing is seen twice."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.demo.platform import Platform
from local.shop.order_record import Kind, Record, encode
from local.shop.shop_day import generate
from tests.support.client_faults import RefusedEntries
from tests.support.fault_bench import FaultBench, fault_bench
from tests.support.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.support.killing import wait_for


@pytest.fixture(scope="module")
def proxy(platform: Platform) -> Iterator[FaultProxy]:
    with fault_proxy(platform.aws.endpoint) as proxy:
        yield proxy


@pytest.fixture
def bench(platform: Platform, proxy: FaultProxy, tmp_path: Path) -> Iterator[FaultBench]:
    with fault_bench(platform.aws.endpoint, proxy, tmp_path, shards=2) as bench:
        yield bench


def records(count: int, *, seed: int) -> list[Record]:
    """With bad and late ones among them; no repeats, so that what is sent twice is the fault's doing."""
    return list(generate(count, seed=seed, bad_share=0.05, late_share=0.1, repeat_share=0.0))


def test_after_lost_answers_of_putrecords_the_repeats_are_on_the_stream_and_no_reader_sees_them(
    bench: FaultBench,
) -> None:
    lost = bench.proxy.plan(Fault(kind="reset_after", operation="PutRecords", times=2, skip=3))
    for chunk in chunks(records(300, seed=11), 30):
        bench.send(chunk, client=bench.befallen("kinesis"))
    accounting = bench.process()
    received = accounting.received
    assert lost.befell == 2
    assert received["orders"].sent_again + received["quarantine"].sent_again == 2 * 30
    assert accounting.sent_unique == 300
    bench.second_run()


def test_entries_that_putrecords_refuses_are_sent_again_and_the_others_are_not(bench: FaultBench) -> None:
    client = bench.direct("kinesis")
    fault = RefusedEntries(places={3, 7}, times=4).within(client)
    report = [bench.send(chunk, client=client) for chunk in chunks(records(100, seed=12), 10)]
    accounting = bench.process()
    assert sum(each.resent for each in report) == fault.refused >= 8
    assert accounting.sent_unique == 100
    assert all(received.sent_again == 0 for received in accounting.received.values())


def test_a_throttled_stream_takes_everything_in_the_end_and_gives_it_all_back(bench: FaultBench) -> None:
    puts = bench.proxy.plan(Fault(kind="throttle", operation="PutRecords", times=20, every=3))
    reads = bench.proxy.plan(Fault(kind="throttle", operation="GetRecords", times=4, every=2))
    bench.start()
    for chunk in chunks(records(120, seed=13), 10):
        bench.send(chunk, client=bench.befallen("kinesis"))
    assert bench.process().sent_unique == 120
    assert puts.befell >= 4
    assert reads.befell == 4


def test_of_two_payloads_under_one_id_the_first_is_seen_and_the_other_stays_findable(bench: FaultBench) -> None:
    (first,) = generate(1, seed=14, bad_share=0.0, late_share=0.0, repeat_share=0.0)
    changed = encode(json.loads(first.data) | {"country": "Elsewhere"})
    other = Record(data=changed, partition_key=first.partition_key, identity=first.identity, kind=Kind.ORDER)
    bench.send([first])
    bench.process()
    bench.send([other])  # in a batch of its own: the function cannot know of the first
    accounting = bench.process()
    assert (accounting.stored, accounting.received["orders"].sent_again) == (1, 1)
    lake = bench.lake.read(bench.fetched())
    assert lake.execute("SELECT _sequence_number FROM orders_live").fetchall() == [("1",)]
    assert lake.execute("SELECT event_id, records, refused FROM orders_conflicts").fetchall() == [
        (first.identity, 2, 0)
    ]


def test_splits_and_merges_in_mid_stream_leave_no_gap(bench: FaultBench) -> None:
    kinesis, sent = bench.direct("kinesis"), records(200, seed=15)
    bench.start()
    bench.send(sent[:70])
    first, second = open_shards(bench)
    kinesis.split_shard(StreamName=bench.name, ShardToSplit=first["ShardId"], NewStartingHashKey=middle(first))
    bench.send(sent[70:140])
    left, right = sorted(open_shards(bench), key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))[:2]
    kinesis.merge_shards(StreamName=bench.name, ShardToMerge=left["ShardId"], AdjacentShardToMerge=right["ShardId"])
    bench.send(sent[140:])
    assert bench.process().sent_unique == 200
    assert len(open_shards(bench)) == 2
    assert second["ShardId"] in {shard["ShardId"] for shard in open_shards(bench)}
    bench.second_run()


def test_a_function_without_concurrency_is_caught_up_with_and_costs_no_retry(bench: FaultBench) -> None:
    bench.directory.settings["reserved_concurrency"] = 0
    bench.send(records(40, seed=16))
    bench.start()
    wait_for(lambda: bench.tally().not_invoked >= 3, what="the throttling")
    bench.directory.settings.clear()
    bench.drain()
    assert (bench.tally().retries, bench.tally().discarded) == (0, 0)
    assert bench.process().sent_unique == 40


def chunks(whole: list[Record], size: int) -> Iterator[list[Record]]:
    """One call of PutRecords each: no key stands twice in a generated day without cancellations of its own."""
    return (whole[first : first + size] for first in range(0, len(whole), size))


def open_shards(bench: FaultBench) -> list[dict[str, Any]]:
    shards = bench.direct("kinesis").list_shards(StreamName=bench.name)["Shards"]
    return [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]


def middle(shard: dict[str, Any]) -> str:
    limits = shard["HashKeyRange"]
    return str((int(limits["StartingHashKey"]) + int(limits["EndingHashKey"])) // 2)
