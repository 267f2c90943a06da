"""One demo at a time in a work directory: the second would take the first one's deployment for one that was cut off."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "demo.lock"


class AnotherRunsError(Exception):
    """When a demo already runs in the work directory; wait for it, or give this one a directory of its own."""


@contextmanager
def alone_in(work_dir: Path) -> Iterator[None]:
    """Holds the directory while the block runs; the kernel lets go when the holder is killed."""
    work_dir.mkdir(parents=True, exist_ok=True)
    with (work_dir / LOCK).open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AnotherRunsError(f"another demo runs in {work_dir}; wait for it, or use --work-dir") from error
        yield
