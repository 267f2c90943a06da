"""Decides what happens to a batch of one shard: the rules of an event source mapping, without any I/O.

In: the records of a batch, oldest first, and what the function answers. Out: calls on `World`, in the shard's order,
until every record is settled: delivered, or discarded to the on-failure destination. An interruption at any point
repeats what was not settled and loses nothing.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html and the page on batch failures.
"""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from local.lambda_service.answer import Answered, FunctionFailed, Invocation, NotInvoked, first_failed
from local.lambda_service.event import StreamRecord
from local.lambda_service.tally import Tally

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0

Records = tuple[StreamRecord, ...]


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """The mapping's settings for failed batches; -1 is Lambda's word for "no limit"."""

    report_batch_item_failures: bool = False
    bisect_on_function_error: bool = False
    maximum_retry_attempts: int = -1
    maximum_record_age_seconds: float = -1


@dataclass(frozen=True, kw_only=True)
class Discard:
    """Records the mapping gives up on, and why."""

    records: Records
    condition: Literal["RetryAttemptsExhausted", "RecordAgeExceeded"]
    invocations: int
    last_answer: Answered | FunctionFailed | None


class World(Protocol):
    """What the delivery needs from outside. `pause` may raise to end the delivery; nothing is lost by it."""

    def now(self) -> float: ...
    def pause(self, seconds: float) -> None: ...
    def invoke(self, records: Records) -> Invocation: ...
    def send_to_destination(self, discard: Discard) -> None: ...
    def checkpoint(self, sequence_number: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A part of the batch that goes to the function as one event."""

    records: Records
    failures: int = 0
    refusals: int = 0
    last_answer: Answered | FunctionFailed | None = None


def pause_seconds(failures: int) -> float:
    """How long to wait after this many failures in a row: doubling, with a ceiling."""
    return min(FIRST_PAUSE_SECONDS * 2.0 ** min(failures - 1, 30), LONGEST_PAUSE_SECONDS)


class Delivery:
    """Delivers the batches of one shard, one after the other."""

    def __init__(self, *, policy: RetryPolicy, world: World, tally: Tally) -> None:
        self._policy = policy
        self._world = world
        self._tally = tally

    def deliver(self, records: Records) -> None:
        """Returns when every record is settled."""
        unsettled = [_Part(records=records)]
        while unsettled:
            unsettled.extend(reversed(self._step(unsettled.pop())))

    def _step(self, part: _Part) -> list[_Part]:
        """Does one thing with the oldest part; returns what is left of it, oldest first."""
        expired = self._expired(part.records)
        if expired:
            self._discard(replace(part, records=part.records[:expired]), "RecordAgeExceeded")
            rest = part.records[expired:]
            return [replace(part, records=rest)] if rest else []
        answer = self._world.invoke(part.records)
        if isinstance(answer, NotInvoked):
            return self._after_refusal(part)
        self._tally.invocations += 1
        part = replace(part, last_answer=answer, refusals=0)
        if isinstance(answer, FunctionFailed):
            self._tally.function_errors += 1
            return self._after_failure(part, failed_at=0)
        failed_at = self._failed_at(answer, part.records)
        if failed_at is None:
            self._delivered(part.records)
            return []
        self._tally.partial_answers += 1
        return self._after_failure(part, failed_at=failed_at)

    def _expired(self, records: Records) -> int:
        """How many of the first records are too old; a shard is in the order of arrival, so these are the oldest."""
        limit = self._policy.maximum_record_age_seconds
        if limit < 0:
            return 0
        oldest_allowed = self._world.now() - limit
        return next(
            (index for index, record in enumerate(records) if record.arrived_at >= oldest_allowed), len(records)
        )

    def _failed_at(self, answer: Answered, records: Records) -> int | None:
        return first_failed(answer.payload, records) if self._policy.report_batch_item_failures else None

    def _after_refusal(self, part: _Part) -> list[_Part]:
        self._tally.not_invoked += 1
        self._world.pause(pause_seconds(part.refusals + 1))
        return [replace(part, refusals=part.refusals + 1)]

    def _after_failure(self, part: _Part, *, failed_at: int) -> list[_Part]:
        if failed_at:
            self._delivered(part.records[:failed_at])
        part = replace(part, records=part.records[failed_at:])
        if self._policy.bisect_on_function_error and (failed_at or len(part.records) > 1):
            return self._bisected(part, at_reported_record=failed_at > 0)
        part = replace(part, failures=part.failures + 1)
        if 0 <= self._policy.maximum_retry_attempts < part.failures:
            self._discard(part, "RetryAttemptsExhausted")
            return []
        self._tally.retries += 1
        self._world.pause(pause_seconds(part.failures))
        return [part]

    def _bisected(self, part: _Part, *, at_reported_record: bool) -> list[_Part]:
        """Splitting costs no retry.

        The function's own report says where to cut; without one, or when it names the first record, the middle does,
        so that a bad record ends up alone.
        """
        self._tally.bisects += 1
        if at_reported_record:
            return [part]
        middle = len(part.records) // 2
        return [replace(part, records=part.records[:middle]), replace(part, records=part.records[middle:])]

    def _delivered(self, records: Records) -> None:
        self._tally.records_delivered += len(records)
        self._world.checkpoint(records[-1].sequence_number)

    def _discard(self, part: _Part, condition: Literal["RetryAttemptsExhausted", "RecordAgeExceeded"]) -> None:
        invocations, answer, records = part.failures, part.last_answer, part.records
        self._world.send_to_destination(
            Discard(records=records, condition=condition, invocations=invocations, last_answer=answer)
        )
        self._tally.discarded += len(records)
        self._world.checkpoint(records[-1].sequence_number)
