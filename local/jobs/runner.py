"""Runs a job of the applied platform: its name and a day go in, how the run ended comes out.

Definition, script and libraries are those that were deployed. What starts here is real Spark, on all cores of this
machine instead of the job's workers.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config import Environment
from local.jobs.definition import JobDefinition, read_definition
from local.jobs.job_process import Work, end_of_log, run_process, stats_of
from local.jobs.run_record import FAILED, STOPPED, SUCCEEDED, RunRecord, RunRecords
from local.lambda_service.aws_clients import aws_client
from local.progress import Progress
from local.spark.gateway import gateway
from local.spark.iceberg import iceberg_jars, settings_of
from local.spark.java import java_home
from local.spark.session import SessionSize, spark_settings, submit_arguments

FOLDER = "job_runs"
SECONDS_PER_MINUTE = 60


class JobFailedError(Exception):
    """When a job's run did not succeed; the message says how it ended and where its log is."""


@dataclass(frozen=True, kw_only=True)
class JobRunner:
    """Runs jobs of the platform at ``endpoint``; ``instance_id`` keeps runs on another embedded AWS apart."""

    env: Environment
    endpoint: str
    work_dir: Path
    instance_id: str
    size: SessionSize = field(default_factory=SessionSize)

    @property
    def records(self) -> RunRecords:
        return RunRecords(folder=self.work_dir.resolve() / FOLDER / self.instance_id)

    def definition(self, name: str) -> JobDefinition:
        return read_definition(name, env=self.env, glue=self._client("glue"), s3=self._client("s3"))

    def run(self, name: str, arguments: Mapping[str, str] | None = None) -> RunRecord:
        """Runs it to its end, with ``arguments`` such as ``{"--date": "2011-03-01"}`` beside or over its own."""
        java = java_home()
        job = self.definition(name)
        given = {**job.arguments, **(arguments or {})}
        run = self.records.begin(name, given, most=job.max_concurrent)
        started, state, stats = time.monotonic(), STOPPED, dict[str, object]()
        try:
            state = FAILED
            state = self._run(job, run, java)
            stats = stats_of(self.records.folder_of(run))
        except KeyboardInterrupt:
            state = STOPPED
            raise
        finally:
            run = self.records.end(run, state, seconds=time.monotonic() - started, stats=stats)
        if run.state != SUCCEEDED:
            raise JobFailedError(self._failure(job, run))
        return run

    def _run(self, job: JobDefinition, run: RunRecord, java: Path) -> str:
        folder, s3 = self.records.folder_of(run), self._client("s3")
        buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        script, *libraries = (_fetched(s3, url, folder) for url in (job.script, *job.py_files))
        with gateway(endpoint=self.endpoint, region=self.env.region) as port, Progress(job.name, unit="tasks") as shown:
            settings = spark_settings(port=port, buckets=buckets, folder=folder, size=self.size)
            settings |= settings_of(run.arguments)
            work = Work(
                script=script,
                py_files=libraries,
                arguments=[word for pair in _words(run) for word in pair],
                folder=folder,
                spark=submit_arguments(settings, jars=iceberg_jars(run.arguments)),
                java_home=java,
                endpoint=self.endpoint,
                timeout_seconds=job.timeout_minutes * SECONDS_PER_MINUTE,
            )
            return run_process(work, on_tasks=shown.advance)

    def _failure(self, job: JobDefinition, run: RunRecord) -> str:
        folder = self.records.folder_of(run)
        limit = f" after its {job.timeout_minutes} minutes" if run.state == "TIMEOUT" else ""
        return f"{job.name}: {run.state}{limit}; its log ({folder}) ends:\n{end_of_log(folder)}"

    def _client(self, service: str) -> Any:
        return aws_client(service, endpoint=self.endpoint, region=self.env.region)


def told(run: RunRecord) -> str:
    """How a run went, in a line."""
    stats = f"; {json.dumps(run.stats)}" if run.stats else ""
    return f"{run.job}: {run.state} in {run.seconds or 0:.1f} s{stats}"


def _words(run: RunRecord) -> list[tuple[str, str]]:
    """What Glue starts a script with: the arguments, its own ones among them."""
    return [*run.arguments.items(), ("--JOB_NAME", run.job), ("--JOB_RUN_ID", run.run_id)]


def _fetched(s3: Any, url: str, folder: Path) -> Path:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    path = folder / key.rpartition("/")[2]
    s3.download_file(bucket, key, str(path))
    return path
