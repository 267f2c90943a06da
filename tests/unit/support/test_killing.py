"""Is a program killed where it was meant to be, and nowhere else?"""

import signal
import sys
from pathlib import Path

import pytest

from tests.support.killing import killed_at, says

PROGRAM = "import time; print('first', flush=True); print('second', flush=True); time.sleep(60); print('third')"


@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGTERM])
def test_a_program_ends_at_the_marker_by_the_signal(tmp_path: Path, with_signal: signal.Signals) -> None:
    log = tmp_path / "log"
    assert killed_at("second", [sys.executable, "-c", PROGRAM], log=log, with_signal=with_signal) == -with_signal
    assert says(log, "second")
    assert not says(log, "third")


def test_a_program_that_ends_by_itself_was_not_killed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="ended before 'never'"):
        killed_at("never", [sys.executable, "-c", "print('done')"], log=tmp_path / "log")


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert not says(tmp_path / "log", "anything")
