"""Can what runs inside the network reach what it calls?"""

import ast
from pathlib import Path

import pytest

from config import ENVIRONMENTS, Environment
from config.naming import stack_name
from constructs.python_function import ROOT
from tests.support.platform import templates

GATEWAYS = {"s3", "dynamodb"}
# boto3's names where the endpoints are called otherwise.
ENDPOINT_OF = {"kinesis": "kinesis-streams", "firehose": "kinesis-firehose", "cloudwatch": "monitoring"}
INSIDE = [env for env in ENVIRONMENTS if env.network and env.network.functions_inside]


def called_services(folder: Path) -> set[str]:
    """The services a function's code makes clients for."""
    calls = [node for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "boto3.client"
        and isinstance(call.args[0], ast.Constant)
    }


@pytest.mark.parametrize("env", INSIDE, ids=[stack_name(env) for env in INSIDE])
def test_every_service_a_function_inside_calls_has_a_door(env: Environment) -> None:
    functions = templates()[stack_name(env)].all("aws_lambda_function").values()
    sources = [ROOT / "lambda_src" / function["handler"].partition(".")[0] for function in functions]
    called = {service for source in sources for service in called_services(source)}
    assert {"kinesis", "s3", "secretsmanager", "sqs"} <= called
    assert env.network is not None
    doors = {*GATEWAYS, *env.network.interface_endpoints}
    assert {ENDPOINT_OF.get(service, service) for service in called} <= doors


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=[stack_name(env) for env in ENVIRONMENTS])
def test_every_function_runs_where_the_environment_says(env: Environment) -> None:
    functions = templates()[stack_name(env)].all("aws_lambda_function").values()
    assert {"vpc_config" in function for function in functions} == {env in INSIDE}


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=[stack_name(env) for env in ENVIRONMENTS])
def test_an_environment_without_a_network_has_nothing_of_one(env: Environment) -> None:
    parts = ("aws_vpc", "aws_subnet", "aws_security_group", "aws_flow_log", "aws_vpc_endpoint")
    found = [part for part in parts if templates()[stack_name(env)].all(part)]
    assert bool(found) == (env.network is not None)
