import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from local.embedded_aws import EmbeddedAws, EmbeddedAwsError, down, find, up
from local.embedded_aws.pid_file import PID_FILE, PidFile, recall, remember
from local.embedded_aws.process import lives, start_mark
from local.lambda_service.aws_clients import aws_client

ROOT = Path(__file__).resolve().parents[3]
CALLER = "import sys, time, pathlib; from local.embedded_aws import up; up(pathlib.Path(sys.argv[1]), companion=None)"


@pytest.fixture
def work_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "work"
    down(tmp_path / "work")


@pytest.fixture
def running(work_dir: Path) -> EmbeddedAws:
    return up(work_dir, companion=None)


def command(name: str, work_dir: Path, *options: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "local.embedded_aws", name, "--work-dir", str(work_dir), *options]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def wait_until(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not fact():
        assert time.monotonic() < deadline, "did not come true within 20 s"
        time.sleep(0.02)


def pid_file(work_dir: Path) -> PidFile:
    content = recall(work_dir)
    assert content is not None
    return content


def test_up_twice_is_one_instance(work_dir: Path, running: EmbeddedAws) -> None:
    assert up(work_dir, companion=None) == running


def test_two_ups_at_the_same_time_start_one_instance(work_dir: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: up(work_dir, companion=None), range(2))

    assert first == second


def test_down_ends_the_process_and_a_second_down_finds_nothing(work_dir: Path, running: EmbeddedAws) -> None:
    mark = pid_file(work_dir).process_start

    assert down(work_dir) is True
    assert not lives(running.pid, mark)
    assert start_mark(running.pid) != mark
    assert not (work_dir / PID_FILE).exists()
    assert down(work_dir) is False


def test_it_survives_sigkill_to_the_group_of_its_caller(work_dir: Path) -> None:
    line = [sys.executable, "-c", f"{CALLER}; time.sleep(60)", str(work_dir)]
    with subprocess.Popen(line, cwd=ROOT, start_new_session=True) as caller:
        wait_until(lambda: find(work_dir))
        os.killpg(caller.pid, signal.SIGKILL)

    assert find(work_dir) is not None


def test_after_sigkill_a_fresh_instance_starts_and_the_dead_ones_state_is_gone(
    work_dir: Path, running: EmbeddedAws
) -> None:
    dead = [
        work_dir / "terraform.ecommerce-local.tfstate",
        work_dir / "stacks" / "terraform.ecommerce-local.tfstate.backup",
        work_dir / "stacks" / ".terraform.ecommerce-local.tfstate.lock.info",
        work_dir / "event_source_mappings" / "positions.json",
    ]
    kept = work_dir / "report" / "report.json"
    for file in [*dead, kept]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    os.kill(running.pid, signal.SIGKILL)

    fresh = up(work_dir, companion=None)

    assert fresh.instance_id != running.instance_id
    assert find(work_dir) == fresh
    assert [file for file in dead if file.exists()] == []
    assert kept.exists()


def test_state_survives_an_up_that_finds_the_instance_running(work_dir: Path, running: EmbeddedAws) -> None:
    state = work_dir / "terraform.ecommerce-local.tfstate"
    state.touch()

    assert up(work_dir, companion=None) == running
    assert state.exists()


def test_a_recycled_pid_is_never_killed(work_dir: Path) -> None:
    work_dir.mkdir()
    with subprocess.Popen(["sleep", "60"]) as innocent:
        mark = start_mark(innocent.pid)
        remember(
            work_dir, PidFile(innocent.pid, 1, "http://127.0.0.1:1", f"not {mark}", "dead", "2026-11-23T00:00:00Z")
        )

        found, ended = find(work_dir), down(work_dir)
        survived = innocent.poll() is None
        innocent.kill()

    assert (found, ended, survived) == (None, False, True)
    assert not (work_dir / PID_FILE).exists()


def test_another_instance_on_the_same_port_is_not_taken_for_ours(
    work_dir: Path, running: EmbeddedAws, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    remember(other, replace(pid_file(work_dir), instance_id="somebody else"))

    assert find(other) is None
    assert find(work_dir) == running


def test_a_pid_file_that_is_no_json_counts_as_none(work_dir: Path) -> None:
    work_dir.mkdir()
    (work_dir / PID_FILE).write_text("{")

    assert find(work_dir) is None


def test_a_start_that_fails_says_what_the_log_says(running: EmbeddedAws, tmp_path: Path) -> None:
    with pytest.raises(EmbeddedAwsError, match=f"did not start.*[\\s\\S]*Port {running.port} is in use"):
        up(tmp_path / "other", port=running.port, companion=None)


def test_it_is_the_account_that_was_asked_for(work_dir: Path) -> None:
    aws = up(work_dir, companion=None, account_id="333333333333")
    assert aws_client("sts", endpoint=aws.endpoint).get_caller_identity()["Account"] == "333333333333"


def test_a_companion_that_does_not_exist_is_refused_before_anything_starts(work_dir: Path) -> None:
    with pytest.raises(EmbeddedAwsError, match=r"no module 'local\.nobody'"):
        up(work_dir, companion="local.nobody")
    with pytest.raises(EmbeddedAwsError, match=r"no module 'local\.nobody'"):
        up(work_dir, companion="local.firehose,local.nobody")


def test_the_commands_say_in_one_line_and_an_exit_code_what_they_found(work_dir: Path) -> None:
    spoken = [command("status", work_dir), command("up", work_dir, "--companion", "")]
    endpoint = json.loads((work_dir / PID_FILE).read_text())["endpoint"]
    spoken += [command("up", work_dir, "--companion", ""), command("status", work_dir), command("down", work_dir)]

    assert [one.returncode for one in spoken] == [3, 0, 0, 0, 0]
    assert [one.stdout.count("\n") for one in spoken] == [1] * 5
    assert [endpoint in one.stdout for one in spoken] == [False, True, True, True, False]
    assert [one.stderr for one in spoken] == [""] * 5


COMPANION = """
import os, pathlib, sys, time
work_dir = pathlib.Path(sys.argv[sys.argv.index("--work-dir") + 1])
with (work_dir / "starts").open("a") as starts:
    starts.write(f"{os.getpid()} {os.environ['AWS_ENDPOINT_URL']} {sys.argv[-1]}\\n")
time.sleep(60)
"""


@pytest.fixture
def starts(work_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[list[str]]]:
    (tmp_path / "some_companion.py").write_text(COMPANION)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def read() -> list[list[str]]:
        file = work_dir / "starts"
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []

    return read


def test_several_companions_are_started_and_ended_with_the_server(
    work_dir: Path, starts: Callable[[], list[list[str]]]
) -> None:
    up(work_dir, companion="some_companion,some_companion")
    wait_until(lambda: len(starts()) == 2)
    pids = {int(line[0]) for line in starts()}
    assert len(pids) == 2
    down(work_dir)
    assert [start_mark(pid) for pid in pids] == [None, None]


def test_the_companion_is_started_with_the_endpoint_again_if_it_dies_and_ended_with_the_server(
    work_dir: Path, starts: Callable[[], list[list[str]]]
) -> None:
    aws = up(work_dir, companion="some_companion")
    wait_until(lambda: len(starts()) == 1)
    os.kill(int(starts()[0][0]), signal.SIGKILL)
    wait_until(lambda: len(starts()) == 2)
    second = int(starts()[1][0])
    mark = start_mark(second)

    down(work_dir)

    assert [line[1:] for line in starts()] == [[aws.endpoint, aws.endpoint]] * 2
    assert mark is not None
    assert not lives(second, mark)
