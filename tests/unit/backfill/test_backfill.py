from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from backfill.backfill import Backfill, BackfillError
from backfill.days import Days
from backfill.runs import PastRun, Runs

MARCH = Days(first=date(2011, 3, 1), last=date(2011, 3, 5))


@dataclass
class FakeRuns:
    """A service whose runs end at once, in the states given, and after those in success."""

    ends: list[str] = field(default_factory=list)
    runs: list[PastRun] = field(default_factory=list)
    waited: list[str] = field(default_factory=list)

    def history(self) -> Sequence[PastRun]:
        return list(self.runs)

    def start(self, arguments: Mapping[str, str]) -> str:
        state = self.ends.pop(0) if self.ends else "SUCCEEDED"
        self.runs.append(PastRun(run_id=f"jr_{len(self.runs)}", state=state, arguments=dict(arguments)))
        return self.runs[-1].run_id

    def wait(self, run_id: str) -> PastRun:
        self.waited.append(run_id)
        [index] = [place for place, run in enumerate(self.runs) if run.run_id == run_id]
        if self.runs[index].is_active:
            self.runs[index] = replace(self.runs[index], state="SUCCEEDED")
        return self.runs[index]


def backfill(runs: Runs, *, chunk: int = 2, label: str = "1", days: Days = MARCH) -> Backfill:
    return Backfill(job="order_etl", days=days, chunk=chunk, label=label, runs=runs)


def started(runs: FakeRuns) -> list[tuple[str, str]]:
    return [(run.arguments["--from_date"], run.arguments["--to_date"]) for run in runs.runs]


def test_days_are_run_in_order_several_at_once_and_the_last_piece_is_shorter() -> None:
    runs = FakeRuns()
    done = list(backfill(runs).run())
    assert [str(piece) for piece in done] == ["2011-03-01 to 2011-03-02", "2011-03-03 to 2011-03-04", "2011-03-05"]
    assert started(runs) == [("2011-03-01", "2011-03-02"), ("2011-03-03", "2011-03-04"), ("2011-03-05", "2011-03-05")]


def test_after_a_kill_it_goes_on_with_what_is_not_done() -> None:
    runs = FakeRuns()
    next(backfill(runs).run())
    assert len(list(backfill(runs).run())) == 2
    assert len(runs.runs) == 3


def test_a_run_that_was_under_way_when_it_was_killed_is_waited_for_and_not_started_twice() -> None:
    mine = Days(first=date(2011, 3, 1), last=date(2011, 3, 2)).arguments("1")
    runs = FakeRuns(runs=[PastRun(run_id="mine", state="RUNNING", arguments=mine)])
    assert len(list(backfill(runs).run())) == 3
    assert runs.waited[0] == "mine"
    assert len(runs.runs) == 3


def test_done_a_second_time_nothing_runs_and_with_another_label_all_of_it() -> None:
    runs = FakeRuns()
    list(backfill(runs).run())
    assert list(backfill(runs).run()) == []
    assert len(list(backfill(runs, label="2").run())) == 3


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
        list(backfill(runs).run())
    assert len(runs.runs) == 1


@pytest.mark.parametrize("state", ["FAILED", "TIMEOUT", "STOPPED", "ERROR"])
def test_a_run_that_fails_ends_it_and_is_done_again_the_next_time(state: str) -> None:
    runs = FakeRuns(ends=["SUCCEEDED", state])
    with pytest.raises(BackfillError, match=rf"2011-03-03 to 2011-03-04: run jr_1 ended as {state}"):
        list(backfill(runs).run())
    assert [str(piece) for piece in backfill(runs).run()] == ["2011-03-03 to 2011-03-04", "2011-03-05"]


def test_days_the_wrong_way_round_and_runs_of_no_days_are_refused() -> None:
    with pytest.raises(ValueError, match="the first day, 2011-03-05, is after the last, 2011-03-01"):
        Days(first=MARCH.last, last=MARCH.first)
    with pytest.raises(ValueError, match="use 1 or more"):
        list(MARCH.pieces(0))
