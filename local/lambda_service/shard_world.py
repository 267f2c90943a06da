"""The delivery's hands: invokes the function, writes checkpoints and on-failure objects for one shard.

In: calls of the delivery. Out: invocations, files, objects in S3.
"""

import logging
import threading
import time
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_service.answer import FunctionFailed, Invocation, NotInvoked
from local.lambda_service.checkpoints import Checkpoint, CheckpointStore
from local.lambda_service.delivery import Discard, Records, pause_seconds
from local.lambda_service.event import EventSource, event_payload
from local.lambda_service.invoker import ShardInvoker
from local.lambda_service.on_failure import S3Destination
from local.lambda_service.tally import Tally

log = logging.getLogger(__name__)


class StopRequestedError(Exception):
    """When the worker has been asked to end: what is not settled stays for the next start."""


@dataclass(kw_only=True)
class ShardFigures:
    """What the worker's thread writes and the status shows."""

    tally: Tally = field(default_factory=Tally)
    last_error: str | None = None
    in_flight: int = 0
    oldest_arrival: float | None = None
    millis_behind_latest: int = 0


@dataclass(kw_only=True)
class ShardWorld:
    """Implements `delivery.World`."""

    source: EventSource
    invoker: ShardInvoker
    store: CheckpointStore
    destination: S3Destination | None
    stop: threading.Event
    figures: ShardFigures

    def now(self) -> float:
        return time.time()

    def pause(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise StopRequestedError

    def invoke(self, records: Records) -> Invocation:
        self.pause(0)
        answer = self.invoker.invoke(event_payload(records))
        if isinstance(answer, FunctionFailed):
            # A process killed by our own stopping is not the function's fault and must not cost a retry.
            self.pause(0)
            self.figures.last_error = f"{answer.error_type}: {answer.payload[:300].decode(errors='replace')}"
        elif isinstance(answer, NotInvoked):
            if self.figures.last_error != answer.reason:
                log.warning("%s: the function is not invoked: %s", self.source.shard_id, answer.reason)
            self.figures.last_error = answer.reason
        else:
            self.figures.last_error = None
        return answer

    def send_to_destination(self, discard: Discard) -> None:
        """Does not return before the object is written.

        AWS would drop the records; on this machine that would only hide a wrong bucket or policy.
        """
        log.warning(
            "%s: gives up on %d records from %s on: %s",
            self.source.shard_id,
            len(discard.records),
            discard.records[0].sequence_number,
            discard.condition,
        )
        refusals = 0
        while self.destination is not None:
            try:
                self.destination.put(discard, self.source)
            except (ClientError, BotoCoreError) as error:
                refusals += 1
                self.figures.last_error = f"s3://{self.destination.bucket}: the on-failure object is refused: {error}"
                log.error("%s: %s", self.source.shard_id, self.figures.last_error)
                self.pause(pause_seconds(refusals))
            else:
                self.figures.tally.on_failure_objects += 1
                return

    def checkpoint(self, sequence_number: str) -> None:
        self.store.write(self.source.shard_id, Checkpoint(sequence_number=sequence_number, tally=self.figures.tally))
