"""The function as Lambda runs it: documents beside it, its variables set, and fakes in place of AWS."""

import json
import logging
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shared.arrival import Arrival
from tests.unit.data_validator.validator_fakes import (
    BRONZE,
    QUARANTINE,
    SILVER,
    FakeEvents,
    FakeS3,
    FakeSecrets,
)
from tests.unit.data_validator.validator_world import contract_document, package
from tests.unit.data_validator.visit_files import COLUMNS, csv_file, row, rows, visits

SOURCE = Path(__file__).parents[3] / "lambda_src" / "data_validator" / "handler.py"
VARIABLES = {
    "BRONZE_BUCKET": BRONZE,
    "SILVER_BUCKET": SILVER,
    "QUARANTINE_BUCKET": QUARANTINE,
    "MASKING_KEY_SECRET": "test-masking-key",
    "EVENT_BUS": "default",
    "MAX_FILE_MB": "64",
    "LOG_LEVEL": "DEBUG",
    "AWS_DEFAULT_REGION": "eu-west-1",
}
BODY = csv_file(*rows(5), row(code="??"))


@dataclass(frozen=True)
class Context:
    """Lambda's context as far as it is read."""

    remaining_ms: int = 900_000
    function_name: str = "ecommerce-test-data-validator"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], ModuleType]]:
    """Starts the function anew: what a cold start runs, with clients that reach nothing."""
    document = contract_document("visits", COLUMNS)
    package(tmp_path / "contracts", [visits()], {"visits": document})
    shutil.copy(SOURCE, tmp_path)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)

    def load() -> ModuleType:
        spec = spec_from_file_location("validator_handler", tmp_path / "handler.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "validator_handler", module)
        spec.loader.exec_module(module)
        for name, fake in {"S3": FakeS3(), "EVENTS": FakeEvents(), "SECRETS": FakeSecrets()}.items():
            monkeypatch.setattr(module, name, fake)
        return module

    yield load
    logging.getLogger("validator_handler").setLevel(logging.NOTSET)


@pytest.fixture
def function(start: Callable[[], ModuleType]) -> ModuleType:
    return start()


def message(arrival: Arrival, number: int = 1, **changes: Any) -> dict[str, Any]:
    """What SQS hands to Lambda of an event of S3."""
    found = {"key": arrival.key, "size": arrival.size, "etag": arrival.etag, "version-id": arrival.version_id}
    event = {
        "version": "0",
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"version": "0", "bucket": {"name": arrival.bucket}, "object": found, "reason": "PutObject"},
    }
    return {"messageId": f"m-{number}", "body": json.dumps({**event, **changes})}


