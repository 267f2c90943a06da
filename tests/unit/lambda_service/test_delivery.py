"""The rules of an event source mapping, one sentence each."""

from collections.abc import Callable

import pytest

from local.lambda_service.answer import Answered, Invocation, NotInvoked
from local.lambda_service.delivery import LONGEST_PAUSE_SECONDS, Discard, RetryPolicy, pause_seconds
from local.lambda_service.tally import Tally
from tests.unit.lambda_service.lambda_service_fakes import ERROR, SUCCESS, FakeWorld, deliver, failed_from, records

REPORTS = RetryPolicy(report_batch_item_failures=True)


def fails_with(*bad: int) -> Callable[[list[int]], Invocation]:
    return lambda batch: ERROR if set(bad) & set(batch) else SUCCESS


def reports(*bad: int) -> Callable[[list[int]], Invocation]:
    def function(batch: list[int]) -> Invocation:
        failed = [number for number in batch if number in bad]
        return failed_from(failed[0]) if failed else SUCCESS

    return function


def in_turn(*answers: Invocation) -> Callable[[list[int]], Invocation]:
    left = list(answers)
    return lambda _: left.pop(0) if left else SUCCESS


def test_success_moves_the_checkpoint_to_the_end_of_the_batch() -> None:
    world = FakeWorld(lambda _: SUCCESS)
    assert deliver(world, records(3)) == Tally(records_delivered=3, invocations=1)
    assert world.checkpoints == [3]


def test_a_partial_answer_settles_what_came_before_and_repeats_from_the_lowest_failed_record() -> None:
    world = FakeWorld(in_turn(failed_from(3)))
    tally = deliver(world, records(5), REPORTS)
    assert world.invoked == [[1, 2, 3, 4, 5], [3, 4, 5]]
    assert world.checkpoints == [2, 5]
    assert tally == Tally(records_delivered=5, invocations=2, partial_answers=1, retries=1)


def test_a_partial_answer_means_nothing_unless_the_mapping_asks_for_reports() -> None:
    world = FakeWorld(reports(1))
    deliver(world, records(2))
    assert world.checkpoints == [2]


@pytest.mark.parametrize("answer", [b"", b"null", b"{}", b'{"batchItemFailures": null}', b'{"batchItemFailures": []}'])
def test_an_empty_or_null_answer_is_success(answer: bytes) -> None:
    world = FakeWorld(lambda _: Answered(answer))
    assert deliver(world, records(2), REPORTS).records_delivered == 2
    assert world.invoked == [[1, 2]]


@pytest.mark.parametrize(
    "answer",
    [
        b'{"batchItemFailures": [{"itemIdentifier": ""}]}',
        b'{"batchItemFailures": [{"itemIdentifier": null}]}',
        b'{"batchItemFailures": [{"itemIdentifier": 2}]}',
        b'{"batchItemFailures": [{"itemIdentifer": "2"}]}',
        b'{"batchItemFailures": [{"itemIdentifier": "999"}]}',
        b'{"batchItemFailures": ["2"]}',
        b'{"batchItemFailures": {"itemIdentifier": "2"}}',
        b'"ok"',
        b"not json",
    ],
)
def test_an_answer_that_names_no_record_of_the_batch_fails_the_whole_batch(answer: bytes) -> None:
    world = FakeWorld(in_turn(Answered(answer)))
    deliver(world, records(3), REPORTS)
    assert world.invoked == [[1, 2, 3], [1, 2, 3]]
    assert world.checkpoints == [3]


def test_the_lowest_of_several_failed_records_counts() -> None:
    answer = Answered(b'{"batchItemFailures": [{"itemIdentifier": "4"}, {"itemIdentifier": "2"}]}')
    world = FakeWorld(in_turn(answer))
    deliver(world, records(4), REPORTS)
    assert world.invoked[1] == [2, 3, 4]


def test_a_failing_batch_is_invoked_once_and_then_as_often_as_retries_are_allowed() -> None:
    world = FakeWorld(fails_with(2))
    tally = deliver(world, records(3), RetryPolicy(maximum_retry_attempts=2))
    assert world.invoked == [[1, 2, 3]] * 3
    assert world.discarded == [("RetryAttemptsExhausted", [1, 2, 3])]
    assert world.discards[0].invocations == 3
    assert world.checkpoints == [3]
    assert tally == Tally(invocations=3, function_errors=3, retries=2, discarded=3)


def test_no_retries_means_one_invocation() -> None:
    world = FakeWorld(fails_with(1))
    deliver(world, records(1), RetryPolicy(maximum_retry_attempts=0))
    assert world.invoked == [[1]]
    assert world.discarded == [("RetryAttemptsExhausted", [1])]


def test_without_a_limit_a_failing_batch_is_tried_until_it_passes_and_pauses_grow_to_a_ceiling() -> None:
    world = FakeWorld(in_turn(*[ERROR] * 40))
    tally = deliver(world, records(2))
    assert tally == Tally(records_delivered=2, invocations=41, function_errors=40, retries=40)
    assert world.pauses == sorted(world.pauses)
    assert world.pauses[-1] == LONGEST_PAUSE_SECONDS


def test_bisecting_isolates_a_bad_record_and_costs_no_retry() -> None:
    world = FakeWorld(fails_with(3))
    policy = RetryPolicy(bisect_on_function_error=True, maximum_retry_attempts=1)
    tally = deliver(world, records(4), policy)
    assert world.invoked == [[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]]
    assert world.discarded == [("RetryAttemptsExhausted", [3])]
    assert tally == Tally(records_delivered=3, invocations=6, function_errors=4, retries=1, bisects=2, discarded=1)


