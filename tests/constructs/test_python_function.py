import base64
import hashlib
import zipfile
from pathlib import Path

import pytest
from cdktf import TerraformStack

from config import Environment, ZoneLifecycle
from constructs import python_function
from constructs.encryption_key import EncryptionKey
from constructs.event_stream import EventStream
from constructs.lake_zone import LakeZone
from constructs.python_function import PythonFunction
from contracts import load_contract
from tests.support.synthesis import Template, synthesized


@pytest.fixture
def function(env: Environment) -> Template:
    def build(stack: TerraformStack) -> None:
        key = EncryptionKey(stack, "Key", name="k", account_id=env.account_id)
        made = PythonFunction(
            stack,
            "EtlProcessor",
            source="etl_processor",
            env=env,
            size=env.etl_processor,
            key=key,
            contracts=[load_contract("orders")],
            variables={"LOG_LEVEL": "INFO"},
        )
        stream = EventStream(stack, "Orders", name="orders", key=key, size=env.event_stream)
        made.consume(stream, failures_to=LakeZone(stack, "Q", name="q", key=key, lifecycle=ZoneLifecycle()))

    return synthesized(build)


def test_a_failing_batch_is_halved_retried_a_finite_number_of_times_and_then_kept(function: Template) -> None:
    mapping = function.one("aws_lambda_event_source_mapping")
    assert mapping["bisect_batch_on_function_error"]
    assert mapping["function_response_types"] == ["ReportBatchItemFailures"]
    assert 0 <= mapping["maximum_retry_attempts"] < 10_000
    assert 0 < mapping["maximum_record_age_in_seconds"] < 168 * 3_600
    assert mapping["destination_config"]["on_failure"]["destination_arn"].startswith("${aws_s3_bucket.")


def test_the_mapping_waits_for_the_rights_the_function_needs(function: Template) -> None:
    waited_for = function.one("aws_lambda_event_source_mapping")["depends_on"]
    policies = function.all("aws_iam_role_policy")
    assert {f"aws_iam_role_policy.{name}" for name in policies} == set(waited_for)
    assert len(policies) >= 4


def test_the_function_may_be_assumed_for_this_account_only(function: Template, env: Environment) -> None:
    (trust,) = [s for s in function.statements() if s["sid"] == "AssumeByService"]
    assert trust["condition"][0]["values"] == [env.account_id]


def test_the_log_group_is_there_before_the_function_with_retention_and_key(function: Template) -> None:
    group = function.one("aws_cloudwatch_log_group")
    assert group["retention_in_days"] == 365
    assert group["kms_key_id"].startswith("${aws_kms_key.")
    assert function.one("aws_lambda_function")["logging_config"]["log_group"].startswith("${aws_cloudwatch_log_group.")


def test_the_package_holds_code_and_contracts_and_its_digest_is_lambdas(function: Template) -> None:
    package = python_function.ROOT / "build" / "functions" / "ecommerce-test-etl-processor.zip"
    names = zipfile.ZipFile(package).namelist()
    assert {"etl_processor/handler.py", "etl_processor/contracts/orders.json", "shared/tokens.py"} <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.endswith(".txt")]
    digest = base64.b64encode(hashlib.sha256(package.read_bytes()).digest()).decode()
    assert function.one("aws_lambda_function")["source_code_hash"] == digest


def test_a_layer_that_is_not_built_is_said_with_the_command_that_builds_it(
    env: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("constructs.layer_package.LAYERS", tmp_path)

    def build(stack: TerraformStack) -> None:
        key = EncryptionKey(stack, "Key", name="k", account_id=env.account_id)
        PythonFunction(
            stack, "F", source="etl_processor", env=env, size=env.etl_processor, key=key, contracts=[], variables={}
        )

    with pytest.raises(ValueError, match=r"is not built .* run: make setup"):
        synthesized(build)


def test_the_function_keeps_executions_for_itself_and_tells_where_its_time_goes(
    function: Template, env: Environment
) -> None:
    block = function.one("aws_lambda_function")
    assert block["reserved_concurrent_executions"] == env.etl_processor.reserved_concurrency
    assert block["tracing_config"] == {"mode": "Active"}
    (trace,) = [s for s in function.statements() if s["sid"] == "Trace1"]
    assert set(trace["actions"]) == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
