from dataclasses import replace
from datetime import date

import pytest

from backfill.backfill import Backfill, BackfillError
from backfill.days import Days
from backfill.runs import PastRun, Runs
from tests.support.fake_runs import FakeRuns

MARCH = Days(first=date(2011, 3, 1), last=date(2011, 3, 5))


def backfill(runs: Runs, *, chunk: int = 2, label: str = "1", days: Days = MARCH) -> Backfill:
    return Backfill(job="order_etl", days=days, chunk=chunk, label=label, runs=runs)


def done(work: Backfill) -> list[str]:
    return [str(piece) for piece in work.run(work.to_do(work.runs.history()))]


def started(runs: FakeRuns) -> list[tuple[str, str]]:
    return [(run.arguments["--from_date"], run.arguments["--to_date"]) for run in runs.runs]


def test_days_are_run_in_order_several_at_once_and_the_last_piece_is_shorter() -> None:
    runs = FakeRuns()
    assert done(backfill(runs)) == ["2011-03-01 to 2011-03-02", "2011-03-03 to 2011-03-04", "2011-03-05"]
    assert started(runs) == [("2011-03-01", "2011-03-02"), ("2011-03-03", "2011-03-04"), ("2011-03-05", "2011-03-05")]


def test_after_a_kill_it_goes_on_with_what_is_not_done() -> None:
    runs = FakeRuns()
    work = backfill(runs)
    next(work.run(work.pieces()))
    assert done(backfill(runs)) == ["2011-03-03 to 2011-03-04", "2011-03-05"]
    assert len(runs.runs) == 3


def test_a_run_that_was_under_way_when_it_was_killed_is_waited_for_and_not_started_twice() -> None:
    mine = Days(first=date(2011, 3, 1), last=date(2011, 3, 2)).arguments("1")
    runs = FakeRuns(runs=[PastRun(run_id="mine", state="RUNNING", arguments=mine)])
    assert len(done(backfill(runs))) == 3
    assert runs.waited[0] == "mine"
    assert len(runs.runs) == 3


def test_done_a_second_time_nothing_runs_and_with_another_label_all_of_it() -> None:
    runs = FakeRuns()
    done(backfill(runs))
    assert done(backfill(runs)) == []
    assert len(done(backfill(runs, label="2"))) == 3


def test_an_ordinary_run_of_the_same_days_does_not_count_as_done() -> None:
    ordinary = PastRun(
        run_id="x", state="SUCCEEDED", arguments={"--from_date": "2011-03-05", "--to_date": "2011-03-05"}
    )
    runs = FakeRuns(runs=[ordinary])
    assert len(backfill(runs, chunk=1).to_do(runs.history())) == 5


@pytest.mark.parametrize("state", ["RUNNING", "STARTING", "WAITING"])
def test_it_does_not_begin_while_another_run_of_the_job_is_under_way(state: str) -> None:
    runs = FakeRuns(runs=[PastRun(run_id="other", state=state, arguments={"--date": "2011-05-01"})])
    with pytest.raises(BackfillError, match=f"order_etl: run other is {state}; wait for its end"):
        done(backfill(runs))
    assert len(runs.runs) == 1


APRIL = Days(first=date(2011, 4, 1), last=date(2011, 4, 4))


@pytest.mark.parametrize(("days", "chunk"), [(APRIL, 2), (MARCH, 1), (MARCH, 5)])
def test_a_backfill_of_other_days_or_portions_is_another_run_whatever_its_label(days: Days, chunk: int) -> None:
    begun = next(days.pieces(chunk)).arguments("1")
    runs = FakeRuns(runs=[PastRun(run_id="other", state="RUNNING", arguments=begun)])
    with pytest.raises(BackfillError, match="run other is RUNNING; wait for its end"):
        backfill(runs).check_free(runs.history())
    with pytest.raises(BackfillError, match="run other is RUNNING; wait for its end"):
        done(backfill(runs))
    assert started(runs) == [(begun["--from_date"], begun["--to_date"])]


def test_a_later_piece_of_its_own_that_is_under_way_ends_before_another_begins() -> None:
    later = Days(first=date(2011, 3, 5), last=date(2011, 3, 5)).arguments("1")
    runs = FakeRuns(runs=[PastRun(run_id="later", state="RUNNING", arguments=later)])
    work = backfill(runs)
    next(work.run(work.pieces()))
    assert runs.waited == ["later", "jr_1"]


def test_the_history_is_asked_for_once_and_before_each_piece_only_what_is_under_way() -> None:
    runs = FakeRuns()
    done(backfill(runs, chunk=1))
    assert runs.calls == ["history"] + ["active", "start"] * 5


@pytest.mark.parametrize("state", ["FAILED", "TIMEOUT", "STOPPED", "ERROR"])
def test_a_run_that_fails_ends_it_and_is_done_again_the_next_time(state: str) -> None:
    runs = FakeRuns(ends=["SUCCEEDED", state])
    with pytest.raises(BackfillError, match=rf"2011-03-03 to 2011-03-04: run jr_1 ended as {state}"):
        done(backfill(runs))
    assert done(backfill(runs)) == ["2011-03-03 to 2011-03-04", "2011-03-05"]


def test_a_job_that_makes_everything_anew_runs_once_whatever_the_days_and_portions() -> None:
    runs = FakeRuns()
    assert done(replace(backfill(runs, chunk=1), whole=True)) == ["2011-03-01 to 2011-03-05"]
    assert started(runs) == [("2011-03-01", "2011-03-05")]


def test_days_the_wrong_way_round_and_runs_of_no_days_are_refused() -> None:
    with pytest.raises(ValueError, match="the first day, 2011-03-05, is after the last, 2011-03-01"):
        Days(first=MARCH.last, last=MARCH.first)
    with pytest.raises(ValueError, match="use 1 or more"):
        list(MARCH.pieces(0))
