"""The function as Lambda runs it: its contracts beside it, its variables set, and fakes in place of AWS."""

import json
import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.unit.etl_processor.aws_fakes import Context, FakeS3, FakeSecrets
from tests.unit.etl_processor.etl_events import batch_of, encoded, order, request, step

SOURCE = Path(__file__).parents[3] / "lambda_src" / "etl_processor" / "handler.py"
VARIABLES = {
    "SILVER_BUCKET": "ecommerce-test-silver-123456789012",
    "QUARANTINE_BUCKET": "ecommerce-test-quarantine-123456789012",
    "MASKING_KEY_SECRET": "ecommerce-test-masking-key",
    "LOG_LEVEL": "DEBUG",
    "AWS_DEFAULT_REGION": "eu-west-1",
}
MIXED: list[bytes | str] = [*(encoded(order(number)) for number in range(1, 500)), b"not json"]

POISON: list[bytes | str] = [b"x", "%%%", b"[]"]


@pytest.fixture
def start(contracts_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], ModuleType]]:
    """Starts the function anew: what a cold start runs, with clients that reach nothing."""
    package = contracts_folder.parent
    shutil.copy(SOURCE, package)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)

    def load() -> ModuleType:
        spec = spec_from_file_location("handler", package / "handler.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "handler", module)
        spec.loader.exec_module(module)
        monkeypatch.setattr(module, "S3", FakeS3())
        monkeypatch.setattr(module, "SECRETS", FakeSecrets())
        return module

    yield load
    logging.getLogger("handler").setLevel(logging.NOTSET)


@pytest.fixture
def function(start: Callable[[], ModuleType]) -> ModuleType:
    return start()


def invoke(function: ModuleType, *records: bytes | str, context: Context | None = None) -> Any:
    # Through JSON, as the event travels in Lambda.
    return function.handler(json.loads(json.dumps(batch_of(records))), context or Context())


def metrics(output: str) -> dict[str, Any]:
    (line,) = output.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_batch_is_stored_and_answered(function: ModuleType) -> None:
    assert invoke(function, *MIXED) == {"batchItemFailures": []}
    zones = sorted((bucket.split("-")[2], key.split("/")[0]) for bucket, key in function.S3.objects)
    assert zones == [("quarantine", "quarantine"), ("silver", "order_items"), ("silver", "orders")]


def test_an_empty_batch_writes_nothing(function: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(function) == {"batchItemFailures": []}
    assert function.S3.objects == {}
    assert metrics(capsys.readouterr().out)["RecordsReceived"] == 0


def test_a_batch_of_poison_is_answered_like_any_other(function: ModuleType) -> None:
    assert invoke(function, *POISON * 100) == {"batchItemFailures": []}
    assert [bucket.split("-")[2] for bucket, _ in function.S3.objects] == ["quarantine"]


def test_the_same_batch_again_changes_nothing(function: ModuleType) -> None:
    invoke(function, *MIXED)
    before = dict(function.S3.objects)
    invoke(function, *MIXED)
    assert function.S3.objects == before


@pytest.mark.parametrize(("refused", "written"), [("orders/", 2), ("order_items/", 1), ("quarantine/", 1)])
def test_an_error_of_s3_rises_after_the_other_writes_ended(function: ModuleType, refused: str, written: int) -> None:
    function.S3.refuse = refused
    with pytest.raises(ClientError, match="SlowDown"):
        invoke(function, *MIXED)
    assert len(function.S3.objects) == written


def test_no_order_is_seen_whose_lines_could_not_be_written(function: ModuleType) -> None:
    function.S3.refuse = "order_items/"
    with pytest.raises(ClientError):
        invoke(function, *MIXED)
    assert not [key for _, key in function.S3.objects if key.startswith("orders/")]


@dataclass
class Running(Context):
    """A context whose time runs out by ``step_ms`` with each look at the clock."""

    step_ms: int = 0

    def get_remaining_time_in_millis(self) -> int:
        self.remaining_ms -= self.step_ms
        return self.remaining_ms


def test_a_batch_is_given_up_before_lambda_ends_the_function(function: ModuleType) -> None:
    with pytest.raises(function.OutOfTimeError, match="the batch is given up"):
        invoke(function, *MIXED, context=Context(remaining_ms=200))
    assert function.S3.objects == {}


@pytest.mark.parametrize("steps", [1, 2, 4, 5])
def test_the_clock_is_looked_at_before_during_and_after_the_reading(
    function: ModuleType, steps: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(function.OutOfTimeError):
        invoke(function, *MIXED, context=Running(remaining_ms=2_000 + steps * 100, step_ms=100))
    assert not [key for _, key in function.S3.objects if key.startswith("orders/")]
    assert capsys.readouterr().out == ""


def test_a_write_that_does_not_end_in_time_fails_the_batch(function: ModuleType) -> None:
    function.S3.hold = Event()
    with pytest.raises(function.OutOfTimeError, match="1 of 2 objects were not written in the function's time"):
        invoke(function, *MIXED, context=Context(remaining_ms=2_150))
    function.S3.hold.set()


def test_one_family_without_objects_of_another_is_no_trouble(function: ModuleType) -> None:
    assert invoke(function, encoded(step()), encoded(request())) == {"batchItemFailures": []}
    assert sorted(key.split("/")[0] for _, key in function.S3.objects) == ["clickstream", "web_requests"]


def test_no_counts_are_told_of_a_batch_that_failed(function: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    function.S3.refuse = "orders/"
    with pytest.raises(ClientError):
        invoke(function, *MIXED)
    assert capsys.readouterr().out == ""


def test_the_key_is_fetched_once_in_the_life_of_a_process(function: ModuleType) -> None:
    for _ in range(3):
        invoke(function, *MIXED[:2])
    assert function.SECRETS.asked == ["ecommerce-test-masking-key"]


def test_a_key_that_could_not_be_fetched_is_asked_for_again(function: ModuleType) -> None:
    function.SECRETS.failures = 1
    with pytest.raises(ClientError):
        invoke(function, *MIXED[:2])
    assert invoke(function, *MIXED[:2]) == {"batchItemFailures": []}


def test_every_object_says_how_many_records_and_rows_it_holds(function: ModuleType) -> None:
    invoke(function, *MIXED)
    counts = sorted((options["Metadata"]["records"], options["Metadata"]["rows"]) for options in function.S3.options)
    assert counts == [("1", "1"), ("499", "499"), ("499", "998")]


def test_one_line_accounts_for_the_batch(function: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    invoke(function, *MIXED, "%%%")
    line = metrics(capsys.readouterr().out)
    assert line["FunctionName"] == "ecommerce-test-etl-processor"
    assert (line["RecordsReceived"], line["RecordsStored"], line["RecordsQuarantined"]) == (501, 499, 2)
    assert line["QuarantinedByReason"] == {"bad_base64": 1, "not_json": 1}
    assert (line["Quarantined.bad_base64"], line["Quarantined.not_json"]) == (1, 1)
    assert (line["RecordsLate"], line["StoredByEvent"]) == (0, {"order_event": 499})
    assert (line["ObjectsWritten"], line["BytesWritten"]) == (3, sum(map(len, function.S3.objects.values())))


def test_the_line_is_in_cloudwatchs_embedded_metric_format(
    function: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke(function, *MIXED)
    line = metrics(capsys.readouterr().out)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Ecommerce/Ingestion"
    assert all(isinstance(line[name], str) for dimensions in directive["Dimensions"] for name in dimensions)
    assert all(isinstance(line[metric["Name"]], int) for metric in directive["Metrics"])
    counts = {"RecordsReceived", "RecordsStored", "RecordsQuarantined", "RecordsLate", "Quarantined.not_json"}
    assert counts <= {metric["Name"] for metric in directive["Metrics"] if metric["Unit"] == "Count"}
    assert isinstance(line["_aws"]["Timestamp"], int)


def test_no_line_shows_personal_data(
    function: ModuleType, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    invoke(function, *MIXED, encoded(order(currency="gbp")), encoded(order())[:300], "jane.roe@example.org")
    output = capsys.readouterr()
    lines = output.out + output.err + caplog.text
    assert "wrote s3://ecommerce-test-silver-" in caplog.text
    assert [planted for planted in ("jane", "Roe", "7946", "203.0.113") if planted in lines] == []


@pytest.mark.parametrize("variable", ["SILVER_BUCKET", "QUARANTINE_BUCKET", "MASKING_KEY_SECRET", "LOG_LEVEL"])
def test_a_missing_variable_stops_the_start(
    start: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.delenv(variable)
    with pytest.raises(ValueError, match=f"environment variable {variable} is not set"):
        start()


def test_an_unknown_log_level_stops_the_start(start: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(ValueError, match="LOG_LEVEL is 'LOUD', expected one of"):
        start()


def test_aws_is_tried_four_times_within_half_a_minute(
    start: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    used: dict[str, Any] = {}

    def remember(name: str, *, config: Any) -> None:
        used[name] = config

    monkeypatch.setattr(boto3, "client", remember)
    start()
    assert sorted(used) == ["s3", "secretsmanager"]
    for config in used.values():
        assert config.retries == {"mode": "standard", "total_max_attempts": 4}
        assert 4 * (config.connect_timeout + config.read_timeout) < 30
