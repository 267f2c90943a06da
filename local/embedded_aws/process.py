"""Which process is meant by a pid: a pid alone is reused, a pid with its start mark is not.

In: pids from a pid file. Out: whether that very process lives, and its end when asked for.
"""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")
POLL_SECONDS = 0.02


def start_mark(pid: int) -> str | None:
    """When `pid` was started, in the system's own notation; None if there is no such process."""
    return _state_and_mark(pid)[1]


def lives(pid: int, mark: str) -> bool:
    """Whether the process that had `mark` at its start still runs under `pid`; a zombie does not."""
    state, current = _state_and_mark(pid)
    if current != mark:
        return False
    if state.startswith("Z"):
        # An ended child stays in the process table until its parent asks; whoever called `up` may be that parent.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        return False
    return True


def end(pid: int, mark: str, *, patience_seconds: float) -> bool:
    """SIGTERM, and SIGKILL once patience is over; never touches a process with another mark. False if it lives on."""
    for sent in (signal.SIGTERM, signal.SIGKILL):
        if not lives(pid, mark):
            return True
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)
        deadline = time.monotonic() + patience_seconds
        while lives(pid, mark) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    return not lives(pid, mark)


def _state_and_mark(pid: int) -> tuple[str, str | None]:
    if not PROC.joinpath("self", "stat").exists():
        return _from_ps(pid)
    try:
        stat = PROC.joinpath(str(pid), "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "", None
    # The command's name, in brackets, may hold blanks; the state is field 3, the start time field 22 (man 5 proc).
    fields = stat.rpartition(")")[2].split()
    return fields[0], fields[19]


def _from_ps(pid: int) -> tuple[str, str | None]:
    """For systems without /proc (macOS)."""
    command = ["ps", "-o", "state=", "-o", "lstart=", "-p", str(pid)]
    environment = {**os.environ, "LC_ALL": "C"}
    line = subprocess.run(command, capture_output=True, text=True, check=False, env=environment).stdout.strip()
    state, _, started = line.partition(" ")
    return state, started.strip() or None
