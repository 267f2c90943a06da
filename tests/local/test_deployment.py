"""Does real Terraform with the real provider agree with what is synthesized and with what is deployed?"""

import base64
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import ENVIRONMENTS
from config.naming import function_name, physical_name, stack_name
from local.demo.platform import ENV, Platform
from local.lambda_service.aws_clients import aws_client
from tests.support.terraform import Terraform

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All four stacks as ``cdktf synth`` writes them."""
    folder = tmp_path_factory.mktemp("synth") / "cdktf.out"
    synthesize(folder, {})
    return folder / "stacks"


def synthesize(folder: Path, variables: dict[str, str]) -> None:
    env = {key: value for key, value in os.environ.items() if key != "AWS_ENDPOINT_URL"}
    subprocess.run(
        [sys.executable, "main.py"], cwd=ROOT, env=env | variables | {"CDKTF_OUTDIR": str(folder)}, check=True
    )


def test_a_second_plan_after_the_deployment_is_empty(platform: Platform, terraform: Terraform) -> None:
    folder = platform.deployment.output / "stacks" / platform.deployment.stack
    plan = terraform(folder, "plan", "-detailed-exitcode", "-input=false", "-no-color")
    assert plan.returncode == 0, plan.stdout + plan.stderr


@pytest.mark.parametrize("name", [stack_name(env) for env in ENVIRONMENTS])
def test_every_stack_is_valid_to_terraform(name: str, ordinary: Path, terraform: Terraform) -> None:
    assert terraform(ordinary / name, "init", "-backend=false", "-input=false").returncode == 0
    validation = terraform(ordinary / name, "validate", "-no-color")
    assert validation.returncode == 0, validation.stdout + validation.stderr


def test_the_function_that_runs_is_the_one_that_was_packaged(platform: Platform) -> None:
    client = aws_client("lambda", endpoint=platform.aws.endpoint, region=ENV.region)
    applied = client.get_function(FunctionName=function_name(ENV, "etl_processor"))["Configuration"]["CodeSha256"]
    package = (ROOT / "build" / "functions" / f"{function_name(ENV, 'etl_processor')}.zip").read_bytes()
    assert applied == base64.b64encode(hashlib.sha256(package).digest()).decode()


def test_the_masking_key_stands_in_no_file_of_the_deployment(platform: Platform) -> None:
    client = aws_client("secretsmanager", endpoint=platform.aws.endpoint, region=ENV.region)
    value = client.get_secret_value(SecretId=physical_name(ENV, "masking-key"))["SecretString"]
    assert len(value) == 64
    files = [path for path in platform.work_dir.rglob("*") if path.is_file() and not path.is_symlink()]
    assert platform.deployment.state in files
    assert [str(path) for path in files if value.encode() in path.read_bytes()] == []
