"""Real functions in real processes: AWS's runtime client talks to our Runtime API."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.lambda_service.answer import Answered, FunctionFailed
from local.lambda_service.function_process import FunctionProcess
from tests.unit.lambda_service.function_bench import ENDPOINT, LOG, lives, new_process

Start = Callable[..., FunctionProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Makes processes and ends them; their log is tmp_path/f.log."""
    processes: list[FunctionProcess] = []

    def make(source: str, **options: Any) -> FunctionProcess:
        processes.append(new_process(tmp_path, source, **options))
        return processes[-1]

    yield make
    for process in processes:
        process.close()


def answer_of(process: FunctionProcess, event: object = None) -> Any:
    result = process.invoke(json.dumps(event).encode())
    assert isinstance(result, Answered), result
    return json.loads(result.payload)


def error_of(process: FunctionProcess) -> dict[str, Any]:
    result = process.invoke(b"{}")
    assert isinstance(result, FunctionFailed), result
    document = json.loads(result.payload)
    assert document["errorType"] == result.error_type
    return dict(document)


def test_the_function_sees_its_own_variables_and_lambdas_and_nothing_of_this_machine(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_DEVELOPER", "x")
    process = start(
        """
        import os
        def handler(event, context):
            return dict(os.environ)
        """,
        SILVER_BUCKET="silver",
    )
    variables = answer_of(process)
    assert variables["SILVER_BUCKET"] == "silver"
    assert "SECRET_OF_THE_DEVELOPER" not in variables
    assert "HOME" not in variables
    expected = {
        "AWS_ENDPOINT_URL": ENDPOINT,
        "AWS_LAMBDA_FUNCTION_NAME": "etl",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_REGION": "eu-west-1",
        "_HANDLER": "handler.handler",
        "AWS_ACCESS_KEY_ID": "testing",
    }
    assert {name: variables[name] for name in expected} == expected


def test_the_context_carries_request_id_deadline_and_function(start: Start) -> None:
    process = start(
        """
        def handler(event, context):
            return [context.aws_request_id, context.get_remaining_time_in_millis(), context.function_name, event]
        """,
        timeout=20,
    )
    first, second = answer_of(process, {"n": 1}), answer_of(process, {"n": 2})
    assert first[0] != second[0]
    assert 0 < second[1] <= 20_000
    assert (first[2], first[3], second[3]) == ("etl", {"n": 1}, {"n": 2})


def test_a_dependency_that_only_this_project_has_is_missing_as_on_aws(start: Start) -> None:
    process = start("import moto\ndef handler(event, context): pass\n")
    error = error_of(process)
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "No module named 'moto'" in error["errorMessage"]
    assert error_of(process)["errorType"] == "Runtime.ImportModuleError"


def test_layers_are_importable_and_a_later_layer_hides_an_earlier_one(start: Start, tmp_path: Path) -> None:
    for layer in ("first", "second"):
        (tmp_path / layer / "python").mkdir(parents=True)
        (tmp_path / layer / "python" / "both.py").write_text(f"name = {layer!r}")
    (tmp_path / "first" / "python" / "only_first.py").touch()
    process = start(
        """
        import both, only_first, boto3
        def handler(event, context):
            return both.name
        """,
        layers=(tmp_path / "first", tmp_path / "second"),
    )
    assert answer_of(process) == "second"


def test_a_process_stays_warm_after_an_answer_and_after_an_exception(start: Start) -> None:
    process = start(
        """
        import os
        def handler(event, context):
            if event == "fail":
                raise ValueError("bad " + event)
            return os.getpid()
        """
    )
    pid = answer_of(process)
    failed = process.invoke(b'"fail"')
    assert isinstance(failed, FunctionFailed)
    assert json.loads(failed.payload)["errorMessage"] == "bad fail"
    assert failed.error_type == "ValueError"
    assert answer_of(process) == pid == process.pid


def test_no_return_value_is_a_null_answer(start: Start) -> None:
    assert start("def handler(event, context): pass\n").invoke(b"{}") == Answered(b"null")


def test_a_timeout_kills_the_process_and_the_next_invocation_gets_a_new_one(start: Start) -> None:
    process = start(
        """
        import os, time
        def handler(event, context):
            time.sleep(event)
            return os.getpid()
        """,
        timeout=1,
    )
    pid = answer_of(process, 0)
    failed = process.invoke(b"60")
    assert isinstance(failed, FunctionFailed)
    assert failed.error_type == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in failed.payload.decode()
    assert not lives(pid)
    assert answer_of(process, 0) != pid


def test_a_process_that_dies_in_an_invocation_is_an_error_that_names_how(start: Start) -> None:
    process = start(
        """
        import os
        def handler(event, context):
            os._exit(3) if event["die"] == "exit" else os.kill(os.getpid(), 11)
        """
    )
    for way, named in (("exit", "exit status 3"), ("segfault", "signal: 11")):
        failed = process.invoke(json.dumps({"die": way}).encode())
        assert isinstance(failed, FunctionFailed)
        assert failed.error_type == "Runtime.ExitError"
        assert named in failed.payload.decode()


def test_what_the_function_prints_and_logs_is_in_its_log(start: Start, tmp_path: Path) -> None:
    process = start(
        """
        import logging
        def handler(event, context):
            print("printed")
            logging.getLogger().warning("logged")
        """
    )
    process.invoke(b"{}")
    log = (tmp_path / LOG).read_text()
    assert "printed" in log
    assert "[WARNING]" in log


def test_an_event_near_the_limit_passes_and_an_answer_over_it_is_an_error(start: Start) -> None:
    process = start("def handler(event, context):\n    return event['text'] * event['times']\n")
    event = {"text": "x" * (6 * 1024 * 1024 - 100), "times": 0}
    assert answer_of(process, event) == ""
    failed = process.invoke(json.dumps({"text": "x" * 1024, "times": 6 * 1024 + 1}).encode())
    assert isinstance(failed, FunctionFailed)
    assert failed.error_type == "Function.ResponseSizeTooLarge"
