import subprocess
import sys
from pathlib import Path

from local.deployment.unfinished import NOTE, end_unfinished, unfinished_run

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]


def test_an_orderly_end_leaves_nothing(tmp_path: Path) -> None:
    with unfinished_run(tmp_path):
        pass
    assert not end_unfinished(tmp_path)


def test_what_still_runs_of_a_killed_deployment_is_ended(tmp_path: Path) -> None:
    killed = unfinished_run(tmp_path)
    left_over = subprocess.Popen(SLEEP, env=killed.__enter__(), stdout=subprocess.PIPE)
    other = subprocess.Popen(SLEEP, stdout=subprocess.PIPE)
    assert left_over.stdout is not None
    left_over.stdout.readline()
    try:
        assert end_unfinished(tmp_path)
        assert left_over.wait(timeout=10) == -9
        assert other.poll() is None
        assert (tmp_path / NOTE).exists()
    finally:
        other.kill()
        other.wait()
