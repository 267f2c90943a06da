"""Do the clients that docs/FRONT_DOOR.md gives away lose nothing, whatever answers?

The Python one is taken from the page and run against a session of prepared answers; of the PHP one the rules are looked
for in its text.
"""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

PAGE = Path(__file__).resolve().parents[3] / "docs" / "FRONT_DOOR.md"
EVENTS = [{"event_id": f"order_placed-{number}"} for number in range(4)]
NOT_JSON = b"<html><body>502 Bad Gateway</body></html>"
NOTHING_ELSE_IS_KNOWN = {"error": "not_known", "message": "?", "request_id": "1"}

Answer = tuple[int, bytes | Any] | Exception


class Session:
    """Answers what was prepared, in its order, and keeps what was sent."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.sent: list[list[Any]] = []

    def post(self, url: str, *, json: dict[str, Any], headers: dict[str, str], timeout: float) -> requests.Response:
        assert (url, headers, timeout > 0) == ("https://door/v1/events/batch", {"x-api-key": "key"}, True)
        self.sent.append(json["events"])
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return response(*answer)


def response(status: int, said: bytes | Any) -> requests.Response:
    answer = requests.Response()
    answer.status_code = status
    answer._content = said if isinstance(said, bytes) else json.dumps(said).encode()
    return answer


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def deliver(slept: list[float]) -> Callable[[Session], None]:
    """The page's function, whose time passes at once."""
    names: dict[str, Any] = {"requests": requests, "random": random, "time": SimpleNamespace(sleep=slept.append)}
    # What the block imports itself would bring real time with it.
    exec(re.sub(r"^import .*\n+", "", block("python"), flags=re.MULTILINE), names)  # noqa: S102
    return lambda session: names["deliver"](session, "https://door/v1", "key", EVENTS)


@pytest.mark.parametrize(
    "answer",
    [
        requests.ConnectTimeout(),
        requests.ReadTimeout(),
        requests.ConnectionError("reset by peer"),
        requests.exceptions.ChunkedEncodingError("broken off"),
        (429, {"error": "throttled"}),
        (500, NOTHING_ELSE_IS_KNOWN),
        (502, NOT_JSON),
        (503, b""),
        (503, "busy"),
        (503, []),
        (503, {"error": "not_stored"}),
        (503, {"failed": None}),
        (503, {"failed": []}),
        (503, {"failed": ["7"]}),
        (503, {"accepted": 3, "failed": [{"index": 99}]}),
        (504, {"error": "not_known"}),
    ],
    ids=repr,
)
def test_what_says_not_what_is_stored_is_answered_by_all_of_it_again(
    deliver: Callable[[Session], None], answer: Answer
) -> None:
    session = Session(answer, (202, {"accepted": 4, "failed": []}))
    deliver(session)
    assert session.sent == [EVENTS, EVENTS]


def test_of_a_batch_taken_in_part_the_rest_is_sent_again_and_stays_the_rest(
    deliver: Callable[[Session], None],
) -> None:
    partly = {"accepted": 2, "failed": [{"index": 1, "reason": "throttled"}, {"index": 3, "reason": "throttled"}]}
    session = Session((503, partly), requests.ReadTimeout(), (202, {"accepted": 2, "failed": []}))
    deliver(session)
    assert session.sent == [EVENTS, [EVENTS[1], EVENTS[3]], [EVENTS[1], EVENTS[3]]]


@pytest.mark.parametrize("status", [400, 401, 403, 413, 415])
def test_what_is_refused_is_told_and_not_sent_again(deliver: Callable[[Session], None], status: int) -> None:
    session = Session((status, {"error": "bad_event"}))
    with pytest.raises(ValueError, match="bad_event"):
        deliver(session)
    assert len(session.sent) == 1


def test_a_door_that_stays_shut_is_waited_for_longer_and_longer_and_then_told(
    deliver: Callable[[Session], None], slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "random", lambda: 1.0)
    with pytest.raises(TimeoutError, match="4 events"):
        deliver(Session(*[requests.ReadTimeout()] * 10))
    assert slept == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


@pytest.mark.parametrize("language", ["python", "php"])
def test_a_client_is_about_ten_lines(language: str) -> None:
    assert len(block(language).splitlines()) <= 17


@pytest.mark.parametrize(
    "rule",
    [
        "CURLOPT_TIMEOUT",
        "$status === 202) return",
        "$status !== 0 && $status !== 429 && $status < 500) throw",
        "usleep(random_int(0, min(60, 2 ** $attempt)",
    ],
)
def test_the_php_client_takes_no_answer_for_one_to_send_again_and_tells_a_refusal(rule: str) -> None:
    assert rule in block("php")
