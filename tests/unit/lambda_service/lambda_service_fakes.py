"""Small fakes for the tests of the Lambda service: records, and a world that remembers what the delivery did to it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from local.lambda_service.answer import Answered, FunctionFailed, Invocation
from local.lambda_service.delivery import Delivery, Discard, Records, RetryPolicy
from local.lambda_service.event import StreamRecord
from local.lambda_service.tally import Tally

SUCCESS = Answered(b'{"batchItemFailures": []}')
ERROR = FunctionFailed("ValueError", b'{"errorMessage": "no", "errorType": "ValueError"}')


def records(count: int, *, first: int = 1, arrived_at: float = 1000.0, entry: bytes = b"{}") -> Records:
    return tuple(
        StreamRecord(sequence_number=str(number), arrived_at=arrived_at, event_entry=entry)
        for number in range(first, first + count)
    )


def numbers(batch: Records) -> list[int]:
    return [int(record.sequence_number) for record in batch]


def failed_from(number: int) -> Answered:
    return Answered(json.dumps({"batchItemFailures": [{"itemIdentifier": str(number)}]}).encode())


@dataclass
class FakeWorld:
    """Time passes only in pauses; the function is a callable over sequence numbers."""

    function: Callable[[list[int]], Invocation]
    time: float = 1000.0
    invoked: list[list[int]] = field(default_factory=list)
    discards: list[Discard] = field(default_factory=list)
    checkpoints: list[int] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds

    def invoke(self, records: Records) -> Invocation:
        self.invoked.append(numbers(records))
        return self.function(self.invoked[-1])

    def send_to_destination(self, discard: Discard) -> None:
        self.discards.append(discard)

    def checkpoint(self, sequence_number: str) -> None:
        self.checkpoints.append(int(sequence_number))

    @property
    def discarded(self) -> list[tuple[str, list[int]]]:
        return [(discard.condition, numbers(discard.records)) for discard in self.discards]


def deliver(world: FakeWorld, batch: Records, policy: RetryPolicy | None = None) -> Tally:
    tally = Tally()
    Delivery(policy=policy or RetryPolicy(), world=world, tally=tally).deliver(batch)
    return tally
