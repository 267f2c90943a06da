"""Workers and shards: order over a reshard, errors of Kinesis, the window, the end of a worker."""

import json
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from local.lambda_service.answer import Answered, FunctionFailed, Invocation
from local.lambda_service.drained import has_settled
from local.lambda_service.mapping import Mapping, mapping_from
from local.lambda_service.mapping_runner import Machine, MappingRunner
from tests.unit.lambda_service.fake_kinesis import STREAM, FakeKinesis, FakeShard
from tests.unit.lambda_service.lambda_service_fakes import ERROR, SUCCESS


@dataclass
class FakeFunction:
    """Remembers its batches as texts; answers what it is told."""

    answer: Callable[[list[str]], Invocation] = lambda _: SUCCESS
    batches: list[list[str]] = field(default_factory=list)
    closed: int = 0

    def invoke(self, payload: bytes) -> Invocation:
        self.batches.append([b64decode(entry["kinesis"]["data"]).decode() for entry in json.loads(payload)["Records"]])
        return self.answer(self.batches[-1])

    def close(self) -> None:
        self.closed += 1

    @property
    def texts(self) -> list[str]:
        return [text for batch in self.batches for text in batch]


@dataclass
class Bench:
    """One mapping over a fake Kinesis; `look` is what the service does once per second."""

    work_dir: Path
    kinesis: FakeKinesis = field(default_factory=FakeKinesis)
    function: FakeFunction = field(default_factory=FakeFunction)
    runners: list[MappingRunner] = field(default_factory=list)

    def mapping(self, **settings: Any) -> Mapping:
        usual = {"UUID": "u-1", "State": "Enabled", "EventSourceArn": STREAM, "FunctionArn": "arn:f"}
        return mapping_from(usual | settings)

    def run(self, **settings: Any) -> MappingRunner:
        machine = Machine(
            work_dir=self.work_dir,
            kinesis=cast("Any", self.kinesis),
            s3=cast("Any", None),
            sqs=cast("Any", None),
            role_of=lambda _: "arn:role",
            invoker_of=lambda _: self.function,
        )
        self.runners.append(MappingRunner(self.mapping(**settings), machine))
        return self.runners[-1]

    def drained(self, **settings: Any) -> bool:
        return has_settled(self.mapping(**settings), self.work_dir, cast("Any", self.kinesis))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(work_dir=tmp_path)
    yield bench
    for runner in bench.runners:
        runner.stop()
        for worker in runner.workers.values():
            worker.join(10)


