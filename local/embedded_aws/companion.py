"""One process beside the server that lives as long as the server does.

In: a module's name, the work directory, the endpoint. Out: `python -m <module> --work-dir .. --endpoint ..`, started
again when it ends, ended with the server. If the server is killed by SIGKILL nobody is left to end it: the companion
itself must leave when the endpoint has been unreachable for 5 s.
"""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from local.embedded_aws.environment import environment

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
PATIENCE_SECONDS = 10.0


class Companion:
    """Keeps one child running until `stop`; each early death doubles the pause before the next start."""

    def __init__(self, module: str, *, work_dir: Path, endpoint: str) -> None:
        self._command = [sys.executable, "-m", module, "--work-dir", str(work_dir), "--endpoint", endpoint]
        self._environment = {**os.environ, **environment(endpoint)}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_running, name="companion", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the child and wait until it is gone."""
        self._stopping.set()
        self._thread.join()

    def _keep_running(self) -> None:
        pause = FIRST_PAUSE_SECONDS / 2
        while not self._stopping.is_set():
            started = time.monotonic()
            code = self._run_once()
            if self._stopping.is_set():
                return
            early = time.monotonic() - started < LONGEST_PAUSE_SECONDS
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS) if early else FIRST_PAUSE_SECONDS
            print(f"embedded AWS: {self._command[2]} ended with {code}, next start in {pause:g} s", file=sys.stderr)
            self._stopping.wait(pause)

    def _run_once(self) -> int:
        with subprocess.Popen(self._command, env=self._environment, stdin=subprocess.DEVNULL) as child:
            while child.poll() is None:
                if self._stopping.wait(0.1):
                    child.terminate()
                    try:
                        child.wait(PATIENCE_SECONDS)
                    except subprocess.TimeoutExpired:
                        child.kill()
            return child.wait()
