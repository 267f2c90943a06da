"""Start, find and end the embedded AWS of a work directory: one directory, at most one instance.

In: a work directory. Out: the running instance, or None. The pid file is only a hint: an instance is found when the
very process that wrote it lives (pid and start time) and its health check answers with the same instance id.
"""

import fcntl
import http.client
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.embedded_aws.application import HEALTH_PATH
from local.embedded_aws.environment import ACCOUNT_ID, LOOP_BACK
from local.embedded_aws.launch import EmbeddedAwsError, launch, serve_command
from local.embedded_aws.pid_file import forget, recall
from local.embedded_aws.process import end, lives

DEFAULT_COMPANION = "local.lambda_service,local.firehose"
LOCK_FILE = "embedded_aws.lock"
STOP_SECONDS = 15.0
HEALTH_SECONDS = 5.0
# A machine that was suspended or is very busy answers late, and a living instance holds the lake: wait for it.
PATIENCE_SECONDS = 60.0
RETRY_SECONDS = 0.5


@dataclass(frozen=True)
class EmbeddedAws:
    """One running instance."""

    pid: int
    port: int
    endpoint: str
    instance_id: str


def find(work_dir: Path) -> EmbeddedAws | None:
    """The instance of `work_dir` if it runs and is healthy."""
    known = recall(work_dir.resolve())
    if known is None or not lives(known.pid, known.process_start) or _healthy_id(known.port) != known.instance_id:
        return None
    return EmbeddedAws(known.pid, known.port, known.endpoint, known.instance_id)


def up(
    work_dir: Path, *, port: int = 0, companion: str | None = DEFAULT_COMPANION, account_id: str = ACCOUNT_ID
) -> EmbeddedAws:
    """The instance of `work_dir`: the one that runs, or a fresh one that outlives the caller; port 0 is a free one."""
    work_dir = work_dir.resolve()
    work_dir.mkdir(parents=True, exist_ok=True)
    with _alone_in(work_dir):
        running = _awaited(work_dir)
        if running is not None:
            return running
        if _end_known(work_dir):
            print(f"the embedded AWS of {work_dir} gave no answer for {PATIENCE_SECONDS:.0f} s and is replaced")
        remove_state_of_dead_instance(work_dir)
        command = serve_command(work_dir, port=port, companion=companion, account_id=account_id)
        return launch(work_dir, command, ready=lambda pid: _started(work_dir, pid))


def down(work_dir: Path) -> bool:
    """End the instance of `work_dir`, its companion included, and wait; False if none ran."""
    work_dir = work_dir.resolve()
    if not work_dir.is_dir():
        return False
    with _alone_in(work_dir):
        return _end_known(work_dir)


def remove_state_of_dead_instance(work_dir: Path) -> None:
    """Remove what describes the resources of an instance that is gone, so that nobody believes they still exist.

    The embedded AWS keeps everything in memory. Terraform's state files (any depth below `work_dir`, with back-ups and
    locks) and the positions of the event source mappings would name resources that a fresh instance does not have.
    """
    for pattern in ("terraform.*.tfstate*", ".terraform.*.tfstate*"):
        for state in work_dir.rglob(pattern):
            state.unlink()
    shutil.rmtree(work_dir / "event_source_mappings", ignore_errors=True)


def _awaited(work_dir: Path) -> EmbeddedAws | None:
    """The running instance, with patience for one that lives and does not answer yet."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := find(work_dir)) is None and time.monotonic() < deadline:
        known = recall(work_dir)
        if known is None or not lives(known.pid, known.process_start):
            return None
        time.sleep(RETRY_SECONDS)
    return found


def _started(work_dir: Path, pid: int) -> EmbeddedAws | None:
    """The instance that process `pid` serves, once it is healthy."""
    found = find(work_dir)
    return found if found is not None and found.pid == pid else None


def _end_known(work_dir: Path) -> bool:
    """End the process the pid file names, if it still is that process; a stale file only goes."""
    known = recall(work_dir)
    if known is None:
        return False
    ran = lives(known.pid, known.process_start)
    if ran and not end(known.pid, known.process_start, patience_seconds=STOP_SECONDS):
        raise EmbeddedAwsError(f"embedded AWS: process {known.pid} does not end; end it by hand: kill -9 {known.pid}")
    forget(work_dir, instance_id=known.instance_id)
    return ran


def _healthy_id(port: int) -> str | None:
    """The instance id that answers on `port`; straight over a socket, whatever proxy the environment names."""
    connection = http.client.HTTPConnection(LOOP_BACK, port, timeout=HEALTH_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        return str(json.loads(connection.getresponse().read())["instance_id"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


@contextmanager
def _alone_in(work_dir: Path) -> Iterator[None]:
    """Two `up` at the same time must not start two instances; the kernel drops the lock if its holder is killed."""
    with (work_dir / LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
