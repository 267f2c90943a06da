"""One poller of one queue: receives messages, hands them to the function, deletes what succeeded.

A thread with a function process of its own. Nothing is kept here: whatever ends this process, a message that was not
deleted is visible again when its visibility timeout is over.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_service.answer import FunctionFailed, Invocation, NotInvoked
from local.lambda_service.invoker import ShardInvoker
from local.lambda_service.queue_delivery import Messages, QueueTally, deliver
from local.lambda_service.queue_message import queue_event, queue_message
from local.lambda_service.shard_world import StopRequestedError
from local.lambda_service.worker import Worker

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

POLL_SECONDS = 0.4
PAUSE_AFTER_ERROR_SECONDS = 1.0
# Before this the next receiver could have a message that is still worked on.
SPARE_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class QueueTask:
    """What a worker is to do."""

    queue_arn: str
    queue_url: str
    batch_size: int
    visibility_seconds: float
    reports_failures: bool
    sqs: "SQSClient"
    invoker: ShardInvoker


@dataclass(kw_only=True)
class QueueFigures:
    """What the worker's thread writes and the status shows."""

    tally: QueueTally = field(default_factory=QueueTally)
    last_error: str | None = None
    in_flight: int = 0


class QueueWorker(Worker):
    """Implements `queue_delivery.QueueWorld` for one mapping of one queue."""

    def __init__(self, task: QueueTask, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name=task.queue_arn, invoker=task.invoker)
        self.task = task
        self.figures = QueueFigures()
        self._clock = clock

    def now(self) -> float:
        return self._clock()

    def pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise StopRequestedError

    def invoke(self, messages: Messages) -> Invocation:
        self.pause(0)
        answer = self.task.invoker.invoke(queue_event(messages))
        if isinstance(answer, FunctionFailed):
            self.figures.last_error = f"{answer.error_type}: {answer.payload[:300].decode(errors='replace')}"
        elif isinstance(answer, NotInvoked):
            self.figures.last_error = answer.reason
        else:
            self.figures.last_error = None
        return answer

    def delete(self, messages: Messages) -> None:
        entries = [{"Id": str(number), "ReceiptHandle": message.receipt} for number, message in enumerate(messages)]
        answer = self.task.sqs.delete_message_batch(QueueUrl=self.task.queue_url, Entries=entries)  # type: ignore[arg-type]
        if refused := answer.get("Failed"):
            log.warning(
                "%s: %d messages are not deleted and come again: %s", self.task.queue_arn, len(refused), refused
            )

    def work_once(self) -> bool:
        """Receives and settles one batch; whether there was one."""
        task = self.task
        visible_at = self.now() + task.visibility_seconds - SPARE_SECONDS
        received = task.sqs.receive_message(
            QueueUrl=task.queue_url,
            MaxNumberOfMessages=task.batch_size,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = tuple(queue_message(raw, task.queue_arn) for raw in received.get("Messages", ()))
        if messages:
            self.figures.in_flight = len(messages)
            deliver(
                messages,
                world=self,
                tally=self.figures.tally,
                visible_at=visible_at,
                reports_failures=task.reports_failures,
            )
            self.figures.in_flight = 0
        return bool(messages)

    def _run(self) -> None:
        try:
            while True:
                self.pause(0 if self._worked() else POLL_SECONDS)
        except StopRequestedError:
            log.info("%s: stopped", self.task.queue_arn)
        finally:
            self.task.invoker.close()

    def _worked(self) -> bool:
        try:
            return self.work_once()
        except StopRequestedError:
            raise
        except Exception as error:  # whatever it was, what is not deleted comes again
            self.figures.last_error = f"{type(error).__name__}: {error}"
            expected = isinstance(error, ClientError | BotoCoreError)
            log.warning("%s: %s", self.task.queue_arn, self.figures.last_error, exc_info=not expected)
            self.pause(PAUSE_AFTER_ERROR_SECONDS)
            return False
