"""Runs as AWS's own APIs tell them, in moto, and as the runner of this machine does."""

import json
import subprocess
from collections.abc import Iterator
from datetime import date
from typing import Any

import boto3
import pytest
from moto import mock_aws

from backfill import local_runs
from backfill.backfill import Backfill
from backfill.days import Days
from backfill.emr_runs import EmrRuns
from backfill.glue_runs import GlueRuns, _past
from backfill.local_runs import LocalRuns

REGION = "eu-west-1"
DAYS = Days(first=date(2011, 3, 1), last=date(2011, 3, 3))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield lambda service: boto3.client(service, region_name=REGION)


def test_glue_runs_each_day_once_with_its_dates(aws: Any) -> None:
    glue = aws("glue")
    glue.create_job(Name="ecommerce-test-order-etl", Role="r", Command={"Name": "glueetl"})
    runs = GlueRuns(glue=glue, name="ecommerce-test-order-etl")
    work = Backfill(job="order_etl", days=DAYS, chunk=1, label="1", runs=runs)
    assert len(list(work.run())) == 3
    assert list(work.run()) == []
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
    assert len(list(work.run())) == 2
    assert list(work.run()) == []
    first = runs.history()[0]
    assert (first.arguments["--table_format"], first.arguments["--from_date"]) == ("parquet", "2011-03-01")
    assert submit["entryPointArguments"] == ["--table_format", "parquet"], "the next run must not inherit dates"


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
    assert len(list(work.run())) == 1
    assert list(work.run()) == []
    dates = ["--argument=from_date=2011-03-01", "--argument=to_date=2011-03-03", "--argument=backfill=1"]
    assert commands == [["run", "order_etl", *dates]]
