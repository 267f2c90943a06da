"""Start the server process and wait until it is ready.

In: a work directory, the command to run. Out: whatever `ready` finds, or EmbeddedAwsError with the end of the log.
"""

import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
LOG_FILE = "embedded_aws.log"
START_SECONDS = 60.0
POLL_SECONDS = 0.05
LOG_LINES = 12

Found = TypeVar("Found")


class EmbeddedAwsError(RuntimeError):
    """When the embedded AWS cannot be started or ended; the message says what to do."""


def serve_command(work_dir: Path, *, port: int, companion: str | None, account_id: str) -> list[str]:
    """`serve` with these options, companions apart by commas; EmbeddedAwsError if there is no such companion."""
    for module in companion.split(",") if companion else ():
        if not _exists(module):
            raise EmbeddedAwsError(f"embedded AWS: no module {module!r} to start as companion; --companion '' for none")
    command = [sys.executable, "-m", "local.embedded_aws", "serve", "--work-dir", str(work_dir), "--port", str(port)]
    return [*command, "--companion", companion or "", "--account", account_id]


def launch(work_dir: Path, command: list[str], *, ready: Callable[[int], Found | None]) -> Found:
    """Start `serve` and return the first thing `ready` finds for its pid."""
    pid = _spawn(work_dir, command)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        found = ready(pid)
        if found is not None:
            return found
        if _has_ended(pid):
            raise EmbeddedAwsError(f"embedded AWS: did not start; its log ends:\n{_log_end(work_dir)}")
        time.sleep(POLL_SECONDS)
    # Our child and not yet waited for: the pid is surely still its own.
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise EmbeddedAwsError(f"embedded AWS: not ready after {START_SECONDS:g} s; its log ends:\n{_log_end(work_dir)}")


def _spawn(work_dir: Path, command: list[str]) -> int:
    """`serve` in a session of its own: neither the caller's end nor a signal to the caller's group reaches it."""
    # A profile or an endpoint of the caller must reach neither moto nor the companion.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment["PYTHONUNBUFFERED"] = "1"
    log = str(work_dir / LOG_FILE)
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(sys.executable, command, environment, file_actions=files, setsid=True)


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) != (0, 0)
    except ChildProcessError:  # `lives` was first to notice
        return True


def _log_end(work_dir: Path) -> str:
    return "\n".join((work_dir / LOG_FILE).read_text(errors="replace").splitlines()[-LOG_LINES:])
