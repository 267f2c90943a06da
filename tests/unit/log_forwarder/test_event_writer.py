import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from log_forwarder.event_writer import ATTEMPTS, LONGEST_PAUSE_SECONDS, EventWriter, StreamRefusesError
from tests.unit.log_forwarder.forwarder_fakes import FakeKinesis


def written(count: int, refuses: Callable[[int, int], bool], *, size: int = 20) -> tuple[FakeKinesis, list[float], int]:
    kinesis, pauses = FakeKinesis(refuses), list[float]()
    writer = EventWriter(cast("Any", kinesis), "events", sleep=pauses.append)
    for number in range(count):
        writer.add(f"e-{number}", json.dumps({"n": number, "pad": "x" * size}).encode())
    writer.flush()
    return kinesis, pauses, writer.resent


def numbers(kinesis: FakeKinesis) -> list[int]:
    return sorted(event["n"] for event in kinesis.events)


def test_a_call_takes_no_more_than_the_stream_does() -> None:
    kinesis, pauses, resent = written(1_201, lambda *_: False)
    assert kinesis.calls == [500, 500, 201]
    assert (pauses, resent) == ([], 0)
    large, _, _ = written(20, lambda *_: False, size=1_000_000)
    assert max(large.calls) <= 4
    assert numbers(large) == list(range(20))


def test_only_what_was_refused_is_sent_again() -> None:
    kinesis, _, resent = written(10, lambda call, position: call == 1 and position in (3, 7))
    assert kinesis.calls == [10, 2]
    assert numbers(kinesis) == list(range(10))
    assert resent == 2


def test_pauses_grow_up_to_a_ceiling_and_are_never_the_same_for_all() -> None:
    first = written(5, lambda call, _: call < ATTEMPTS)[1]
    second = written(5, lambda call, _: call < ATTEMPTS)[1]
    assert len(first) == ATTEMPTS - 1
    assert all(0 <= pause <= LONGEST_PAUSE_SECONDS for pause in first)
    assert first != second


def test_what_is_refused_for_good_is_said_and_not_forgotten() -> None:
    with pytest.raises(StreamRefusesError, match="events refuses 5 records after 8 attempts"):
        written(5, lambda *_: True)


def test_nothing_is_sent_where_nothing_waits() -> None:
    assert written(0, lambda *_: False)[0].calls == []
