from pathlib import Path

import pytest

from local.setup import steps
from local.setup.steps import SetupError, Step, run_steps


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own, with one input."""
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "LOG", tmp_path / "build" / "setup.log")
    monkeypatch.setattr(steps, "STAMPS", tmp_path / "build" / "setup")
    (tmp_path / "lock").write_text("1", encoding="utf-8")
    return tmp_path


def step(script: str) -> Step:
    return Step(
        name="A step", commands=(("sh", "-c", script),), inputs=("lock",), result="made", remedy="is it reachable?"
    )


COUNT = "echo x >> made"


def times_run(checkout: Path) -> int:
    return len((checkout / "made").read_text(encoding="utf-8").splitlines())


def test_a_step_that_is_done_is_not_done_again(checkout: Path) -> None:
    run_steps((step(COUNT),))
    run_steps((step(COUNT),))
    assert times_run(checkout) == 1


def test_a_step_whose_input_changed_is_done_again(checkout: Path) -> None:
    run_steps((step(COUNT),))
    (checkout / "lock").write_text("2", encoding="utf-8")
    run_steps((step(COUNT),))
    assert times_run(checkout) == 2


def test_a_step_whose_result_is_gone_is_done_again(checkout: Path) -> None:
    run_steps((step(COUNT),))
    (checkout / "made").unlink()
    run_steps((step(COUNT),))
    assert times_run(checkout) == 1


def test_a_step_that_fails_is_one_line_with_the_remedy_and_is_tried_again(checkout: Path) -> None:
    failing = step("echo why >&2; exit 3")
    for _ in range(2):
        with pytest.raises(SetupError, match=r"A step failed \(exit 3\): is it reachable\? Details: build/setup\.log"):
            run_steps((failing,))
    assert (checkout / "build" / "setup.log").read_text(encoding="utf-8").count("why") == 4  # the command, its output
