"""No function outlives the service that started it, however the service ends."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.lambda_service.function_bench import LOG, lives

# The "service" of this test: a process that does nothing but invoke the function.
SERVICE = """
import sys
from pathlib import Path
from tests.unit.lambda_service.function_bench import new_process
new_process(Path(sys.argv[1]), sys.argv[2], timeout=60).invoke(b"{}")
"""


@pytest.mark.parametrize("work", ["time.sleep(60)", "re.match('(a+)+$', 'a' * 64 + 'b')"], ids=["waits", "in C code"])
def test_the_function_dies_with_a_service_that_is_killed(tmp_path: Path, work: str) -> None:
    handler = (
        f"import os, re, time\ndef handler(event, context):\n    print('pid', os.getpid(), flush=True)\n    {work}\n"
    )
    service = subprocess.Popen([sys.executable, "-c", SERVICE, str(tmp_path), handler], cwd=Path(__file__).parents[3])
    _await(lambda: _pid_in(tmp_path / LOG) > 0)
    pid = _pid_in(tmp_path / LOG)
    service.send_signal(signal.SIGKILL)
    service.wait()
    _await(lambda: not lives(pid))


def _pid_in(log: Path) -> int:
    """0 until the function's line is complete."""
    lines = log.read_text().splitlines(keepends=True) if log.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("pid ") and line.endswith("\n")), 0)


def _await(fact: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not fact():
        assert time.monotonic() < deadline, "did not happen within 20 s"
        time.sleep(0.05)
