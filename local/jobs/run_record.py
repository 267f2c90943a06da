"""What is known of a job's runs: a file for each, written when it begins and when it ends.

The emulated Glue would say of every run that it succeeded, so the truth is kept beside it, in Glue's words. A run
whose process is gone without a last word has failed; nobody needs to clean up after it.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from local.embedded_aws.process import lives, start_mark
from local.lambda_service.atomic_file import write_atomically

RUNNING, SUCCEEDED, FAILED, TIMEOUT, STOPPED = "RUNNING", "SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED"
RECORD = "run.json"


class ConcurrentRunsError(Exception):
    """When as many runs of a job as it allows are under way, as Glue's ConcurrentRunsExceededException."""


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One run; ``pid`` and ``mark`` are the process that watches it."""

    job: str
    run_id: str
    state: str
    arguments: Mapping[str, str]
    started: str
    pid: int
    mark: str
    ended: str | None = None
    seconds: float | None = None
    stats: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunRecords:
    """The runs on one embedded AWS; ``folder`` has a folder for each job and in it one for each run."""

    folder: Path

    def begin(self, job: str, arguments: Mapping[str, str], *, most: int) -> RunRecord:
        """A new run under way; ConcurrentRunsError if ``most`` are."""
        with self._alone(job):
            active = [run for run in self.runs(job) if run.state == RUNNING]
            if len(active) >= most:
                since = ", ".join(f"{run.run_id} since {run.started}" for run in active)
                raise ConcurrentRunsError(f"{job}: {len(active)} of at most {most} runs are under way ({since})")
            run = RunRecord(
                job=job,
                run_id=f"jr_{secrets.token_hex(16)}",
                state=RUNNING,
                arguments=dict(arguments),
                started=_now(),
                pid=os.getpid(),
                mark=start_mark(os.getpid()) or "",
            )
            self._write(run)
            return run

    def end(self, run: RunRecord, state: str, *, seconds: float, stats: Mapping[str, object]) -> RunRecord:
        ended = replace(run, state=state, ended=_now(), seconds=round(seconds, 3), stats=dict(stats))
        self._write(ended)
        return ended

    def runs(self, job: str) -> list[RunRecord]:
        """All of the job, the first first."""
        found = [_read(path) for path in (self.folder / job).glob(f"*/{RECORD}")]
        return sorted(found, key=lambda run: (run.started, run.run_id))

    def folder_of(self, run: RunRecord) -> Path:
        """Where the run may leave what it likes."""
        return self.folder / run.job / run.run_id

    def _write(self, run: RunRecord) -> None:
        write_atomically(self.folder_of(run) / RECORD, json.dumps(asdict(run), indent=2).encode())

    @contextmanager
    def _alone(self, job: str) -> Iterator[None]:
        """Two that begin at the same moment must not both find nobody else; the kernel lets go if one is killed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{job}.lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _read(path: Path) -> RunRecord:
    run = RunRecord(**json.loads(path.read_bytes()))
    is_gone = run.state == RUNNING and not lives(run.pid, run.mark)
    return replace(run, state=FAILED) if is_gone else run


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
