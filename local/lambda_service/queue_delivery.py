"""Decides what happens to a batch of a queue's messages: the rules of an event source mapping, without any I/O.

In: messages that were received, and what the function answers. Out: which of them are deleted. The others are left
alone: the queue hands them out again when they are visible again, or moves them to its dead letters.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Protocol

from local.lambda_service.answer import Answered, FunctionFailed, Invocation, NotInvoked, failed_items
from local.lambda_service.delivery import pause_seconds
from local.lambda_service.queue_message import QueueMessage

Messages = tuple[QueueMessage, ...]


@dataclass(kw_only=True)
class QueueTally:
    """What happened on a queue, in numbers, since the service started. ``left`` counts what was not deleted."""

    delivered: int = 0
    left: int = 0
    invocations: int = 0
    function_errors: int = 0
    not_invoked: int = 0


def together(tallies: Iterable[QueueTally]) -> QueueTally:
    """All of them."""
    summed = QueueTally()
    for tally in tallies:
        for field in fields(QueueTally):
            setattr(summed, field.name, getattr(summed, field.name) + getattr(tally, field.name))
    return summed


class QueueWorld(Protocol):
    """What the delivery needs from outside. `pause` may raise to end it; the messages then come again."""

    def now(self) -> float: ...
    def pause(self, seconds: float) -> None: ...
    def invoke(self, messages: Messages) -> Invocation: ...
    def delete(self, messages: Messages) -> None: ...


def deliver(
    messages: Messages, *, world: QueueWorld, tally: QueueTally, visible_at: float, reports_failures: bool
) -> None:
    """Invokes the function with the messages and deletes what succeeded.

    While the function cannot be reached it is tried again with the same messages, as AWS does, until they are about to
    be visible again: ``visible_at``. Only then has the attempt cost one of the queue's receives for nothing.
    """
    answer = _reached(messages, world=world, tally=tally, visible_at=visible_at)
    if answer is None:
        tally.left += len(messages)
        return
    tally.invocations += 1
    if isinstance(answer, FunctionFailed):
        tally.function_errors += 1
        tally.left += len(messages)
        return
    names = [message.message_id for message in messages]
    failed = failed_items(answer.payload, names) if reports_failures else frozenset[str]()
    succeeded = tuple(message for message in messages if message.message_id not in failed)
    if succeeded:
        world.delete(succeeded)
    tally.delivered += len(succeeded)
    tally.left += len(messages) - len(succeeded)


def _reached(
    messages: Messages, *, world: QueueWorld, tally: QueueTally, visible_at: float
) -> Answered | FunctionFailed | None:
    refusals = 0
    while isinstance(answer := world.invoke(messages), NotInvoked):
        refusals += 1
        tally.not_invoked += 1
        pause = pause_seconds(refusals)
        if world.now() + pause >= visible_at:
            return None
        world.pause(pause)
    return answer
