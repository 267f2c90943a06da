"""Do the log_forwarder and its infrastructure agree on names: variables, contracts, prefixes, time?"""

import json
import zipfile
from pathlib import Path

import pytest

from config import ENVIRONMENTS, Environment
from config.naming import function_name, stack_name
from config.sources import SOURCES
from constructs.python_function import ROOT
from contracts import load_contract
from etl_processor.web_request_event import WebRequests
from log_forwarder.log_lines import LogLine
from log_forwarder.request_event import EVENT_TYPE
from log_forwarder.set_aside import COLUMNS, LogFile, QuarantineParts, bad_line
from log_forwarder.settings import VARIABLES
from shared.rejection import Reason, Rejection
from shared.runtime_contract import load_contract as load_packed
from stacks.log_ingestion import LOGS, REJECTED_LINES
from tests.support.platform import templates
from tests.unit.log_forwarder.forwarder_fakes import ARRIVED

NAMES = [stack_name(env) for env in ENVIRONMENTS]
HANDLER = ROOT / "lambda_src" / "log_forwarder" / "handler.py"


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package Terraform uploads, unpacked."""
    templates()
    folder = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(ROOT / "build" / "functions" / "ecommerce-prod-log-forwarder.zip") as package:
        package.extractall(folder)
    return folder


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=NAMES)
def test_every_variable_the_function_reads_is_set_and_no_other(env: Environment) -> None:
    functions = templates()[stack_name(env)].all("aws_lambda_function").values()
    (function,) = [block for block in functions if block["function_name"] == function_name(env, "log_forwarder")]
    assert set(function["environment"]["variables"]) == set(VARIABLES)


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=NAMES)
def test_a_file_longer_than_an_invocation_has_time_for_more_than_its_last_part(env: Environment) -> None:
    (reserve,) = [line for line in HANDLER.read_text().splitlines() if line.startswith("RESERVE_MS = ")]
    assert int(reserve.partition("= ")[2]) * 2 <= env.log_forwarder.timeout_seconds * 1_000


def test_logs_lie_where_the_source_registry_says() -> None:
    (source,) = [source for source in SOURCES if source.kind == "log"]
    assert source.prefix == LOGS
    assert source.contract == WebRequests.EVENT == "web_request_event"


def test_what_is_sent_is_what_the_event_is_called() -> None:
    assert load_contract("web_request_event").columns[1].option("enum") == (EVENT_TYPE,)


@pytest.mark.parametrize("name", NAMES)
def test_the_queue_is_told_of_logs_alone(name: str) -> None:
    rule = templates()[name].named("aws_cloudwatch_event_rule", f"{name}-web-logs")
    assert json.loads(rule["event_pattern"])["detail"]["object"]["key"] == [{"prefix": LOGS}]


def test_bad_lines_are_written_where_the_function_may_and_the_table_looks(packaged: Path) -> None:
    contract = load_packed(packaged / "log_forwarder" / "contracts", "quarantined_rows")
    assert sorted(column.name for column in contract.columns) == sorted(COLUMNS)
    file = LogFile(key=f"{LOGS}a.log", sha256="ab" * 32, arrived=ARRIVED)
    line = bad_line(LogLine(1, b""), Rejection(Reason.BAD_FORMAT, "expected a line"), "", log_file=file.key)
    written = QuarantineParts(contract).lake_object([line], file)
    assert written.key.startswith(REJECTED_LINES)
    assert REJECTED_LINES.startswith(f"{load_contract('quarantined_rows').name}/")
