"""Runs of a job on this machine, through the command that runs jobs here."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backfill.runs import PastRun

COMMAND = (sys.executable, "-m", "local.jobs")


@dataclass(kw_only=True)
class LocalRuns:
    """``name`` is the job's in config/batch_jobs.py. A run that is started here has ended when `start` returns."""

    name: str
    options: Sequence[str] = ()
    _states: dict[str, PastRun] = field(default_factory=dict)

    def history(self) -> Sequence[PastRun]:
        answer = subprocess.run(
            [*COMMAND, "runs", self.name, *self.options], stdout=subprocess.PIPE, text=True, check=False
        )
        if answer.returncode:
            raise OSError(f"{self.name}: its runs are not known; see above")
        runs = [json.loads(line) for line in answer.stdout.splitlines()]
        return [PastRun(run_id=run["run_id"], state=run["state"], arguments=run["arguments"]) for run in runs]

    def active(self) -> Sequence[PastRun]:
        return [run for run in self.history() if run.is_active]

    def start(self, arguments: Mapping[str, str]) -> str:
        words = [f"--argument={name.removeprefix('--')}={value}" for name, value in arguments.items()]
        before = {run.run_id for run in self.history()}
        subprocess.run([*COMMAND, "run", self.name, *words, *self.options], check=False)
        ended = [run for run in self.history() if run.run_id not in before and run.is_of(arguments)]
        if not ended:
            raise OSError(f"{self.name}: the run could not be started; see above")
        self._states[ended[-1].run_id] = ended[-1]
        return ended[-1].run_id

    def wait(self, run_id: str) -> PastRun:
        if run_id not in self._states:
            raise OSError(f"{self.name}: run {run_id} is under way in another window; wait for it, then start again")
        return self._states[run_id]
