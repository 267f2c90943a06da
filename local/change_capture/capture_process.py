"""A capture in a process of its own, as DMS is one: it can be ended, killed and started again."""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.change_capture import checkpoint
from local.change_capture.capture_task import CaptureTask

FOLDER, LOG = "change_capture", "capture.log"
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 120.0


class CaptureError(RuntimeError):
    """When the capture ended by itself, or does not come on; the message says why."""


@dataclass(kw_only=True)
class CaptureProcess:
    """``with CaptureProcess(...) as capture``: runs inside the block. ``instance_id`` is that of the embedded AWS.

    What an instance held is gone with it, and so is how far the capture had come on it.
    """

    work_dir: Path
    endpoint: str
    instance_id: str
    task: CaptureTask
    login: dict[str, Any]
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def checkpoint_file(self) -> Path:
        return self.work_dir.resolve() / FOLDER / f"{self.instance_id}.json"

    @property
    def log(self) -> Path:
        return self.work_dir.resolve() / FOLDER / LOG

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        orders = {"task": asdict(self.task), "login": self.login, "endpoint": self.endpoint}
        orders["checkpoint"] = str(self.checkpoint_file)
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "local.change_capture"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        assert self._process.stdin  # noqa: S101  it is a pipe
        self._process.stdin.write(json.dumps(orders).encode())
        self._process.stdin.close()

    def kill(self) -> None:
        """As a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def wait_until(self, gtid: str) -> None:
        """Until everything up to ``gtid`` is in bronze."""
        moved = time.monotonic()
        known = checkpoint.read(self.checkpoint_file)
        while not known.loaded or _number(known.gtid) < _number(gtid):
            self.check()
            time.sleep(LOOK_SECONDS)
            if (now := checkpoint.read(self.checkpoint_file)) != known:
                known, moved = now, time.monotonic()
            if time.monotonic() - moved > PATIENCE_SECONDS:
                raise CaptureError(f"nothing was captured for {PATIENCE_SECONDS:.0f} s; see {self.log}")

    def check(self) -> None:
        """`CaptureError` with its last words if it ended."""
        if self._process is None or self._process.poll() is not None:
            words = self.log.read_text(errors="replace").strip().splitlines() if self.log.is_file() else []
            raise CaptureError(f"the capture ended: {words[-1] if words else 'without a word'}")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # It loses nothing by it.
        self.kill()


def _number(gtid: str) -> int:
    return int(gtid.rpartition("-")[2] or 0)