def test_bisecting_works_with_no_retries_allowed() -> None:
    world = FakeWorld(fails_with(1, 8))
    deliver(world, records(8), RetryPolicy(bisect_on_function_error=True, maximum_retry_attempts=0))
    assert world.discarded == [("RetryAttemptsExhausted", [1]), ("RetryAttemptsExhausted", [8])]
    assert world.checkpoints == [1, 2, 4, 6, 7, 8]


def test_bisecting_with_a_partial_answer_cuts_at_the_reported_record() -> None:
    world = FakeWorld(in_turn(failed_from(4)))
    policy = RetryPolicy(report_batch_item_failures=True, bisect_on_function_error=True, maximum_retry_attempts=0)
    tally = deliver(world, records(5), policy)
    assert world.invoked == [[1, 2, 3, 4, 5], [4, 5]]
    assert world.discarded == []
    assert (tally.bisects, tally.retries) == (1, 0)


def test_cutting_off_the_last_record_costs_no_retry_either() -> None:
    world = FakeWorld(in_turn(failed_from(5)))
    policy = RetryPolicy(report_batch_item_failures=True, bisect_on_function_error=True, maximum_retry_attempts=0)
    deliver(world, records(5), policy)
    assert world.invoked == [[1, 2, 3, 4, 5], [5]]
    assert world.discarded == []


def test_bisecting_isolates_a_record_that_is_reported_again_and_again() -> None:
    world = FakeWorld(reports(4))
    policy = RetryPolicy(report_batch_item_failures=True, bisect_on_function_error=True, maximum_retry_attempts=1)
    tally = deliver(world, records(7), policy)
    assert world.invoked == [[1, 2, 3, 4, 5, 6, 7], [4, 5, 6, 7], [4, 5], [4], [4], [5], [6, 7]]
    assert world.discarded == [("RetryAttemptsExhausted", [4])]
    assert tally.records_delivered == 6


def test_without_bisecting_everything_from_the_reported_record_on_is_discarded() -> None:
    world = FakeWorld(reports(4))
    policy = RetryPolicy(report_batch_item_failures=True, maximum_retry_attempts=1)
    deliver(world, records(7), policy)
    assert world.invoked == [[1, 2, 3, 4, 5, 6, 7], [4, 5, 6, 7]]
    assert world.discarded == [("RetryAttemptsExhausted", [4, 5, 6, 7])]
    assert world.checkpoints == [3, 7]


def test_being_throttled_costs_no_retry() -> None:
    world = FakeWorld(in_turn(*[NotInvoked("throttled")] * 20))
    tally = deliver(world, records(2), RetryPolicy(maximum_retry_attempts=0))
    assert tally == Tally(records_delivered=2, invocations=1, not_invoked=20)
    assert world.discarded == []


def test_an_error_after_being_throttled_is_the_first_one() -> None:
    world = FakeWorld(in_turn(NotInvoked("throttled"), NotInvoked("throttled"), ERROR, SUCCESS))
    tally = deliver(world, records(1), RetryPolicy(maximum_retry_attempts=1))
    assert (tally.records_delivered, tally.retries, world.discarded) == (1, 1, [])


def test_a_throttled_batch_ends_with_the_maximum_record_age_and_was_never_invoked() -> None:
    world = FakeWorld(lambda _: NotInvoked("throttled"))
    tally = deliver(world, records(2), RetryPolicy(maximum_record_age_seconds=60))
    assert world.discarded == [("RecordAgeExceeded", [1, 2])]
    assert world.discards[0].last_answer is None
    assert (tally.invocations, tally.discarded) == (0, 2)


def test_records_too_old_are_discarded_before_the_younger_ones_are_delivered() -> None:
    world = FakeWorld(lambda _: SUCCESS, time=2000)
    batch = records(2, arrived_at=1899) + records(2, first=3, arrived_at=1900)
    tally = deliver(world, batch, RetryPolicy(maximum_record_age_seconds=100))
    assert world.discarded == [("RecordAgeExceeded", [1, 2])]
    assert world.invoked == [[3, 4]]
    assert world.checkpoints == [2, 4]
    assert tally == Tally(records_delivered=2, invocations=1, discarded=2)


def test_a_failing_batch_without_retry_limit_ends_with_the_maximum_record_age() -> None:
    world = FakeWorld(fails_with(1))
    deliver(world, records(1), RetryPolicy(maximum_record_age_seconds=30))
    assert world.discarded == [("RecordAgeExceeded", [1])]
    assert world.discards[0].invocations == len(world.invoked)


def test_the_destination_has_the_records_before_the_checkpoint_passes_them() -> None:
    world = FakeWorld(fails_with(1))

    def refuse(discard: Discard) -> None:
        raise OSError(f"no bucket for {len(discard.records)} records")

    world.send_to_destination = refuse  # type: ignore[method-assign]
    with pytest.raises(OSError, match="bucket"):
        deliver(world, records(1), RetryPolicy(maximum_retry_attempts=0))
    assert world.checkpoints == []


def test_the_pause_doubles_and_has_a_ceiling() -> None:
    assert [pause_seconds(failures) for failures in (1, 2, 3)] == [0.2, 0.4, 0.8]
    assert pause_seconds(10_000) == LONGEST_PAUSE_SECONDS
