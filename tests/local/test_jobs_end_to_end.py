"""Orders of real days, through the jobs that Terraform applied, on real Spark: exact, repeatable, killed at will."""

import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from local.demo.batch import job_runner
from local.demo.flow import ask, drain, feed
from local.demo.platform import Platform
from local.jobs.job_process import PID, STATUS
from local.jobs.run_record import FAILED, RUNNING, SUCCEEDED
from local.jobs.runner import JobFailedError, JobRunner
from local.report.demo_report import DemoReport
from local.report.gold import differences, expected_daily_sales, found_daily_sales
from local.shop.events_of_day import events_of_day
from tests.local.conftest import THREE_DAYS
from tests.support.killing import kill_when, wait_for

DAYS = [date.fromisoformat(day) for day in THREE_DAYS]
# The first run of everything takes what other tests stored as well; a recomputation is of these days.
RANGE = {"--from_date": THREE_DAYS[-1], "--to_date": THREE_DAYS[-1]}
CONTENT = "SELECT count(*), sum(hash(rows)::HUGEINT) FROM {table} AS rows"
ORDER_BY = ("orders", "order_items", "daily_sales", "order_facts", "product_performance")


@pytest.fixture(scope="module")
def runner(platform: Platform, report: DemoReport) -> JobRunner:
    """With the three days stored, and the exact tables made of them."""
    assert not report.problems
    made = job_runner(platform)
    for name in ("order_etl", "gold_etl"):
        assert made.run(name).state == SUCCEEDED
    return made


def contents(platform: Platform) -> Mapping[str, tuple[object, ...]]:
    """What a reader of the catalogue gets of each table, in short."""
    with ask(platform) as lake:
        return {table: lake.rows(CONTENT.format(table=table))[0] for table in ORDER_BY}


def unpublished(platform: Platform) -> list[tuple[str, str]]:
    """Orders that a reader sees live and not in the published table, and the other way round."""
    with ask(platform) as lake:
        return [
            (kind, *row)
            for kind, here, there in (("missing", "orders_live", "orders"), ("foreign", "orders", "orders_live"))
            for row in lake.rows(f"SELECT event_id FROM {here} ANTI JOIN {there} USING (event_id)")  # noqa: S608
        ]


def test_every_stored_order_is_published_once(platform: Platform, runner: JobRunner) -> None:
    assert runner.definition("order_etl").engine == "glue"
    with ask(platform) as lake:
        [(published, different)] = lake.rows("SELECT count(*), count(DISTINCT event_id) FROM orders")
    assert published == different
    assert unpublished(platform) == []


def test_the_day_wise_sales_are_what_the_shops_files_come_to(
    platform: Platform, runner: JobRunner, three_days: Path
) -> None:
    assert runner.records.runs("gold_etl")
    with ask(platform) as lake:
        found = {key: sales for key, sales in found_daily_sales(lake.connection).items() if key[0] in DAYS}
    assert differences(expected_daily_sales(three_days), found) == []


def test_run_again_with_and_without_dates_nothing_changes(platform: Platform, runner: JobRunner) -> None:
    before = contents(platform)
    runner.run("order_etl")
    runner.run("gold_etl", RANGE)
    assert contents(platform) == before


def test_a_driver_that_is_killed_leaves_the_version_there_was_and_the_next_run_does_the_work(
    platform: Platform, runner: JobRunner
) -> None:
    feed(platform, events_of_day(60, seed=77))
    drain(platform)
    before, failures = contents(platform), list[Exception]()
    assert unpublished(platform)

    def run() -> None:
        try:
            runner.run("order_etl")
        except JobFailedError as error:
            failures.append(error)

    under_way = threading.Thread(target=run)
    under_way.start()
    wait_for(lambda: runner.records.runs("order_etl")[-1].state == RUNNING, what="the run")
    folder = runner.records.folder_of(runner.records.runs("order_etl")[-1])
    at_work = folder / STATUS
    kill_when(
        lambda: at_work.is_file() and int(at_work.read_text() or 0) > 3,
        lambda: int((folder / PID).read_text()),
        what="Spark at work",
    )
    under_way.join()
    assert len(failures) == 1
    assert runner.records.runs("order_etl")[-1].state == FAILED
    assert contents(platform) == before
    runner.run("order_etl")
    assert contents(platform)["orders"] != before["orders"]
    assert unpublished(platform) == []
