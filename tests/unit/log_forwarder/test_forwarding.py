import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count

import pytest

from log_forwarder.forwarding import Forwarded, Forwarder
from log_forwarder.log_lines import LogLine, log_lines
from log_forwarder.set_aside import PART_LINES, BadLine, LogFile, QuarantineParts
from tests.unit.log_forwarder.forwarder_fakes import ARRIVED, KEY, log_line, log_of


@dataclass
class FakeDestination:
    """Keeps the events, and the bad lines of each part."""

    events: dict[str, bytes] = field(default_factory=dict)
    parts: list[list[BadLine]] = field(default_factory=list)

    def forward(self, event_id: str, event: bytes) -> None:
        self.events[event_id] = event

    def done(self, set_aside: list[BadLine]) -> None:
        self.parts.append(set_aside)

    @property
    def bad_lines(self) -> dict[int, BadLine]:
        return {line.number: line for part in self.parts for line in part}


def always() -> bool:
    return True


Forward = Callable[..., tuple[Forwarded, FakeDestination]]


@pytest.fixture
def forward(forwarder: Forwarder) -> Forward:
    def run(
        content: bytes, *, key: str = KEY, first: int = 1, has_time: Callable[[], bool] = always
    ) -> tuple[Forwarded, FakeDestination]:
        destination = FakeDestination()
        lines: Iterator[LogLine] = log_lines(io.BytesIO(content))  # type: ignore[arg-type]
        result = forwarder.forward(lines, destination, log_file=key, first=first, has_time=has_time)
        return result, destination

    return run


def test_every_line_is_forwarded_or_set_aside(forward: Forward) -> None:
    result, to = forward(log_of(log_line(1), "cut off", "", log_line(2), '{"a": 1}'))
    assert (result.lines, result.forwarded) == (4, 2)
    assert result.set_aside == {"bad_format": 1, "missing_field": 1}
    assert sorted(to.bad_lines) == [2, 5]
    assert result.next_line is None


def test_an_event_says_what_the_contract_asks_for(forward: Forward) -> None:
    _, to = forward(log_of(log_line(1, request="GET /a?name=jane HTTP/1.1")))
    ((event_id, event),) = to.events.items()
    document = json.loads(event)
    assert document.pop("ip_address_token") != "83.149.9.216"
    assert document == {
        "event_id": event_id,
        "event_type": "web_request",
        "schema_version": "1.0",
        "occurred_at": "2015-05-17T10:05:03+00:00",
        "method": "GET",
        "path": "/a",
        "protocol": "HTTP/1.1",
        "status": 200,
        "response_bytes": 203_023,
        "referrer": "http://shop.example.com/",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/9.0.597.98",
        "log_file": KEY,
        "log_line": 1,
    }


def test_equal_lines_are_two_requests_and_the_same_file_again_none(forward: Forward) -> None:
    content = log_of(log_line(1), log_line(1))
    _, first = forward(content)
    _, again = forward(content)
    assert len(first.events) == 2
    assert first.events == again.events
    _, elsewhere = forward(content, key="web_logs/other.log")
    assert not first.events.keys() & elsewhere.events.keys()


def test_what_is_longer_than_the_contract_allows_is_set_aside(forward: Forward) -> None:
    result, _ = forward(
        log_of(log_line(1, request=f"GET /{'x' * 8_192} HTTP/1.1"), log_line(2, request="GET ?a HTTP/1.1"))
    )
    assert result.set_aside == {"out_of_range": 1, "missing_field": 1}


def mixed_log(lines: int) -> bytes:
    dice = random.Random(7)  # noqa: S311
    return log_of(*(log_line(n) if dice.random() < 0.9 else f"broken {n}" for n in range(1, lines + 1)))


def test_work_that_ends_between_parts_goes_on_there_to_the_same_effect(forward: Forward) -> None:
    content = mixed_log(3 * PART_LINES + 17)
    whole, expected = forward(content)
    events: dict[str, bytes] = {}
    bad: dict[int, BadLine] = {}
    first: int | None = 1
    pieces = 0
    while first is not None:
        turns = count(1)
        result, to = forward(content, first=first, has_time=lambda turns=turns: next(turns) < 2)
        events |= to.events
        bad |= to.bad_lines
        first, pieces = result.next_line, pieces + 1
    assert pieces == 2
    assert (events, bad) == (expected.events, expected.bad_lines)
    assert whole.lines == 3 * PART_LINES + 17 == len(events) + len(bad)


def test_a_part_is_done_even_if_there_is_no_time_for_a_second(forward: Forward) -> None:
    result, to = forward(mixed_log(2 * PART_LINES), has_time=lambda: False)
    assert result.next_line == PART_LINES + 1
    assert len(to.parts) == 1


def test_a_line_in_the_middle_of_a_part_begins_with_the_part(forward: Forward) -> None:
    content = mixed_log(2 * PART_LINES)
    _, from_start = forward(content, first=PART_LINES + 1)
    _, from_middle = forward(content, first=PART_LINES + 800)
    assert from_middle.events == from_start.events


def test_the_objects_of_bad_lines_are_named_by_file_and_part_alone(forward: Forward, parts: QuarantineParts) -> None:
    content = mixed_log(2 * PART_LINES)
    file = LogFile(key=KEY, sha256="ab" * 32, arrived=ARRIVED)
    _, whole = forward(content)
    _, rest = forward(content, first=PART_LINES + 1)
    objects = [parts.lake_object(lines, file) for lines in whole.parts]
    place = sha256(KEY.encode()).hexdigest()[:16]
    assert [item.key for item in objects] == [
        f"quarantined_rows/web_logs/{place}-{'ab' * 16}-00000.parquet",
        f"quarantined_rows/web_logs/{place}-{'ab' * 16}-00001.parquet",
    ]
    assert parts.lake_object(rest.parts[0], file) == objects[1]
