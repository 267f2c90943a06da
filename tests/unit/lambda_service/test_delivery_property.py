"""Whatever happens in between, no record is lost, none overtakes another, and the counts add up."""

from dataclasses import dataclass, field
from typing import NoReturn

from hypothesis import given, settings
from hypothesis import strategies as st

from local.lambda_service.answer import Invocation, NotInvoked
from local.lambda_service.delivery import Delivery, Discard, Records, RetryPolicy
from local.lambda_service.tally import Tally
from tests.unit.lambda_service.lambda_service_fakes import ERROR, SUCCESS, failed_from, numbers, records

FAULTS = ("success", "error", "error after the work", "partial", "throttled", "crash before", "crash after the work")


class CrashError(Exception):
    """When the service is killed."""


@dataclass
class Shard:
    """The shard, what the function wrote, and the files that survive a crash. Faults run out, then all goes well."""

    faults: list[tuple[str, int]]
    poison: frozenset[int]
    reports: bool  # a function answers in part only if its mapping reads such answers
    crashes: int = 0
    time: float = 1000.0
    written: list[int] = field(default_factory=list)
    objects: list[Discard] = field(default_factory=list)
    checkpoints: list[int] = field(default_factory=list)
    saved_tally: Tally = field(default_factory=Tally)
    tally: Tally = field(default_factory=Tally)

    def now(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        self.time += seconds

    def invoke(self, records: Records) -> Invocation:
        batch = numbers(records)
        fault, at = self.faults.pop() if self.faults else ("success", 0)
        if fault == "throttled":
            return NotInvoked("throttled")
        if fault == "crash before":
            self._crash()
        if fault == "error":
            return ERROR
        if fault == "partial" and self.reports:
            self.written += batch[: at % len(batch)]
            return failed_from(batch[at % len(batch)])
        if self.poison & set(batch):
            return ERROR
        self.written += batch
        if fault == "crash after the work":
            self._crash()
        return ERROR if fault == "error after the work" else SUCCESS

    def send_to_destination(self, discard: Discard) -> None:
        self.objects.append(discard)
        self.tally.on_failure_objects += 1
        if self.faults and self.faults[-1][0] == "crash after the work":
            self.faults.pop()
            self._crash()

    def checkpoint(self, sequence_number: str) -> None:
        self.checkpoints.append(int(sequence_number))
        self.saved_tally = Tally(**vars(self.tally))

    def _crash(self) -> NoReturn:
        self.crashes += 1
        raise CrashError

    def run(self, count: int, batch_size: int, policy: RetryPolicy) -> None:
        """The service, started again after each crash from what was saved."""
        while (done := self.checkpoints[-1] if self.checkpoints else 0) < count:
            self.tally = Tally(**vars(self.saved_tally))
            delivery = Delivery(policy=policy, world=self, tally=self.tally)
            try:
                for first in range(done + 1, count + 1, batch_size):
                    delivery.deliver(records(min(batch_size, count + 1 - first), first=first))
            except CrashError:
                continue


policies = st.builds(
    RetryPolicy,
    report_batch_item_failures=st.booleans(),
    bisect_on_function_error=st.booleans(),
    maximum_retry_attempts=st.integers(0, 3),
    maximum_record_age_seconds=st.sampled_from([-1, 5, 1000]),
)


@settings(max_examples=300, deadline=None)
@given(
    count=st.integers(1, 40),
    batch_size=st.integers(1, 12),
    policy=policies,
    poison=st.frozensets(st.integers(1, 40), max_size=3),
    faults=st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(0, 11)), max_size=30),
)
def test_no_interleaving_of_faults_loses_a_record_or_the_order_of_a_shard(
    count: int, batch_size: int, policy: RetryPolicy, poison: frozenset[int], faults: list[tuple[str, int]]
) -> None:
    shard = Shard(faults=list(faults), poison=poison, reports=policy.report_batch_item_failures)
    shard.run(count, batch_size, policy)

    in_objects = {number for discard in shard.objects for number in numbers(discard.records)}
    assert set(shard.written) | in_objects == set(range(1, count + 1))
    first_written = list(dict.fromkeys(shard.written))
    assert first_written == sorted(first_written)
    assert shard.checkpoints == sorted(set(shard.checkpoints))
    assert shard.saved_tally.records_delivered + shard.saved_tally.discarded == count
    # Only a crash between an object and its checkpoint writes an object twice.
    assert 0 <= len(shard.objects) - shard.saved_tally.on_failure_objects <= shard.crashes
