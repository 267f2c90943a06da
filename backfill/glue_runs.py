"""Runs of a Glue job, through Glue's own API."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backfill.runs import PastRun
from config.job_prices import Usage

LOOK_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class GlueRuns:
    """``name`` is the job's in Glue."""

    glue: Any
    name: str
    sleep: Callable[[float], object] = time.sleep

    def history(self) -> Sequence[PastRun]:
        pages = self.glue.get_paginator("get_job_runs").paginate(JobName=self.name)
        return [_past(run) for page in pages for run in page["JobRuns"]]

    def active(self) -> Sequence[PastRun]:
        """Glue tells the newest first, and no job here runs twice at once: one page has them."""
        return [run for run in map(_past, self.glue.get_job_runs(JobName=self.name)["JobRuns"]) if run.is_active]

    def start(self, arguments: Mapping[str, str]) -> str:
        started: str = self.glue.start_job_run(JobName=self.name, Arguments=dict(arguments))["JobRunId"]
        return started

    def wait(self, run_id: str) -> PastRun:
        while True:
            run = _past(self.glue.get_job_run(JobName=self.name, RunId=run_id)["JobRun"])
            if not run.is_active:
                return run
            self.sleep(LOOK_SECONDS)


def _past(run: Mapping[str, Any]) -> PastRun:
    return PastRun(run_id=run["Id"], state=run["JobRunState"], arguments=run.get("Arguments") or {}, usage=_usage(run))


def _usage(run: Mapping[str, Any]) -> Usage | None:
    """Glue tells DPU-seconds where their number changes; otherwise all of them ran all the time."""
    if (exact := run.get("DPUSeconds")) is not None:
        return Usage(dpu_hours=exact / 3600)
    if (dpus := run.get("MaxCapacity")) and (seconds := run.get("ExecutionTime")):
        return Usage(dpu_hours=dpus * seconds / 3600)
    return None
