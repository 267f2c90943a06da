from datetime import date, timedelta

import pytest

from backfill.days import Days
from backfill.preview import preview
from backfill.runs import PastRun
from config.job_prices import Usage
from config.job_size import JobSize

GLUE = JobSize(worker_type="G.2X", workers=10)


FIRST = date(2011, 3, 1)


def days(count: int) -> list[Days]:
    return list(Days(first=FIRST, last=FIRST + timedelta(days=count - 1)).pieces(2))


def past(to: str, dpu_hours: float, state: str = "SUCCEEDED") -> PastRun:
    arguments = {"--from_date": "2011-03-01", "--to_date": to}
    return PastRun(run_id="jr", state=state, arguments=arguments, usage=Usage(dpu_hours=dpu_hours))


def test_past_runs_say_what_a_day_costs() -> None:
    runs = [past("2011-03-03", 2.0), past("2011-03-01", 2.0), past("2011-03-01", 99.0, "FAILED")]
    found = preview(GLUE, days(31), runs)
    assert found.usage.dpu_hours == pytest.approx(31)
    assert str(found) == (
        "31.0 DPU-hours x 0.44 = 13.64 dollars (as 2 past runs of 4 days used; "
        "prices of us-east-1, AWS Price List API, 2026-10-07)"
    )


def test_without_past_runs_the_size_and_what_is_assumed_are_said() -> None:
    found = preview(GLUE, days(12), [PastRun(run_id="jr", state="SUCCEEDED", arguments={}, usage=Usage(dpu_hours=1))])
    assert found.dollars == pytest.approx(12 * 5 / 60 * 10 * 2 * 0.44)
    assert "assumed: 5 minutes a day with all 10 G.2X workers" in str(found)


def test_spare_capacity_and_memory_have_their_own_prices() -> None:
    assert "x 0.29 =" in str(preview(JobSize(flex=True), days(1), []))
    memory = str(preview(JobSize(worker_type="R.1X"), days(1), []))
    assert "x 0.52 =" in memory
    assert memory.endswith(", 2026-06-27)")


def test_emr_serverless_counts_cores_and_memory() -> None:
    found = preview(JobSize(engine="emr", worker_type="G.1X", workers=2), days(12), [])
    assert found.usage.core_hours == pytest.approx(8)
    assert found.usage.gb_hours == pytest.approx(32)
    assert found.dollars == pytest.approx(8 * 0.042094 + 32 * 0.004628)
    assert str(found).endswith("; prices of us-east-1, AWS Price List API, 2026-09-21)")
    assert str(found).startswith("8.0 vCPU-hours x 0.042094 + 32.0 GB-hours x 0.004628 = 0.48 dollars")


def test_a_job_that_makes_everything_anew_is_priced_by_the_run() -> None:
    month = [Days(first=FIRST, last=date(2011, 3, 31))]
    assumed = preview(GLUE, month, [], whole=True)
    assert assumed.dollars == pytest.approx(5 / 60 * 10 * 2 * 0.44)
    assert "assumed: 5 minutes a run with all 10 G.2X workers" in str(assumed)
    # One that had nothing to do tells nothing.
    idle = PastRun(run_id="jr", state="SUCCEEDED", arguments={}, usage=Usage(dpu_hours=0.1))
    known = preview(GLUE, month, [past("2011-03-31", 2.0), past("2011-03-01", 4.0), idle], whole=True)
    assert known.usage.dpu_hours == pytest.approx(3)
    assert "as 2 past runs used" in str(known)
