"""Deployments that were killed half way: found on the next run, and what still runs of them is ended.

A killed apply leaves resources that no state knows; on this machine the cure is a new embedded AWS.
"""

import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NOTE = "deployment-unfinished"
MARKER = "ECOMMERCE_DEPLOYMENT"
PROC = Path("/proc")


@contextmanager
def unfinished_run(work_dir: Path) -> Iterator[dict[str, str]]:
    """Leaves a note while the block runs; only an orderly end removes it. Yields variables for the block's children."""
    note = work_dir / NOTE
    run = uuid.uuid4().hex
    work_dir.mkdir(parents=True, exist_ok=True)
    note.write_text(run, encoding="utf-8")
    yield {MARKER: run}
    note.unlink()


def end_unfinished(work_dir: Path) -> bool:
    """True if the last deployment was cut off; what still runs of it is ended.

    The note stays until a deployment has ended in order: who is killed between the two finds it again.
    """
    note = work_dir / NOTE
    if not note.is_file():
        return False
    wanted = f"{MARKER}={note.read_text(encoding='utf-8')}".encode()
    for process in _processes_with(wanted):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return True


def _processes_with(variable: bytes) -> Iterator[int]:
    for entry in PROC.glob("[0-9]*/environ"):
        try:
            found = variable in entry.read_bytes().split(b"\0")
        except OSError:  # ended meanwhile, or another user's
            continue
        if found:
            yield int(entry.parent.name)
