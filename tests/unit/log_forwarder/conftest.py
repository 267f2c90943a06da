"""The contracts as they are packed beside the code, and the function as a cold start makes it."""

import logging
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from shutil import copy
from types import ModuleType

import pytest

from contracts import load_contract, runtime_document
from log_forwarder.forwarding import Forwarder
from log_forwarder.masking import LogMask
from log_forwarder.request_event import RequestEvents
from log_forwarder.set_aside import QuarantineParts
from shared.runtime_contract import load_contract as load_packed
from shared.tokens import Tokens
from tests.unit.etl_processor.aws_fakes import FakeSecrets
from tests.unit.log_forwarder.forwarder_fakes import FakeKinesis, FakeS3, FakeSqs

SOURCE = Path(__file__).parents[3] / "lambda_src" / "log_forwarder" / "handler.py"
VARIABLES = {
    "EVENT_STREAM": "ecommerce-test-events",
    "QUARANTINE_BUCKET": "ecommerce-test-quarantine-123456789012",
    "FILE_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/ecommerce-test-web-logs",
    "MASKING_KEY_SECRET": "ecommerce-test-masking-key",
    "LOG_LEVEL": "DEBUG",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


@pytest.fixture(scope="session")
def packed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "contracts"
    folder.mkdir()
    for name in ("web_request_event", "quarantined_rows"):
        (folder / f"{name}.json").write_bytes(runtime_document(load_contract(name)))
    return folder


@pytest.fixture(scope="session")
def tokens() -> Tokens:
    return Tokens(b"k" * 64)


@pytest.fixture(scope="session")
def mask(tokens: Tokens) -> LogMask:
    return LogMask(tokens)


@pytest.fixture(scope="session")
def forwarder(packed_folder: Path, tokens: Tokens, mask: LogMask) -> Forwarder:
    return Forwarder(events=RequestEvents(load_packed(packed_folder, "web_request_event"), tokens), mask=mask)


@pytest.fixture(scope="session")
def parts(packed_folder: Path) -> QuarantineParts:
    return QuarantineParts(load_packed(packed_folder, "quarantined_rows"))


@pytest.fixture
def function(packed_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """What a cold start runs, with fakes in place of AWS and no pauses."""
    copy(SOURCE, packed_folder.parent)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    spec = spec_from_file_location("handler", packed_folder.parent / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "handler", module)
    spec.loader.exec_module(module)
    for name, fake in {"S3": FakeS3(), "KINESIS": FakeKinesis(), "SQS": FakeSqs(), "SECRETS": FakeSecrets()}.items():
        monkeypatch.setattr(module, name, fake)
    monkeypatch.setattr("log_forwarder.event_writer.FIRST_PAUSE_SECONDS", 0.0)
    yield module
    logging.getLogger("handler").setLevel(logging.NOTSET)
