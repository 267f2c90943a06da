"""The command itself, with services that run nothing."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from backfill import __main__ as command
from backfill.place import Place
from backfill.runs import PastRun, Runs
from config.batch_jobs import JOBS, publisher_of
from tests.support.fake_runs import FakeRuns

ROOT = Path(__file__).resolve().parents[3]
MARCH = ("--from", "2011-03-01", "--to", "2011-03-31")
Main = Callable[..., int]


@dataclass(kw_only=True)
class Watched(FakeRuns):
    """Also says which job is started, and what had been printed by then."""

    name: str
    started: list[str]
    printed: list[str]
    read: Callable[[], str]
    fails: BaseException | None = None

    def start(self, arguments: Mapping[str, str]) -> str:
        if self.fails:
            raise self.fails
        self.started.append(self.name)
        self.printed.append(self.read())
        return super().start(arguments)


@dataclass(frozen=True, kw_only=True)
class FakePlace(Place):
    """``jobs`` are the services by job; ``account`` is whose credentials there are."""

    jobs: Mapping[str, Watched]
    account: str

    def runs(self, name: str) -> Runs:
        self.size(name)
        return self.jobs[name]

    def client(self, service: str) -> Any:
        assert service == "sts"
        return self

    def get_caller_identity(self) -> Mapping[str, str]:
        return {"Account": self.account}


@dataclass(kw_only=True)
class World:
    """What stands for AWS in a test, and the command."""

    jobs: Mapping[str, Watched]
    main: Main
    started: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    account: str = "333333333333"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> World:
    def read() -> str:
        return capsys.readouterr().out

    def main(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["backfill", *words])
        return command.main()

    started, printed = list[str](), list[str]()
    jobs = {job.name: Watched(name=job.name, started=started, printed=printed, read=read) for job in JOBS}
    world = World(jobs=jobs, main=main, started=started, printed=printed)
    monkeypatch.setattr(
        command,
        "place_of",
        lambda env: FakePlace(env=env, is_here=env.name == "local", jobs=jobs, account=world.account),
    )
    return world


def test_nothing_runs_until_it_is_said_again_with_yes(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert world.main("order_etl", *MARCH, "--env", "prod") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "order_etl in prod: 2011-03-01 to 2011-03-31, 31 days to compute in 31 runs"
    assert " dollars (assumed: 5 minutes a day " in told[1]
    assert told[2] == command.GO_ON
    assert world.started == []
    assert world.main("order_etl", *MARCH, "--env", "prod", "--yes") == 0
    assert world.started == ["order_etl"] * 31


def test_of_all_the_price_of_each_is_said_before_the_first_begins(world: World) -> None:
    assert world.main("all", *MARCH, "--env", "prod", "--chunk", "7", "--yes") == 0
    assert [line.split()[0] for line in world.printed[0].splitlines() if " to compute in " in line] == list(command.ALL)
    assert world.printed[0].count(" dollars (") == 3
    assert world.printed[1] == "order_etl: 2011-03-01 to 2011-03-07 done\n"


def test_all_is_in_order_and_what_makes_everything_anew_runs_once(world: World) -> None:
    assert world.main("all", *MARCH, "--env", "prod", "--chunk", "7", "--yes") == 0
    assert world.started == ["order_etl"] * 5 + ["crm_etl", "gold_etl"]


def test_of_all_nobody_reads_what_a_later_one_publishes() -> None:
    jobs = {job.name: job for job in JOBS}
    for place, name in enumerate(command.ALL):
        read = [(zone, table) for zone, tables in jobs[name].reads.items() for table in tables]
        assert {publisher_of(zone, table) for zone, table in read} <= set(command.ALL[:place])


def test_one_that_cannot_run_stops_all_before_the_first(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.jobs["gold_etl"].runs.append(PastRun(run_id="daily", state="RUNNING", arguments={}))
    assert world.main("all", *MARCH, "--env", "prod", "--yes") == 1
    assert capsys.readouterr().err == "backfill: gold_etl: run daily is RUNNING; wait for its end\n"
    assert world.started == []


def test_credentials_of_another_account_see_and_start_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.account = "999999999999"
    assert world.main("order_etl", *MARCH, "--env", "prod", "--yes") == 1
    assert "are of account 999999999999, prod is 333333333333" in capsys.readouterr().err
    assert world.jobs["order_etl"].calls == []


def test_one_day_is_said_as_to_make_job(world: World) -> None:
    assert world.main("order_etl", "--date", "2011-03-01", "--env", "prod", "--yes") == 0
    [run] = world.jobs["order_etl"].runs
    assert (run.arguments["--from_date"], run.arguments["--to_date"]) == ("2011-03-01", "2011-03-01")


def test_what_is_done_is_said_and_not_done_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.main("order_etl", *MARCH, "--env", "prod", "--yes")
    capsys.readouterr()
    assert world.main("order_etl", *MARCH, "--env", "prod") == 0
    assert capsys.readouterr().out.splitlines() == [
        "order_etl in prod: 2011-03-01 to 2011-03-31, 0 days to compute in 0 runs, 31 of 31 runs are done",
        "there is nothing to do",
    ]


def test_on_this_machine_it_costs_nothing_and_asks_for_no_account(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.account = "999999999999"
    assert world.main("crm_etl", *MARCH, "--env", "local") == 0
    assert "it runs on this machine and costs nothing" in capsys.readouterr().out


def test_a_run_that_fails_ends_it_with_1_and_no_later_job_begins(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.jobs["crm_etl"].ends.append("FAILED")
    assert world.main("all", "--date", "2011-03-01", "--env", "prod", "--yes") == 1
    assert "backfill: crm_etl, 2011-03-01: run jr_0 ended as FAILED" in capsys.readouterr().err
    assert world.started == ["order_etl", "crm_etl"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ClientError({"Error": {"Code": "ConcurrentRunsExceededException"}}, "StartJobRun"), "ConcurrentRunsExceeded"),
        (KeyboardInterrupt(), "backfill: interrupted; start it again to go on"),
    ],
)
def test_what_can_be_foreseen_to_fail_is_a_line_and_1(
    world: World, capsys: pytest.CaptureFixture[str], error: BaseException, message: str
) -> None:
    world.jobs["order_etl"].fails = error
    assert world.main("order_etl", *MARCH, "--env", "prod", "--yes") == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("order_etl", "--env", "prod"), "say which days: --date, or --from and --to"),
        (("order_etl", "--env", "prod", "--from", "2011-03-01"), "say which days"),
        (("order_etl", "--env", "prod", "--date", "2011-03-01", "--to", "2011-03-02"), "say which days"),
        (("order_etl", *MARCH, "--env", "mars"), "no environment 'mars'; there are: local, dev"),
        (("order_etl", *MARCH), "the following arguments are required: --env"),
    ],
)
def test_wrong_arguments_end_it_with_2(
    world: World, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        world.main(*words)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_a_job_the_environment_has_not_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert world.main("orders", *MARCH, "--env", "prod") == 1
    assert "prod has no job 'orders'; it has: order_etl" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("DATE=2011-03-01",), "--date 2011-03-01"),
        (("FROM=2011-03-01", "TO=2011-03-31"), "--from 2011-03-01 --to 2011-03-31"),
        ((), "say which days: DATE=2011-03-01 or FROM="),
    ],
)
def test_make_passes_the_days_on_and_asks_for_them(days: tuple[str, ...], said: str) -> None:
    words = ["make", "--dry-run", "backfill", "NAME=order_etl", *days]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said in told.stdout + told.stderr
    assert (told.returncode == 0) == bool(days)
