"""What S3, Kinesis and a dying function do to a file: once the fault is gone, every line is there once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.demo.platform import Platform
from tests.support.fault_proxy import ALWAYS, Fault, FaultProxy, fault_proxy
from tests.support.file_fault_bench import FileFaultBench, file_fault_bench
from tests.support.killing import kill_when, wait_for
from tests.unit.log_forwarder.forwarder_fakes import log_line, log_of

GOOD, BAD = 1_200, 40
CONTENT = log_of(*(log_line(n) for n in range(1, GOOD + 1)), *(f"broken {n}" for n in range(BAD)))
QUARANTINE, FILE = "/quarantined_rows/", "/web_logs/a.log"


@pytest.fixture(scope="module")
def proxy(platform: Platform) -> Iterator[FaultProxy]:
    with fault_proxy(platform.aws.endpoint) as proxy:
        yield proxy


@pytest.fixture
def bench(platform: Platform, proxy: FaultProxy, tmp_path: Path) -> Iterator[FileFaultBench]:
    with file_fault_bench(platform.aws.endpoint, proxy, tmp_path) as bench:
        yield bench


def ids(bench: FileFaultBench) -> list[str]:
    return [event["event_id"] for event in bench.events()]


def all_is_there(bench: FileFaultBench) -> None:
    assert len(set(ids(bench))) == GOOD
    assert len(bench.quarantined()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "slow_down", "method": "GET", "part": FILE, "times": 2},
        {"kind": "slow_down", "method": "PUT", "part": QUARANTINE, "times": 2},
        {"kind": "throttle", "operation": "PutRecords", "times": 2},
        {"kind": "reset", "method": "GET", "part": FILE, "times": 1},
    ],
    ids=["file", "quarantine", "stream", "connection"],
)
def test_a_service_that_is_busy_for_a_moment_costs_nothing_but_time(
    bench: FileFaultBench, fault: dict[str, Any]
) -> None:
    planned = bench.proxy.plan(Fault(**fault))
    bench.land(CONTENT)
    bench.process()
    all_is_there(bench)
    assert planned.befell == planned.times
    assert bench.worker.figures.tally.left == 0
    assert len(ids(bench)) == GOOD


def test_a_quarantine_that_is_busy_for_good_leaves_the_file_to_be_told_of_again(bench: FileFaultBench) -> None:
    busy = bench.proxy.plan(Fault(kind="slow_down", method="PUT", part=QUARANTINE, times=ALWAYS))
    bench.land(CONTENT)
    bench.worker.start()
    wait_for(lambda: bench.worker.figures.tally.left >= 1, what="the failed message")
    assert bench.quarantined() == {}
    assert any(bench.waiting())
    busy.mend()
    bench.process()
    all_is_there(bench)


def test_an_answer_lost_after_it_took_effect_leaves_one_object_and_one_request_per_line(bench: FileFaultBench) -> None:
    objects = bench.proxy.plan(Fault(kind="reset_after", method="PUT", part=QUARANTINE))
    records = bench.proxy.plan(Fault(kind="reset_after", operation="PutRecords"))
    bench.land(CONTENT)
    bench.process()
    all_is_there(bench)
    assert (objects.befell, records.befell) == (1, 1)
    assert len(ids(bench)) > GOOD


def test_a_function_killed_within_a_file_is_followed_by_one_that_completes_it(bench: FileFaultBench) -> None:
    bench.proxy.plan(Fault(kind="delay", method="PUT", part=QUARANTINE, seconds=3))
    bench.land(CONTENT)
    bench.worker.start()
    kill_when(lambda: len(bench.events()) == GOOD, bench.function_pid, what="all events, and no quarantine yet")
    wait_for(lambda: bench.worker.figures.tally.function_errors == 1, what="the end of the invocation")
    bench.process()
    all_is_there(bench)
    assert bench.worker.figures.tally.invocations == 2


def test_a_file_told_of_again_and_again_changes_nothing_that_a_reader_sees(bench: FileFaultBench) -> None:
    bench.land(CONTENT)
    bench.process()
    before, objects = set(ids(bench)), bench.quarantined()
    for _ in range(2):
        bench.tell_again()
        bench.process()
    assert len(ids(bench)) == 3 * GOOD
    assert (set(ids(bench)), bench.quarantined()) == (before, objects)
