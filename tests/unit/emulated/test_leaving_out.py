"""What an emulator cannot hold is taken out of a template: shown on a small stack, and on the command line."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cdktf import App, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.mwaa_environment import MwaaEnvironment, MwaaEnvironmentNetworkConfiguration
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket

from config.emulator_limits import FOLLOWS, NO_SERVICE, NOT_HELD
from config.environments import PROD
from config.naming import stack_name
from config.warehouse_size import ServerlessWarehouse
from constructs import Construct
from gate.stateful import STATEFUL
from stacks.ecommerce import EcommerceStack
from stacks.emulated import leave_out, leave_out_of, told
from tests.support.synthesis import Template

ROOT = Path(__file__).resolve().parents[3]


def airflow(stack: Construct) -> MwaaEnvironment:
    return MwaaEnvironment(
        stack,
        "Airflow",
        name="airflow",
        dag_s3_path="dags",
        execution_role_arn="arn:aws:iam::123456789012:role/airflow",
        source_bucket_arn="arn:aws:s3:::dags",
        network_configuration=MwaaEnvironmentNetworkConfiguration(security_group_ids=["sg-1"], subnet_ids=["s-1"]),
    )


def platform(stack: TerraformStack) -> None:
    """A bucket and a role that stay, and all that can speak about an environment of Airflow."""
    environment = airflow(Construct(stack, "Orchestration"))
    bucket = S3Bucket(stack, "Bucket", bucket="kept", depends_on=[environment])
    CloudwatchMetricAlarm(
        stack,
        "Alarm",
        alarm_name="late",
        comparison_operator="LessThanThreshold",
        evaluation_periods=1,
        dimensions={"Environment": environment.name},
    )
    role = IamRole(stack, "Role", name="starter", assume_role_policy="{}")
    statement = DataAwsIamPolicyDocumentStatement(actions=["airflow:CreateCliToken"], resources=[environment.arn])
    document = DataAwsIamPolicyDocument(stack, "Document", statement=[statement])
    IamRolePolicy(stack, "Policy", name="start", role=role.name, policy=document.json)
    TerraformOutput(stack, "airflow_url", value=environment.webserver_url)
    TerraformOutput(stack, "bucket", value=bucket.bucket)


def needing(stack: TerraformStack) -> None:
    S3Bucket(stack, "Bucket", bucket=airflow(stack).name)


def synthesized(folder: Path, make: Callable[[TerraformStack], object]) -> Path:
    """The folder of a stack, with the notes cdktf leaves in a template."""
    app = App(outdir=str(folder))
    stack = TerraformStack(app, "small")
    AwsProvider(stack, "Aws", region="eu-west-1")
    make(stack)
    app.synth()
    return folder / "stacks" / "small"


def template(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, Any]:
    return template(synthesized(tmp_path, platform))


def test_what_is_not_held_goes_with_what_only_speaks_about_it(whole: dict[str, Any]) -> None:
    found = leave_out(whole)
    assert set(whole["resource"]) == {"aws_s3_bucket", "aws_iam_role"}
    assert (whole["data"], set(whole["output"])) == ({}, {"bucket"})
    reasons = {each.path: each.reason for each in found}
    assert reasons == {
        "Orchestration/Airflow": NOT_HELD["aws_mwaa_environment"],
        "Alarm": "speaks about Orchestration/Airflow",
        "Document": "speaks about Orchestration/Airflow",
        "Policy": "speaks about Document",
        "airflow_url": "speaks about Orchestration/Airflow",
    }


def test_what_only_waited_for_it_stays_and_waits_no_longer(whole: dict[str, Any]) -> None:
    leave_out(whole)
    assert Template(whole).one("aws_s3_bucket")["depends_on"] == []


def test_the_template_says_what_was_left_out_and_why(whole: dict[str, Any]) -> None:
    found = leave_out(whole)
    noted = whole["//"]["left_out"]
    assert [(each["address"], each["reason"]) for each in noted] == [(each.address, each.reason) for each in found]
    assert {"aws_mwaa_environment", "aws_cloudwatch_metric_alarm"} <= {each["address"].split(".")[0] for each in noted}
    assert "metadata" in whole["//"], "cdktf's own notes stay"


def test_a_resource_that_needs_what_is_left_out_is_an_error_that_names_both(tmp_path: Path) -> None:
    document = template(synthesized(tmp_path, needing))
    with pytest.raises(ValueError, match=r"Bucket \(aws_s3_bucket.Bucket\) needs Airflow .* cannot hold: the service"):
        leave_out(document)


def test_a_stack_that_is_held_stays_as_it_is(tmp_path: Path) -> None:
    folder = synthesized(tmp_path, lambda stack: S3Bucket(stack, "Bucket", bucket="kept"))
    before = template(folder)
    assert leave_out_of(folder) == []
    after = template(folder)
    assert after["//"].pop("left_out") == []
    assert after == before


def test_a_person_is_told_each_by_its_path_and_how_to_keep_them(whole: dict[str, Any]) -> None:
    lines = told("ecommerce-test", leave_out(whole)).splitlines()
    assert lines[0].startswith("ecommerce-test: left out,")
    assert "EMULATED_STACK=whole" in lines[0]
    assert "  Orchestration/Airflow (aws_mwaa_environment): the service is not emulated" in lines
    assert told("ecommerce-test", []) == "ecommerce-test: the embedded AWS holds all of it"


def test_nothing_that_holds_data_follows_another_out() -> None:
    assert not FOLLOWS & {*STATEFUL, *NOT_HELD}


def test_production_with_a_serverless_warehouse_goes_without_it_and_nothing_else_needs_it(tmp_path: Path) -> None:
    serverless = replace(PROD, warehouse=ServerlessWarehouse())
    app = App(outdir=str(tmp_path))
    EcommerceStack(app, env=serverless, endpoint="http://127.0.0.1:5000")
    app.synth()
    left = leave_out(template(tmp_path / "stacks" / stack_name(serverless)))
    assert {each.address.partition(".")[0] for each in left if each.reason == NO_SERVICE} == {
        "aws_redshiftserverless_namespace",
        "aws_redshiftserverless_usage_limit",
        "aws_redshiftserverless_workgroup",
    }


def test_the_command_tells_it_for_one_environment() -> None:
    command = [sys.executable, "-m", "stacks.emulated", "--env", "local"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ecommerce-local: ")
