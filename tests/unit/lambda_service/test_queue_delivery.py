"""The rules of a queue's mapping, with a fake queue, a fake function and a clock that moves in pauses only."""

import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from local.lambda_service.answer import Answered, FunctionFailed, Invocation, NotInvoked, failed_items
from local.lambda_service.queue_worker import QueueTask, QueueWorker
from tests.unit.lambda_service.fake_queue import ARN, FakeQueue
from tests.unit.lambda_service.lambda_service_fakes import ERROR, SUCCESS


def failed(*names: object) -> Answered:
    return Answered(json.dumps({"batchItemFailures": [{"itemIdentifier": name} for name in names]}).encode())


class World:
    """A worker whose pauses move the clock, so that hours pass in no time."""

    def __init__(
        self, function: Callable[[list[str]], Invocation], *, batch_size: int = 10, reports: bool = True
    ) -> None:
        self.time, self.invoked, self._function = 0.0, list[list[str]](), function
        self.queue = FakeQueue(clock=lambda: self.time)
        task = QueueTask(
            queue_arn=ARN,
            queue_url="http://127.0.0.1/files",
            batch_size=batch_size,
            visibility_seconds=self.queue.visibility_seconds,
            reports_failures=reports,
            sqs=cast("Any", self.queue),
            invoker=self,
        )
        self.worker = QueueWorker(task, clock=lambda: self.time)
        self.worker.pause = self._pass  # type: ignore[method-assign]

    def invoke(self, payload: bytes) -> Invocation:
        self.invoked.append([record["messageId"] for record in json.loads(payload)["Records"]])
        return self._function(self.invoked[-1])

    def close(self) -> None:
        """There is no process."""

    def work(self, *, until: float) -> None:
        """Polls again and again, a second apart."""
        while self.time <= until:
            if not self.worker.work_once():
                self.time += 1

    def _pass(self, seconds: float) -> None:
        self.time += seconds


def test_what_succeeded_is_deleted() -> None:
    world = World(lambda _: SUCCESS)
    world.queue.send("a", "b", "c")
    world.work(until=5)
    assert world.queue.messages == {}
    assert world.invoked == [["a", "b", "c"]]
    assert world.worker.figures.tally.delivered == 3


def test_a_batch_is_no_larger_than_the_mapping_says() -> None:
    world = World(lambda _: SUCCESS, batch_size=2)
    world.queue.send("a", "b", "c")
    world.work(until=5)
    assert world.invoked == [["a", "b"], ["c"]]


def test_a_failed_item_comes_again_when_it_is_visible_and_its_neighbours_do_not() -> None:
    world = World(lambda names: failed("b") if world.time < 60 and "b" in names else SUCCESS)
    world.queue.send("a", "b", "c")
    world.work(until=59)
    assert world.invoked == [["a", "b", "c"]]
    world.work(until=70)
    assert world.invoked[1:] == [["b"]]
    assert world.queue.messages == {}


@pytest.mark.parametrize("answer", [ERROR, failed("a"), failed("unknown"), failed(None), failed("")])
def test_what_never_succeeds_is_a_dead_letter_after_five_tries(answer: Answered | FunctionFailed) -> None:
    world = World(lambda _: answer)
    world.queue.send("a")
    world.work(until=400)
    assert (world.queue.dead_letters, world.queue.messages) == (["a"], {})
    assert len(world.invoked) == 5


def test_a_throttled_function_costs_one_receive_for_as_long_as_the_message_is_hidden() -> None:
    world = World(lambda _: SUCCESS if world.time > 50 else NotInvoked("throttled"))
    world.queue.send("a")
    world.work(until=58)
    assert world.queue.messages == {}
    assert world.worker.figures.tally.not_invoked > 3
    assert world.worker.figures.tally.left == 0


def test_a_function_that_stays_throttled_wears_its_messages_out_as_on_aws() -> None:
    world = World(lambda _: NotInvoked("throttled"))
    world.queue.send("a")
    world.work(until=400)
    assert world.queue.dead_letters == ["a"]
    assert world.worker.figures.tally.invocations == 0


def test_a_message_that_could_not_be_deleted_comes_again() -> None:
    world = World(lambda _: SUCCESS)
    world.queue.deletes_fail = True
    world.queue.send("a")
    world.work(until=1)
    world.queue.deletes_fail = False
    world.work(until=70)
    assert world.invoked == [["a"], ["a"]]
    assert world.queue.messages == {}


def test_a_worker_killed_in_an_invocation_leaves_its_message_to_the_next() -> None:
    class KilledError(BaseException):
        """Nothing catches it, as nothing catches SIGKILL."""

    def dies(_: list[str]) -> Invocation:
        raise KilledError

    world = World(dies)
    world.queue.send("a")
    with pytest.raises(KilledError):
        world.work(until=1)
    second = World(lambda _: SUCCESS)
    second.queue.messages, second.time = world.queue.messages, 61.0
    second.work(until=62)
    assert second.invoked == [["a"]]
    assert second.queue.messages == {}


def test_without_partial_answers_any_answer_is_success() -> None:
    world = World(lambda _: failed("a"), reports=False)
    world.queue.send("a")
    world.work(until=1)
    assert world.queue.messages == {}


def test_the_function_sees_what_aws_shows_it() -> None:
    seen: list[Any] = []

    def shown(payload: bytes) -> Invocation:
        seen.append(json.loads(payload))
        return SUCCESS

    world = World(lambda _: SUCCESS)
    world.invoke = shown  # type: ignore[method-assign]
    world.queue.send("a")
    world.work(until=1)
    (record,) = seen[0]["Records"]
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == ARN
    assert (record["messageId"], record["body"], record["awsRegion"]) == ("a", "body of a", "eu-west-1")
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", set()),
        (b"null", set()),
        (b"{}", set()),
        (b'{"batchItemFailures": null}', set()),
        (b'{"batchItemFailures": []}', set()),
        (b'{"batchItemFailures": [{"itemIdentifier": "a"}]}', {"a"}),
        (b'{"batchItemFailures": [{"itemIdentifier": ""}]}', {"a", "b"}),
        (b'{"batchItemFailures": [{"itemIdentifier": null}]}', {"a", "b"}),
        (b'{"batchItemFailures": [{"id": "a"}]}', {"a", "b"}),
        (b'{"batchItemFailures": [{"itemIdentifier": "c"}]}', {"a", "b"}),
        (b'{"batchItemFailures": {}}', {"a", "b"}),
        (b"[1]", {"a", "b"}),
        (b"not json", {"a", "b"}),
    ],
)
def test_an_answer_that_cannot_be_understood_fails_every_message(answer: bytes, expected: set[str]) -> None:
    assert failed_items(answer, ["a", "b"]) == expected
