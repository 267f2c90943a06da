"""A job's driver in a process of its own: a definition and its files go in, how it ended comes out."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.embedded_aws import environment
from local.embedded_aws.environment import LOOP_BACK
from local.jobs.run_record import FAILED, SUCCEEDED, TIMEOUT

DRIVER = Path(__file__).with_name("driver.py")
OUTPUT, LOG, STATUS, PID = "output.txt", "log.txt", "tasks.txt", "driver.pid"
LOOK_SECONDS = 0.2
LOG_LINES = 15
# What marks a line that tells a metric.
METRIC = frozenset({"_aws", "metric"})
# What would lead the driver to other files, another Spark or another AWS than the platform's.
NOT_INHERITED = ("AWS_", "SPARK_", "PYSPARK_", "PYTHON", "HADOOP_", "JAVA_TOOL_OPTIONS")


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is run: local files, in a folder that takes the output. ``spark`` is for PYSPARK_SUBMIT_ARGS."""

    script: Path
    py_files: Sequence[Path]
    arguments: Sequence[str]
    folder: Path
    spark: str
    java_home: Path
    endpoint: str
    timeout_seconds: float


def run_process(work: Work, *, on_tasks: Callable[[int], object]) -> str:
    """Runs it to its end; returns the state. ``on_tasks`` is told how many more tasks are done."""
    command = [sys.executable, "-P", str(DRIVER), str(work.folder / STATUS), str(work.script), *work.arguments]
    output, log = work.folder / OUTPUT, work.folder / LOG
    with output.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=out, stderr=err, env=_environment(work), cwd=work.folder
        )
    (work.folder / PID).write_text(str(process.pid), encoding="utf-8")
    try:
        return _followed(process, work, on_tasks)
    finally:
        # Whatever happened here, also Ctrl-C: nobody would watch it any more.
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()


def stats_of(folder: Path) -> dict[str, object]:
    """What the job said of itself: the last line of its output that is a JSON object, and no metric."""
    lines = (folder / OUTPUT).read_text(encoding="utf-8", errors="replace").splitlines()
    for line in reversed(lines):
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict) and not METRIC & found.keys():
                return found
    return {}


def end_of_log(folder: Path) -> str:
    """The lines that say why it failed, most of the time."""
    return "\n".join((folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:])


def _followed(process: subprocess.Popen[bytes], work: Work, on_tasks: Callable[[int], object]) -> str:
    deadline, told = time.monotonic() + work.timeout_seconds, 0
    while True:
        code = process.poll()
        done = _tasks(work.folder / STATUS)
        on_tasks(max(0, done - told))
        told = max(told, done)
        if code is not None:
            return SUCCEEDED if code == 0 else FAILED
        if time.monotonic() > deadline:
            return TIMEOUT
        time.sleep(LOOK_SECONDS)


def _tasks(status: Path) -> int:
    with contextlib.suppress(OSError, ValueError):
        return int(status.read_text(encoding="utf-8"))
    return 0


def _environment(work: Work) -> Mapping[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
    return inherited | {
        **environment(work.endpoint),
        "JAVA_HOME": str(work.java_home),
        "PYSPARK_SUBMIT_ARGS": work.spark,
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": LOOP_BACK,
        "PYTHONUNBUFFERED": "1",
        # Spark hands it on to its Python workers.
        "PYTHONPATH": os.pathsep.join(map(str, work.py_files)),
    }
