"""Kills a program the moment its output, or a file it writes, says that it has come to a certain point."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen

LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 120.0


def wait_for(fact: Callable[[], object], *, what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Returns once ``fact`` holds."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"{what}: did not happen within {seconds:g} s"
        time.sleep(LOOK_SECONDS)


def says(path: Path, marker: str) -> bool:
    """Whether the file holds the marker."""
    return path.is_file() and marker in path.read_text(encoding="utf-8", errors="replace")


def killed_at(
    marker: str,
    command: Sequence[str],
    *,
    log: Path,
    with_signal: signal.Signals = signal.SIGKILL,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> int:
    """Runs ``command`` until ``marker`` stands in its output, sends the signal to it alone; returns how it ended.

    An end before the marker is an AssertionError that shows the output.
    """
    with log.open("wb") as output:
        process = Popen(command, stdin=DEVNULL, stdout=output, stderr=output, env=env, cwd=cwd)
    try:
        wait_for(lambda: says(log, marker) or process.poll() is not None, what=f"{marker!r} in {log}")
        assert process.poll() is None, f"ended before {marker!r}: {log.read_text(encoding='utf-8', errors='replace')}"
        process.send_signal(with_signal)
        return process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()
        process.wait()


def kill_when(fact: Callable[[], object], pid: Callable[[], int | None], *, what: str) -> int:
    """Waits for ``fact`` and sends SIGKILL to the process ``pid`` then names; returns its number."""
    wait_for(fact, what=what)
    number = pid()
    assert number is not None, f"{what}: there is no process to kill"
    os.kill(number, signal.SIGKILL)
    return number
