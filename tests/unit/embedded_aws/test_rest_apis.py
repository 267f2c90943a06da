import json
from collections.abc import Callable
from typing import Any

import pytest

Client = Callable[[str], Any]


@pytest.fixture
def apigateway(client: Client) -> Any:
    return client("apigateway")


def test_a_policy_is_told_with_backslashes_before_its_quotes(apigateway: Any) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    api = apigateway.create_rest_api(name="door")["id"]
    change = {"op": "replace", "path": "/policy", "value": policy}

    apigateway.update_rest_api(restApiId=api, patchOperations=[change])

    assert apigateway.get_rest_api(restApiId=api)["policy"] == policy.replace('"', r"\"")


def test_an_api_without_a_policy_tells_none(apigateway: Any) -> None:
    api = apigateway.create_rest_api(name="open")["id"]
    assert "policy" not in apigateway.get_rest_api(restApiId=api)