def invoke(function: ModuleType, *messages: Mapping[str, Any], context: Any = None) -> list[str]:
    """The ids of the messages that failed."""
    answer = function.handler(json.loads(json.dumps({"Records": messages})), context or Context())
    assert set(answer) == {"batchItemFailures"}
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def metrics(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_file_is_stored_announced_and_accounted_for(function: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(function, message(function.S3.land("visits/a.csv", BODY))) == []
    (entry,) = function.EVENTS.entries
    assert (entry["Source"], entry["DetailType"], entry["EventBusName"]) == (
        "ecommerce.data_validator",
        "File Accepted",
        "default",
    )
    detail = json.loads(entry["Detail"])
    assert (detail["source"], detail["file"], detail["rows"]["stored"]) == ("visits", "visits/a.csv", 5)
    assert f"{BRONZE}/{detail['verdict']}" in {f"{bucket}/{key}" for bucket, key in function.S3.objects}
    (line,) = metrics(capsys.readouterr().out)
    counts = ("FilesAccepted", "FilesRefused", "FilesRepeated", "RowsStored", "RowsQuarantined")
    assert (line["Source"], *(line[name] for name in counts)) == ("visits", 1, 0, 0, 5, 1)


def test_the_line_is_in_cloudwatchs_embedded_metric_format(
    function: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke(function, message(function.S3.land("visits/a.csv", BODY)))
    (line,) = metrics(capsys.readouterr().out)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Ecommerce/Sources", [["Source"]])
    assert all(isinstance(line[metric["Name"]], int) for metric in directive["Metrics"])


def test_a_refused_file_is_announced_as_such_and_is_no_failure(
    function: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(function, message(function.S3.land("visits/a.csv", b"\xff"))) == []
    assert [entry["DetailType"] for entry in function.EVENTS.entries] == ["File Refused"]
    (line,) = metrics(capsys.readouterr().out)
    assert (line["FilesRefused"], line["RowsStored"], line["Verdict"]["refused_by"]) == (1, 0, "encoding")


def test_a_repeat_counts_as_neither_accepted_nor_stored(
    function: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in ("visits/a.csv", "visits/b.csv"):
        invoke(function, message(function.S3.land(key, BODY)))
    line = metrics(capsys.readouterr().out)[1]
    assert (line["FilesAccepted"], line["FilesRepeated"], line["RowsStored"], line["RowsQuarantined"]) == (0, 1, 0, 0)
    assert json.loads(function.EVENTS.entries[1]["Detail"])["repeat_of"] == "visits/a.csv"


def test_an_event_that_was_not_taken_is_told_again(function: ModuleType) -> None:
    function.EVENTS.failures = 1
    message_ = message(function.S3.land("visits/a.csv", BODY))
    assert invoke(function, message_) == ["m-1"]
    written = dict(function.S3.objects)
    assert invoke(function, message_) == []
    assert function.S3.objects == written
    assert json.loads(function.EVENTS.entries[0]["Detail"])["repeat_of"] is None


POISON: dict[str, Any] = {
    "no JSON": {"messageId": "m-2", "body": "no"},
    "a list": {"messageId": "m-2", "body": "[]"},
    "another event": {"messageId": "m-2", "body": '{"detail-type": "Object Deleted", "detail": {}}'},
    "no registered prefix": message(Arrival(bucket=BRONZE, key="other/a", etag="x", version_id=None, size=1), 2),
    "another bucket": message(Arrival(bucket="else", key="visits/a", etag="x", version_id=None, size=1), 2),
    "a file that is gone": message(Arrival(bucket=BRONZE, key="visits/gone", etag="x", version_id=None, size=1), 2),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_a_message_that_cannot_be_done_fails_alone(function: ModuleType, poison: dict[str, Any]) -> None:
    first = message(function.S3.land("visits/a.csv", BODY), 1)
    third = message(function.S3.land("visits/b.csv", csv_file(*rows(2))), 3)
    assert invoke(function, first, poison, third) == ["m-2"]
    assert len(function.S3.verdicts()) == 2


def test_the_error_of_an_unknown_prefix_says_what_to_do(function: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    invoke(function, POISON["no registered prefix"])
    assert "other/a: below no registered prefix (visits/); register the source in config/sources.py" in caplog.text


def test_the_empty_object_that_stands_for_a_folder_is_passed_over(function: ModuleType) -> None:
    assert invoke(function, message(function.S3.land("visits/", b""))) == []
    assert function.S3.verdicts() == []


def test_a_replaced_object_is_left_to_its_own_message(function: ModuleType, caplog: pytest.LogCaptureFixture) -> None:
    old = function.S3.land("visits/a.csv", BODY)
    new = function.S3.land("visits/a.csv", csv_file(*rows(2)))
    unversioned = [Arrival(**{**vars(arrival), "version_id": None}) for arrival in (old, new)]
    assert invoke(function, *(message(arrival, at) for at, arrival in enumerate(unversioned))) == []
    assert [verdict["rows"]["stored"] for verdict in function.S3.verdicts()] == [2]
    assert "replaced before it was read" in caplog.text


def test_a_file_that_takes_too_long_fails_with_the_remedy(
    function: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    arrival = message(function.S3.land("visits/a.csv", BODY))
    assert invoke(function, arrival, context=Context(remaining_ms=10_000)) == ["m-1"]
    assert "split the file, or give the function more memory" in caplog.text
    assert function.S3.verdicts() == []


def test_what_waits_to_be_written_is_given_its_time(function: ModuleType) -> None:
    still_time = function._still_time(Context(remaining_ms=30_000))
    still_time(10, 10, 200_000_000)
    with pytest.raises(function.OutOfTimeError, match="200020000 waited to be written when only 30001 ms were left"):
        still_time(10, 10, 200_020_000)


def test_a_batch_of_nothing_is_answered(function: ModuleType) -> None:
    assert invoke(function) == []


@pytest.mark.parametrize("variable", [name for name in VARIABLES if name != "AWS_DEFAULT_REGION"])
def test_a_missing_variable_stops_the_start(
    start: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.delenv(variable)
    with pytest.raises(ValueError, match=f"environment variable {variable} is not set"):
        start()


@pytest.mark.parametrize(("variable", "value"), [("LOG_LEVEL", "LOUD"), ("MAX_FILE_MB", "0"), ("MAX_FILE_MB", "1.5")])
def test_a_wrong_variable_stops_the_start(
    start: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValueError, match=f"environment variable {variable} is '{value}', expected"):
        start()


def test_no_line_of_the_log_shows_personal_data(
    function: ModuleType, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for key, body in {"a": BODY, "b": b"Jane Roe\xff", "c": csv_file(row(code="Jane Roe"))}.items():
        invoke(function, message(function.S3.land(f"visits/{key}", body)))
    output = capsys.readouterr()
    assert "jane" not in (output.out + output.err + caplog.text).lower()
