"""Single faults between a stream and the lake, where the fakes make the counts exact: each once, nothing else wrong."""

import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.shop.order_record import Kind, Record
from tests.support.criterion import nothing_lost_nothing_twice
from tests.support.lake_of_objects import seen
from tests.unit.lambda_service.mapping_machine import handler, lake, pool, time_of
from tests.unit.lambda_service.mapping_world import MAX_AGE_SECONDS, MappingWorld
from tests.unit.lambda_service.world_faults import Action, Point
from tests.unit.lambda_service.world_kinesis import KEYS, WorldShard

ARRIVAL = {"_shard_id", "_sequence_number", "_arrival_ts"}


@pytest.fixture(autouse=True)
def _no_logs() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(tmp_path: Path) -> MappingWorld:
    return MappingWorld(tmp_path, handler())


def send(world: MappingWorld, records: list[Record], *, key: int = 0) -> None:
    for record in records:
        world.kinesis.put(record.data, key)


def run(world: MappingWorld) -> None:
    with time_of(world.clock):
        world.run()


def folders(world: MappingWorld) -> dict[str, Path]:
    return {zone: world.folder / zone for zone in ("silver", "quarantine")}


def delivered_again(world: MappingWorld, records: list[Record]) -> int:
    """Rows in the lake beyond one per record, once the criterion holds."""
    ledger = {record.identity: record.expected_reason for record in records}
    accounting = nothing_lost_nothing_twice(lake().read(folders(world)), ledger, kept=world.kept())
    return sum(received.delivered_again for received in accounting.received.values())


def three() -> list[Record]:
    """One batch: two orders of one hour, which therefore share an object, and a bad record."""
    orders = [record for record in pool()[Kind.ORDER] if b'"occurred_at":"2024-11-29T12:' in record.data]
    return [*orders[:2], pool()[Kind.BAD][0]]


@pytest.mark.parametrize(("point", "skip"), [("stored", 0), ("stored", 1), ("checkpoint", 0)])
def test_killed_after_an_object_or_before_the_checkpoint_the_same_batch_writes_the_same_objects(
    world: MappingWorld, point: Point, skip: int
) -> None:
    send(world, three())
    world.plan(point, "crash", skip=skip)
    run(world)
    run(world)
    assert world.befell[point, "crash"] == 1
    assert delivered_again(world, three()) == 0


@pytest.mark.parametrize("answer", ["partial", "error"])
def test_a_batch_that_comes_again_in_other_ranges_leaves_copies_that_no_reader_sees(
    world: MappingWorld, answer: Action
) -> None:
    send(world, three())
    world.plan("answer", answer)
    run(world)
    assert delivered_again(world, three()) > 0


@pytest.mark.parametrize("answer", ["empty identifier", "foreign identifier", "null answer", "whole batch"])
def test_an_answer_that_names_no_record_brings_the_whole_batch_again(world: MappingWorld, answer: Action) -> None:
    send(world, three())
    world.plan("invoke", "error")
    world.plan("answer", answer)
    run(world)
    assert world.befell["answer", answer] == 1
    assert delivered_again(world, three()) >= 0


def test_what_nobody_read_in_time_is_kept_whole_and_counted(world: MappingWorld) -> None:
    send(world, three())
    world.clock.now += MAX_AGE_SECONDS + 1
    young = pool()[Kind.ORDER][2:4]
    send(world, young)
    run(world)
    assert world.kept() == {record.identity for record in three()}
    accounting = nothing_lost_nothing_twice(
        lake().read(folders(world)),
        {record.identity: record.expected_reason for record in (*three(), *young)},
        kept=world.kept(),
    )
    assert (accounting.stored, accounting.lost) == (2, 3)


def test_what_the_stream_itself_forgot_is_counted_as_lost_by_name(world: MappingWorld) -> None:
    lost, arrived = pool()[Kind.ORDER][:1], pool()[Kind.ORDER][1:3]
    send(world, arrived)
    run(world)
    ledger = {record.identity: record.expected_reason for record in (*lost, *arrived)}
    with pytest.raises(AssertionError, match=f"lost: \\['{lost[0].identity}'\\]"):
        nothing_lost_nothing_twice(lake().read(folders(world)), ledger)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_arrival_makes_no_difference_to_what_is_stored(world: MappingWorld, seed: int) -> None:
    records = [*pool()[Kind.ORDER][:12], *pool()[Kind.LATE][:6], *pool()[Kind.BAD][:6]]
    shuffled = random.Random(seed).sample(records, len(records))  # noqa: S311
    send(world, shuffled)
    run(world)
    assert stored(world) == stored_in_order(records, world.folder / "in_order")


def test_parents_are_read_to_their_end_before_a_child_is_begun(world: MappingWorld) -> None:
    records = pool()[Kind.ORDER][:30]
    for number, record in enumerate(records):
        send(world, [record], key=number % KEYS)
        if number in (10, 20):
            assert (world.kinesis.split if number == 10 else world.kinesis.merge)(0)
    run(world)
    assert len(world.kinesis.shards) == 4
    assert world.early == set()
    assert delivered_again(world, records) == 0


def test_an_empty_shard_calls_nobody_and_writes_nothing(world: MappingWorld) -> None:
    world.kinesis.shards["shardId-000000000001"] = WorldShard(KEYS, KEYS, closed=True)
    run(world)
    assert (world.payloads, world.objects()) == ({}, {})


def test_a_record_of_no_bytes_is_one_row_of_quarantine(world: MappingWorld) -> None:
    world.kinesis.put(b"", 0)
    run(world)
    assert [key.split("/")[0] for key in world.objects()] == ["quarantine"]


def stored_in_order(records: list[Record], folder: Path) -> dict[str, set[tuple[object, ...]]]:
    world = MappingWorld(folder, handler())
    send(world, records)
    run(world)
    return stored(world)


def stored(world: MappingWorld) -> dict[str, set[tuple[object, ...]]]:
    """The views without what tells when and where a record arrived."""
    connection = lake().read(folders(world))
    rows = {}
    for view in seen(connection):
        columns = [name for name, *_ in connection.execute(f"DESCRIBE {view}").fetchall() if name not in ARRIVAL]
        rows[view] = set(connection.execute(f"SELECT {', '.join(columns)} FROM {view}").fetchall())  # noqa: S608
    return rows