def await_(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not fact():
        assert time.monotonic() < deadline, "did not happen within 20 s"
        time.sleep(0.02)


def look_until(runner: MappingRunner, fact: Callable[[], object]) -> None:
    def looked() -> object:
        runner.look_after()
        return fact()

    await_(looked)


def test_children_of_a_reshard_are_read_after_their_parents_last_record_is_settled(bench: Bench) -> None:
    bench.kinesis.shards = {
        "p": FakeShard(records=["1", "2", "3", "4"], closed=True),
        "a": FakeShard(parents=("p",), records=["5"]),
        "b": FakeShard(parents=("p",), records=["6"]),
    }
    runner = bench.run(BatchSize=2)
    look_until(runner, bench.drained)
    assert bench.function.texts[:4] == ["1", "2", "3", "4"]
    assert sorted(bench.function.texts[4:]) == ["5", "6"]
    assert runner.store.read("p").finished


def test_a_shard_that_closes_while_it_is_read_is_read_to_its_end(bench: Bench) -> None:
    parent = bench.kinesis.shards["p"] = FakeShard(records=["1"])
    runner = bench.run()
    runner.look_after()
    await_(lambda: bench.function.texts == ["1"])
    parent.records.append("2")
    parent.closed = True
    bench.kinesis.shards["c"] = FakeShard(parents=("p",), records=["3"])
    look_until(runner, bench.drained)
    assert bench.function.texts == ["1", "2", "3"]


def test_a_finished_shard_is_not_read_again_after_a_restart(bench: Bench) -> None:
    bench.kinesis.shards = {"p": FakeShard(records=["1"], closed=True)}
    first = bench.run()
    look_until(first, lambda: first.store.read("p").finished)
    bench.kinesis.read_shards.clear()
    bench.run().look_after()
    assert bench.kinesis.read_shards == []


def test_an_empty_read_in_the_middle_of_a_shard_is_not_its_end(bench: Bench) -> None:
    bench.kinesis.shards = {"s": FakeShard(records=["1", "2"], closed=True)}
    bench.kinesis.empty_reads = 1
    assert not bench.drained()
    bench.kinesis.empty_reads = 2
    runner = bench.run()
    look_until(runner, lambda: runner.store.read("s").finished)
    assert bench.function.texts == ["1", "2"]


def test_an_expired_iterator_continues_at_the_checkpoint(bench: Bench) -> None:
    shard = bench.kinesis.shards["s"] = FakeShard(records=["1", "2"])
    runner = bench.run()
    runner.look_after()
    await_(bench.drained)
    bench.kinesis.expire()
    shard.records.append("3")
    await_(bench.drained)
    assert bench.function.texts == ["1", "2", "3"]


def test_what_comes_within_the_window_is_one_batch(bench: Bench) -> None:
    shard = bench.kinesis.shards["s"] = FakeShard(records=["1"])
    bench.run(MaximumBatchingWindowInSeconds=1).look_after()
    await_(lambda: bench.kinesis.read_shards)
    shard.records.append("2")
    await_(bench.drained)
    assert bench.function.batches == [["1", "2"]]


def test_a_stopped_worker_leaves_a_failing_batch_for_its_successor(bench: Bench) -> None:
    bench.kinesis.shards = {"s": FakeShard(records=["1", "2"])}
    bench.function.answer = lambda _: ERROR
    first = bench.run(MaximumRetryAttempts=-1)
    first.look_after()
    await_(lambda: len(bench.function.batches) > 1)
    first.stop()
    await_(lambda: not first.alive)
    assert bench.function.closed == 1
    assert not bench.drained()

    bench.function.answer = lambda _: SUCCESS
    bench.run().look_after()
    await_(bench.drained)


def test_a_worker_ends_when_asked_to_even_if_it_can_reach_nothing(bench: Bench) -> None:
    bench.kinesis.shards = {"s": FakeShard()}
    runner = bench.run()
    runner.look_after()
    del bench.kinesis.shards["s"]  # every read fails from now on
    await_(lambda: runner.workers["s"].figures.last_error)
    runner.stop()
    await_(lambda: not runner.alive)


def test_a_function_killed_by_the_end_of_the_service_costs_no_retry(bench: Bench) -> None:
    bench.kinesis.shards = {"s": FakeShard(records=["1"])}
    runner = bench.run(MaximumRetryAttempts=0)

    def killed(_: list[str]) -> Invocation:
        runner.stop()
        return FunctionFailed("Runtime.ExitError", b"{}")

    bench.function.answer = killed
    runner.look_after()
    await_(lambda: bench.function.batches and not runner.alive)
    assert runner.store.read("s").sequence_number is None


def test_counts_continue_where_the_last_service_left_them(bench: Bench) -> None:
    shard = bench.kinesis.shards["s"] = FakeShard(records=["1", "2"])
    first = bench.run()
    first.look_after()
    await_(bench.drained)
    first.stop()
    await_(lambda: not first.alive)
    shard.records.append("3")
    second = bench.run()
    second.look_after()
    await_(bench.drained)
    assert second.store.read("s").tally.records_delivered == 3


def test_without_a_limit_records_end_with_the_streams_retention(bench: Bench) -> None:
    bench.kinesis.shards = {"s": FakeShard()}
    runner = bench.run()
    runner.look_after()
    assert runner.workers["s"].task.policy.maximum_record_age_seconds == 24 * 3600


@pytest.mark.parametrize("settings", [{"State": "Disabled"}, {"ParallelizationFactor": 2}])
def test_a_mapping_that_is_disabled_or_cannot_be_honoured_reads_nothing(bench: Bench, settings: dict[str, Any]) -> None:
    bench.kinesis.shards = {"s": FakeShard(records=["1"])}
    runner = bench.run(**settings)
    runner.look_after()
    assert runner.workers == {}
    assert not bench.drained(**settings)


def test_a_mapping_from_latest_that_never_ran_is_not_drained(bench: Bench) -> None:
    bench.kinesis.shards = {"s": FakeShard()}
    assert bench.drained()
    assert not bench.drained(StartingPosition="LATEST")


def test_an_answer_of_the_function_is_read_with_the_mappings_settings(bench: Bench) -> None:
    bench.kinesis.shards = {"s": FakeShard(records=["1"])}
    answers = [Answered(b'{"batchItemFailures": [{"itemIdentifier": ""}]}'), SUCCESS]
    bench.function.answer = lambda _: answers.pop(0)
    bench.run(FunctionResponseTypes=["ReportBatchItemFailures"]).look_after()
    await_(bench.drained)
    assert bench.function.texts == ["1", "1"]
