"""What the local door reads back, and what it refuses to stand in for."""

from types import SimpleNamespace
from typing import Any

import pytest

from local.front_door.applied_api import read_api

ACTION = "arn:aws:apigateway:eu-west-1:kinesis:action/PutRecord"


def gateway(*, apis: int = 1, **method: Any) -> Any:
    """The calls of API Gateway that are made, for one path with one method."""
    answers = {
        "200": {"statusCode": "202", "responseTemplates": {"application/json": "fine"}},
        "503": {"statusCode": "503", "selectionPattern": r"[45]\d{2}", "responseTemplates": {"application/json": "no"}},
    }
    integration = {
        "uri": ACTION,
        "passthroughBehavior": "NEVER",
        "requestTemplates": {"application/json": "call"},
        "integrationResponses": answers,
    }
    post = {
        "authorizationType": "NONE",
        "apiKeyRequired": True,
        "requestValidatorId": "v",
        "requestModels": {"application/json": "Event"},
        "methodIntegration": integration | method.pop("integration", {}),
    } | method
    keys = [{"id": "k1", "name": "door-shop", "value": "one", "enabled": True}]
    keys.append({"id": "k2", "name": "door-old", "value": "two", "enabled": False})
    plan = {"id": "p", "apiStages": [{"apiId": "a", "stage": "v1"}], "quota": {"limit": 5, "period": "DAY"}}
    other = {"id": "q", "apiStages": [{"apiId": "b", "stage": "v1"}]}
    told = {
        "get_rest_apis": {"items": [{"id": "a", "name": "door"}] * apis},
        "get_stages": {"item": [{"stageName": "v1"}]},
        "get_models": {"items": [{"name": "Event", "schema": '{"type": "object"}'}]},
        "get_request_validators": {"items": [{"id": "v", "validateRequestBody": True}]},
        "get_resources": {"items": [{"path": "/"}, {"path": "/events", "resourceMethods": {"POST": post}}]},
        "get_gateway_responses": {"items": [{"responseType": "THROTTLED", "statusCode": "429"}]},
        "get_api_keys": {"items": keys},
        "get_usage_plans": {"items": [plan, other]},
        "get_usage_plan_keys": {"items": [{"id": "k1"}, {"id": "k2"}]},
    }
    return SimpleNamespace(**{name: lambda answer=answer, **_: answer for name, answer in told.items()})


def test_a_route_is_read_with_its_model_templates_and_answers() -> None:
    route = read_api(gateway()).routes["/events"]
    assert (route.action, route.request, route.model, route.needs_key) == (
        "PutRecord",
        "call",
        {"type": "object"},
        True,
    )
    assert [route.answer_to(status).status for status in (200, 400, 503)] == [202, 503, 503]


def test_only_keys_in_use_on_this_stage_open_the_door() -> None:
    plans = read_api(gateway()).plans
    assert {key: (plan.client, plan.per_day) for key, plan in plans.items()} == {"one": ("door-shop", 5)}


@pytest.mark.parametrize("apis", [0, 2])
def test_which_api_is_meant_is_not_guessed(apis: int) -> None:
    with pytest.raises(ValueError, match=f"has {apis} REST APIs, expected 1"):
        read_api(gateway(apis=apis))


@pytest.mark.parametrize("kind", ["AWS_IAM", "COGNITO_USER_POOLS"])
def test_a_door_whose_callers_cannot_be_checked_here_stays_shut(kind: str) -> None:
    with pytest.raises(ValueError, match=f"asks for {kind}, and nobody here can check that"):
        read_api(gateway(authorizationType=kind))


@pytest.mark.parametrize(
    "integration",
    [{"uri": "arn:aws:apigateway:eu-west-1:sqs:path/x"}, {"passthroughBehavior": "WHEN_NO_MATCH"}],
)
def test_an_integration_that_is_not_known_here_is_not_played(integration: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="only templates to Kinesis are known"):
        read_api(gateway(integration=integration))
