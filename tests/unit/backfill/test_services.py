"""Runs as AWS's own APIs tell them, in moto, and as the runner of this machine does."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import boto3
import pytest
from moto import mock_aws

from backfill import emr_runs, local_runs
from backfill.backfill import Backfill
from backfill.days import Days
from backfill.emr_runs import EmrRuns
from backfill.glue_runs import GlueRuns, _past
from backfill.local_runs import LocalRuns
from backfill.runs import ACTIVE

REGION = "eu-west-1"
DAYS = Days(first=date(2011, 3, 1), last=date(2011, 3, 3))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield lambda service: boto3.client(service, region_name=REGION)


def done(work: Backfill) -> list[Days]:
    return list(work.run(work.to_do(work.runs.history())))


def test_glue_runs_each_day_once_with_its_dates(aws: Any) -> None:
    glue = aws("glue")
    glue.create_job(Name="ecommerce-test-order-etl", Role="r", Command={"Name": "glueetl"})
    runs = GlueRuns(glue=glue, name="ecommerce-test-order-etl")
    work = Backfill(job="order_etl", days=DAYS, chunk=1, label="1", runs=runs)
    assert len(done(work)) == 3
    assert done(work) == []
    told = [run["Arguments"]["--from_date"] for run in glue.get_job_runs(JobName="ecommerce-test-order-etl")["JobRuns"]]
    assert told == ["2011-03-01", "2011-03-02", "2011-03-03"]


def test_what_a_glue_run_used_is_its_dpu_seconds_or_all_workers_all_the_time() -> None:
    run = {"Id": "a", "JobRunState": "SUCCEEDED", "MaxCapacity": 10.0, "ExecutionTime": 720}
    usage = _past(run).usage
    assert usage is not None
    assert usage.dpu_hours == pytest.approx(2)
    exact = _past(run | {"DPUSeconds": 3600.0}).usage
    assert exact is not None
    assert exact.dpu_hours == pytest.approx(1)
    assert _past({"Id": "a", "JobRunState": "FAILED"}).usage is None


def test_glue_is_asked_until_a_run_has_ended() -> None:
    states = ["STARTING", "RUNNING", "SUCCEEDED"]

    class Slow:
        def get_job_run(self, **_: str) -> Any:
            return {"JobRun": {"Id": "a", "JobRunState": states.pop(0)}}

    slept = list[float]()
    assert GlueRuns(glue=Slow(), name="x", sleep=slept.append).wait("a").state == "SUCCEEDED"
    assert len(slept) == 2


def test_emr_serverless_runs_each_day_once_with_its_dates(aws: Any) -> None:
    emr = aws("emr-serverless")
    application = emr.create_application(name="spark", releaseLabel="emr-7.8.0", type="SPARK")["applicationId"]
    submit = {"entryPoint": "s3://b/gold_etl.py", "entryPointArguments": ["--table_format", "parquet"]}
    request = {
        "applicationId": application,
        "executionRoleArn": "arn:aws:iam::123456789012:role/gold",
        "name": "gold-etl",
        "jobDriver": {"sparkSubmit": submit},
    }
    # moto knows no application without runs. This one is another job's.
    emr.start_job_run(**request | {"name": "other"})
    runs = EmrRuns(emr=emr, request=request)
    work = Backfill(job="gold_etl", days=DAYS, chunk=2, label="1", runs=runs)
    assert len(done(work)) == 2
    assert done(work) == []
    first = runs.history()[0]
    assert (first.arguments["--table_format"], first.arguments["--from_date"]) == ("parquet", "2011-03-01")
    assert submit["entryPointArguments"] == ["--table_format", "parquet"], "the next run must not inherit dates"


class ManyEmrRuns:
    """EMR Serverless with 300 past runs of the job, and what it was asked."""

    def __init__(self) -> None:
        self.states = {f"past-{number}": "SUCCESS" for number in range(300)}
        self.asked = Counter[str]()

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_job_runs"
        return self

    def paginate(self, *, states: Sequence[str] = (), **_: str) -> list[Any]:
        self.asked["list of active runs" if states else "list of all runs"] += 1
        found = [run_id for run_id, state in self.states.items() if not states or state in states]
        return [{"jobRuns": [{"id": run_id, "name": "gold-etl"} for run_id in found]}]

    def get_job_run(self, *, jobRunId: str, **_: str) -> Any:  # noqa: N803
        self.asked["run"] += 1
        submit = {"entryPointArguments": ["--date", "2010-01-01"]}
        return {"jobRun": {"state": self.states[jobRunId], "jobDriver": {"sparkSubmit": submit}}}

    def start_job_run(self, **_: Any) -> Any:
        self.states[run_id := f"mine-{len(self.states)}"] = "SUCCESS"
        return {"jobRunId": run_id}


def test_emr_serverless_is_asked_for_each_past_run_once_and_not_for_every_piece() -> None:
    emr = ManyEmrRuns()
    request = {"applicationId": "a", "name": "gold-etl", "jobDriver": {"sparkSubmit": {"entryPointArguments": []}}}
    runs = EmrRuns(emr=emr, request=request)
    year = Days(first=date(2011, 1, 1), last=date(2011, 12, 31))
    assert len(done(Backfill(job="gold_etl", days=year, chunk=1, label="1", runs=runs))) == 365
    assert emr.asked == {"list of all runs": 1, "list of active runs": 365, "run": 300 + 365}


def test_every_state_of_emr_serverless_is_an_end_or_under_way() -> None:
    model = boto3.client("emr-serverless", region_name=REGION).meta.service_model
    every = set(model.operation_model("ListJobRuns").input_shape.members["states"].member.enum)
    assert every - set(emr_runs.ACTIVE) == {"SUCCESS", "FAILED", "CANCELLED"}
    assert {emr_runs.STATES.get(state, state) for state in emr_runs.ACTIVE} <= ACTIVE


def test_glue_is_asked_for_its_newest_runs_before_a_piece_and_not_for_all() -> None:
    asked = list[str]()

    class Long:
        def get_job_runs(self, **_: str) -> Any:
            asked.append("newest")
            return {"JobRuns": [{"Id": "b", "JobRunState": "RUNNING"}, {"Id": "a", "JobRunState": "FAILED"}]}

    assert [run.run_id for run in GlueRuns(glue=Long(), name="x").active()] == ["b"]
    assert asked == ["newest"]


def test_this_machine_is_told_dates_and_label_by_its_own_command(monkeypatch: pytest.MonkeyPatch) -> None:
    commands, records = list[list[str]](), list[dict[str, Any]]()

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        words = command[len(local_runs.COMMAND) :]
        if words[0] == "run":
            commands.append(words)
            given = dict(word.removeprefix("--argument=").split("=") for word in words[2:])
            arguments = {f"--{name}": value for name, value in given.items()}
            records.append({"run_id": str(len(records)), "state": "SUCCEEDED", "arguments": arguments})
        return subprocess.CompletedProcess(command, 0, stdout="\n".join(map(json.dumps, records)))

    monkeypatch.setattr(subprocess, "run", run)
    work = Backfill(job="order_etl", days=DAYS, chunk=3, label="1", runs=LocalRuns(name="order_etl"))
    assert len(done(work)) == 1
    assert done(work) == []
    dates = ["--argument=from_date=2011-03-01", "--argument=to_date=2011-03-03", "--argument=backfill=1"]
    assert commands == [["run", "order_etl", *dates]]
