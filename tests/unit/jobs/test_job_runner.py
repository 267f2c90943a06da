"""Jobs whose scripts need no Spark: what they are started with, and what becomes of their runs."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.jobs.definition import UnknownJobError
from local.jobs.run_record import RUNNING, ConcurrentRunsError, RunRecord
from local.jobs.runner import JobFailedError, told
from tests.support.job_world import JobWorld, job_world
from tests.support.killing import wait_for

TELL = "import json, os, sys\nprint(json.dumps({'argv': sys.argv[1:], 'aws': os.environ['AWS_ENDPOINT_URL']}))"
SLEEP = "import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(60)"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[JobWorld]:
    with job_world(tmp_path) as made:
        yield made


def argv(run: RunRecord) -> dict[str, str]:
    words = run.stats["argv"]
    assert isinstance(words, list)
    return dict(zip(words[::2], words[1::2], strict=True))


def test_a_script_gets_its_own_arguments_those_of_the_run_and_glues(world: JobWorld) -> None:
    world.make_job("tells", TELL, arguments={"--table_format": "parquet", "--date": "2011-01-01"})
    run = world.runner.run("tells", {"--date": "2011-03-01"})
    given = argv(run)
    assert (given["--table_format"], given["--date"]) == ("parquet", "2011-03-01")
    assert given["--JOB_RUN_ID"] == run.run_id
    assert run.stats["aws"] == world.store.endpoint


def test_a_job_of_emr_serverless_is_run_from_what_the_stack_left_of_it(world: JobWorld) -> None:
    world.make_emr_job("tells_too", TELL, {"--table_format": "parquet"})
    assert world.runner.definition("tells_too").engine == "emr"
    assert argv(world.runner.run("tells_too"))["--table_format"] == "parquet"


def test_a_script_finds_its_library_and_the_documents_in_it_and_nothing_of_this_project(world: JobWorld) -> None:
    script = (
        "import importlib.resources, importlib.util, json\nfrom lib.common import NAME\n"
        "text = importlib.resources.files('contracts_of').joinpath('a.json').read_text()\n"
        "ours = importlib.util.find_spec('local') or importlib.util.find_spec('config')\n"
        "print(json.dumps({'name': NAME, 'text': text, 'ours': ours is not None}))"
    )
    library = {
        "lib/__init__.py": "",
        "lib/common.py": "NAME = 'n'",
        "contracts_of/__init__.py": "",
        "contracts_of/a.json": "{}",
    }
    world.make_job("imports", script, library=library)
    assert world.runner.run("imports").stats == {"name": "n", "text": "{}", "ours": False}


def test_nothing_of_a_real_aws_reaches_the_script(world: JobWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ROLE_SESSION_NAME", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.amazonaws.com")
    world.make_job("looks", "import json, os\nprint(json.dumps({k: v for k, v in os.environ.items() if 'AWS' in k}))")
    told = world.runner.run("looks").stats
    assert told["AWS_ENDPOINT_URL"] == world.store.endpoint
    assert not {"AWS_ROLE_SESSION_NAME", "AWS_ENDPOINT_URL_S3"} & told.keys()


def test_a_job_that_fails_says_why_and_is_recorded(world: JobWorld) -> None:
    world.make_job("breaks", "raise SystemExit('the day has no orders')")
    with pytest.raises(JobFailedError, match=r"breaks: FAILED; its log .* ends:\nthe day has no orders"):
        world.runner.run("breaks")
    assert [run.state for run in world.runner.records.runs("breaks")] == ["FAILED"]


def test_a_job_that_takes_longer_than_its_timeout_is_ended(world: JobWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.make_job("sleeps", SLEEP, Timeout=1)
    job = world.runner.definition("sleeps")
    assert job.timeout_minutes == 1
    monkeypatch.setattr("local.jobs.runner.SECONDS_PER_MINUTE", 2)
    with pytest.raises(JobFailedError, match="sleeps: TIMEOUT after its 1 minutes"):
        world.runner.run("sleeps")


def test_a_second_run_is_refused_while_the_first_is_under_way(world: JobWorld) -> None:
    world.make_job("tells", TELL)
    first = world.runner.records.begin("tells", {}, most=1)
    with pytest.raises(ConcurrentRunsError, match=f"1 of at most 1 runs are under way \\({first.run_id} since "):
        world.runner.run("tells")
    world.runner.records.end(first, "SUCCEEDED", seconds=1, stats={})
    assert world.runner.run("tells").state == "SUCCEEDED"


def test_as_many_runs_as_a_job_allows_go_side_by_side(world: JobWorld) -> None:
    world.make_job("tells", TELL, ExecutionProperty={"MaxConcurrentRuns": 2})
    world.runner.records.begin("tells", {}, most=2)
    assert world.runner.run("tells").state == "SUCCEEDED"


def test_of_two_that_begin_at_the_same_moment_one_is_refused(world: JobWorld) -> None:
    begun, refused = list[RunRecord](), list[Exception]()

    def begin() -> None:
        try:
            begun.append(world.runner.records.begin("tells", {}, most=1))
        except ConcurrentRunsError as error:
            refused.append(error)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), len(refused)) == (1, 7)


def test_a_killed_runner_takes_its_job_along_and_stands_in_nobodys_way(world: JobWorld, tmp_path: Path) -> None:
    world.make_job("sleeps", f"import os\nopen('pid', 'w').write(str(os.getpid()))\n{SLEEP}")
    call = "from tests.support.job_world import *\nfrom pathlib import Path\n"
    call += f"JobRunner(env=ENV, endpoint={world.store.endpoint!r}, work_dir=Path({str(tmp_path)!r}), "
    call += "instance_id='test').run('sleeps')"
    runner = subprocess.Popen([sys.executable, "-c", call], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: list(tmp_path.rglob("begun")), what="the job's begin")
        [run] = world.runner.records.runs("sleeps")
        assert run.state == RUNNING
        runner.send_signal(signal.SIGKILL)
    finally:
        runner.kill()
        runner.wait()
    driver = int(next(tmp_path.rglob("pid")).read_text())
    wait_for(lambda: not _runs(driver), what="the end of the job's process", seconds=10)
    assert [run.state for run in world.runner.records.runs("sleeps")] == ["FAILED"]


def test_of_all_a_job_prints_its_own_line_is_what_is_told_and_not_its_metrics(world: JobWorld) -> None:
    world.make_job(
        "prints", """print('{"rows": 7}')\nprint('{"metric": "Rows", "value": 7}')\nprint('[1]')\nprint('done')"""
    )
    assert told(world.runner.run("prints")).endswith('; {"rows": 7}')


def test_an_unknown_job_is_told_with_those_there_are(world: JobWorld) -> None:
    world.make_job("order_etl", TELL)
    world.make_emr_job("gold_etl", TELL, {})
    with pytest.raises(UnknownJobError, match=r"no job 'orders'; it has: gold_etl, order_etl$"):
        world.runner.run("orders")


def test_the_progress_of_sparks_tasks_is_shown(world: JobWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.make_job("counts", "import pathlib\npathlib.Path('tasks.txt').write_text('7')")
    world.runner.run("counts")
    assert "counts: 7 tasks in " in capsys.readouterr().err


def test_the_record_of_a_run_is_what_glue_would_tell(world: JobWorld) -> None:
    world.make_job("tells", TELL)
    run = world.runner.run("tells", {"--date": "2011-03-01"})
    [path] = world.runner.records.folder.glob("tells/*/run.json")
    written = json.loads(path.read_text())
    assert (written["state"], written["arguments"]) == ("SUCCEEDED", {"--date": "2011-03-01"})
    assert written["run_id"] == run.run_id
    assert written["seconds"] > 0


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
