"""Runs of a job on EMR Serverless, started as its definition in the scripts zone says."""

import copy
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backfill.runs import PastRun
from config.job_prices import Usage

LOOK_SECONDS = 15.0
# In Glue's words.
STATES = {"SUCCESS": "SUCCEEDED", "CANCELLED": "STOPPED", "CANCELLING": "STOPPING"}
ACTIVE = ("SUBMITTED", "PENDING", "SCHEDULED", "QUEUED", "RUNNING", "CANCELLING")


@dataclass(frozen=True, kw_only=True)
class EmrRuns:
    """``request`` is what StartJobRun is told (constructs/job_definition.py), without dates.

    A list of runs does not tell their arguments: each costs a call.
    """

    emr: Any
    request: Mapping[str, Any]
    sleep: Callable[[float], object] = time.sleep

    def history(self) -> Sequence[PastRun]:
        return self._listed()

    def active(self) -> Sequence[PastRun]:
        return [run for run in self._listed(states=ACTIVE) if run.is_active]

    def start(self, arguments: Mapping[str, str]) -> str:
        request = copy.deepcopy(dict(self.request))
        request["jobDriver"]["sparkSubmit"]["entryPointArguments"] += [
            word for argument in arguments.items() for word in argument
        ]
        started: str = self.emr.start_job_run(**request, clientToken=str(uuid.uuid4()))["jobRunId"]
        return started

    def wait(self, run_id: str) -> PastRun:
        while (run := self._past(run_id)).is_active:
            self.sleep(LOOK_SECONDS)
        return run

    def _listed(self, **which: Sequence[str]) -> list[PastRun]:
        application, name = self.request["applicationId"], self.request["name"]
        pages = self.emr.get_paginator("list_job_runs").paginate(applicationId=application, **which)
        return [self._past(run["id"]) for page in pages for run in page["jobRuns"] if run.get("name") == name]

    def _past(self, run_id: str) -> PastRun:
        run = self.emr.get_job_run(applicationId=self.request["applicationId"], jobRunId=run_id)["jobRun"]
        words = run["jobDriver"]["sparkSubmit"].get("entryPointArguments", [])
        return PastRun(
            run_id=run_id,
            state=STATES.get(run["state"], run["state"]),
            arguments=dict(zip(words[::2], words[1::2], strict=False)),
            usage=_usage(run.get("billedResourceUtilization")),
        )


def _usage(billed: Mapping[str, float] | None) -> Usage | None:
    if not billed:
        return None
    return Usage(core_hours=billed.get("vCPUHour", 0.0), gb_hours=billed.get("memoryGBHour", 0.0))
