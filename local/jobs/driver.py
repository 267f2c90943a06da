"""``python -P driver.py STATUS SCRIPT [ARGUMENTS]``: runs a job's script as Glue does, in the process of its driver.

Nothing of this project is importable here but what the job was given. STATUS is a file that is told how many of
Spark's tasks are done. If the process that started this one goes, so does this one, and Spark with it.
"""

import contextlib
import os
import runpy
import sys
import threading
import time
from pathlib import Path
from typing import Any

LOOK_SECONDS = 0.5


def main() -> None:
    """Becomes the script."""
    status, script, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threading.Thread(target=_tell_progress, args=(Path(status),), daemon=True).start()
    sys.argv = [script, *arguments]
    runpy.run_path(script, run_name="__main__")


def _end_with_parent() -> None:
    """The other end of standard input is held by the parent, and says nothing as long as it lives."""
    os.read(0, 1)
    os._exit(1)


def _tell_progress(status: Path) -> None:
    """Counts tasks of all stages so far; Spark forgets old stages, so what was seen of them is kept."""
    done = dict[int, int]()
    while True:
        time.sleep(LOOK_SECONDS)
        # The session ends while it is asked: there is nothing to tell any more.
        with contextlib.suppress(Exception):
            _count_tasks(done)
            status.write_text(str(sum(done.values())), encoding="utf-8")


def _count_tasks(done: dict[int, int]) -> None:
    pyspark: Any = sys.modules.get("pyspark")
    context = pyspark.SparkContext._active_spark_context if pyspark else None
    if context is None:
        return
    tracker = context.statusTracker()
    for stage in range(max((*tracker.getActiveStageIds(), *done, -1)) + 1):
        if found := tracker.getStageInfo(stage):
            done[stage] = found.numCompletedTasks


if __name__ == "__main__":
    main()
