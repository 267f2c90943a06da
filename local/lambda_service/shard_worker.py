"""Reads one shard and delivers it, in a thread of its own, until the shard ends or the worker is asked to stop.

In: the shard's records from its checkpoint on. Out: what the delivery makes of them; figures for the status.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_service.batching import BatchBuffer
from local.lambda_service.checkpoints import CheckpointStore, Start
from local.lambda_service.delivery import Delivery, RetryPolicy
from local.lambda_service.event import EventSource, StreamRecord
from local.lambda_service.function_code import CodeUnavailableError
from local.lambda_service.invoker import ShardInvoker
from local.lambda_service.on_failure import S3Destination
from local.lambda_service.shard_reader import ShardReader, open_iterator
from local.lambda_service.shard_world import ShardFigures, ShardWorld, StopRequestedError
from local.lambda_service.worker import Worker

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

# AWS polls a shard about once per second; a demo should not look sleepy, and an empty read costs moto 4 ms.
POLL_SECONDS = 0.4
PAUSE_AFTER_ERROR_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ShardTask:
    """What a worker is to do."""

    stream_arn: str
    shard_id: str
    batch_size: int
    window_seconds: float
    policy: RetryPolicy
    start: Start
    kinesis: "KinesisClient"
    store: CheckpointStore
    invoker: ShardInvoker
    role_arn: Callable[[], str]
    destination: S3Destination | None


class ShardWorker(Worker):
    """One shard of one mapping."""

    def __init__(self, task: ShardTask) -> None:
        super().__init__(name=task.shard_id, invoker=task.invoker)
        self.task = task
        self.figures = ShardFigures()
        self.closed = False  # set by the owner once ListShards shows the shard's end

    def _run(self) -> None:
        try:
            while not self._worked_to_the_end() and not self._stop.wait(PAUSE_AFTER_ERROR_SECONDS):
                pass
        except StopRequestedError:
            log.info("%s: stopped", self.task.shard_id)
        finally:
            self.task.invoker.close()

    def _worked_to_the_end(self) -> bool:
        """Works from the checkpoint to the end of the shard; False after an error: started again, nothing is lost."""
        try:
            self._work_from_checkpoint()
        except StopRequestedError:
            raise
        except Exception as error:  # whatever it was, repeating from the checkpoint is right
            self.figures.last_error = f"{type(error).__name__}: {error}"
            expected = isinstance(error, ClientError | BotoCoreError | CodeUnavailableError)
            message = "%s: starts again from its checkpoint: %s"
            log.warning(message, self.task.shard_id, self.figures.last_error, exc_info=not expected)
            return False
        return True

    def _work_from_checkpoint(self) -> None:
        task = self.task
        checkpoint = task.store.read(task.shard_id)
        self.figures.tally = checkpoint.tally
        world = self._world()
        buffer = BatchBuffer(batch_size=task.batch_size, window_seconds=task.window_seconds)
        delivery = Delivery(policy=task.policy, world=world, tally=checkpoint.tally)
        iterator = open_iterator(
            task.kinesis, stream_arn=task.stream_arn, shard_id=task.shard_id, checkpoint=checkpoint, start=task.start
        )
        reader = ShardReader(task.kinesis, world.source, iterator=iterator)
        ended = False
        while not ended or buffer:
            world.pause(0)
            batch = buffer.take(now=time.monotonic(), last=ended)
            if batch:
                self._note_unsettled(batch, buffer)
                delivery.deliver(batch)
            else:
                ended = self._read(reader, buffer, world)
            self._note_unsettled((), buffer)
        task.store.write(task.shard_id, replace(task.store.read(task.shard_id), finished=True))

    def _read(self, reader: ShardReader, buffer: BatchBuffer, world: ShardWorld) -> bool:
        """Reads on; waits at the tip, but not beyond the end of an open window. Returns whether the shard ended."""
        chunk = reader.read(closed=self.closed)
        self.figures.millis_behind_latest = chunk.millis_behind_latest
        self.figures.last_error = None
        buffer.add(chunk.records, now=time.monotonic())
        if not chunk.records and not chunk.ended:
            due = buffer.seconds_until_due(now=time.monotonic()) if buffer else POLL_SECONDS
            world.pause(max(0.0, min(POLL_SECONDS, due)))
        return chunk.ended

    def _note_unsettled(self, batch: Sequence[StreamRecord], buffer: BatchBuffer) -> None:
        oldest = batch[0] if batch else buffer.oldest
        self.figures.in_flight = len(batch) + len(buffer)
        self.figures.oldest_arrival = oldest.arrived_at if oldest else None

    def _world(self) -> ShardWorld:
        task = self.task
        return ShardWorld(
            source=EventSource(stream_arn=task.stream_arn, shard_id=task.shard_id, role_arn=task.role_arn()),
            invoker=task.invoker,
            store=task.store,
            destination=task.destination,
            stop=self._stop,
            figures=self.figures,
        )
