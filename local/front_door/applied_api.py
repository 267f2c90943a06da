"""Reads a REST API back from the embedded AWS: clients in, what is needed to answer a request out."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
ACTION = re.compile(r"arn:aws:apigateway:[\w-]+:kinesis:action/(?P<action>\w+)")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What becomes of an answer of Kinesis whose status fits ``pattern``; None fits what fits no other."""

    pattern: str | None
    status: int
    template: str


@dataclass(frozen=True, kw_only=True)
class Route:
    """``POST`` at a path. ``model`` None: bodies are not checked."""

    action: str
    request: str
    answers: Sequence[Answer]
    model: Mapping[str, Any] | None
    needs_key: bool

    def answer_to(self, status: int) -> Answer:
        """ValueError if there is none."""
        fits = [a for a in self.answers if a.pattern and re.fullmatch(a.pattern, str(status))]
        found = fits or [a for a in self.answers if not a.pattern]
        if not found:
            raise ValueError(f"{self.action} answered {status}, and no integration response fits that")
        return found[0]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the client of one key may send; None is no limit."""

    client: str
    rate: float | None
    burst: int | None
    per_day: int | None


@dataclass(frozen=True, kw_only=True)
class AppliedApi:
    """``routes`` by path, ``refusals`` (status or None, template) by API Gateway's name, ``plans`` by key value."""

    name: str
    stage: str
    routes: Mapping[str, Route]
    refusals: Mapping[str, tuple[int | None, str]]
    plans: Mapping[str, Plan]


def read_api(client: Any) -> AppliedApi:
    """The only REST API there is; ValueError if there is another number, or it holds what nobody can answer here."""
    apis = client.get_rest_apis()["items"]
    if len(apis) != 1:
        raise ValueError(f"the embedded AWS has {len(apis)} REST APIs, expected 1: deploy the platform first")
    (api,) = apis
    (stage,) = client.get_stages(restApiId=api["id"])["item"]
    models = {m["name"]: json.loads(m["schema"]) for m in client.get_models(restApiId=api["id"])["items"]}
    validators = {v["id"]: v for v in client.get_request_validators(restApiId=api["id"])["items"]}
    resources = client.get_resources(restApiId=api["id"], embed=["methods"])["items"]
    responses = client.get_gateway_responses(restApiId=api["id"])["items"]
    return AppliedApi(
        name=api["name"],
        stage=stage["stageName"],
        routes={
            resource["path"]: _route(resource["path"], resource["resourceMethods"]["POST"], models, validators)
            for resource in resources
            if "POST" in resource.get("resourceMethods", {})
        },
        refusals={
            r["responseType"]: (_status(r.get("statusCode")), r.get("responseTemplates", {}).get(JSON, ""))
            for r in responses
        },
        plans=_plans(client, api["id"], stage["stageName"]),
    )


def _route(path: str, method: Any, models: Mapping[str, Any], validators: Mapping[str, Any]) -> Route:
    if method["authorizationType"] != "NONE":
        raise ValueError(
            f"POST {path} asks for {method['authorizationType']}, and nobody here can check that; "
            "deploy an environment whose front_door.authorization is 'api_key'"
        )
    integration = method["methodIntegration"]
    action = ACTION.fullmatch(integration["uri"])
    if not action or integration.get("passthroughBehavior") != "NEVER":
        raise ValueError(f"POST {path} leads to {integration['uri']}; here only templates to Kinesis are known")
    validates = validators.get(method.get("requestValidatorId", ""), {}).get("validateRequestBody", False)
    return Route(
        action=action["action"],
        request=integration["requestTemplates"][JSON],
        answers=[
            Answer(
                pattern=answer.get("selectionPattern") or None,
                status=int(answer["statusCode"]),
                template=answer["responseTemplates"][JSON],
            )
            for answer in integration["integrationResponses"].values()
        ],
        model=models[method["requestModels"][JSON]] if validates else None,
        needs_key=method["apiKeyRequired"],
    )


def _plans(client: Any, api: str, stage: str) -> dict[str, Plan]:
    keys = {key["id"]: key for key in client.get_api_keys(includeValues=True)["items"]}
    found = {}
    for plan in client.get_usage_plans()["items"]:
        if {"apiId": api, "stage": stage} not in [
            {"apiId": s["apiId"], "stage": s["stage"]} for s in plan.get("apiStages", ())
        ]:
            continue
        throttle, quota = plan.get("throttle", {}), plan.get("quota", {})
        for used in client.get_usage_plan_keys(usagePlanId=plan["id"])["items"]:
            key = keys[used["id"]]
            if key["enabled"]:
                found[key["value"]] = Plan(
                    client=key["name"],
                    rate=throttle.get("rateLimit"),
                    burst=throttle.get("burstLimit"),
                    per_day=quota.get("limit"),
                )
    return found


def _status(text: str | None) -> int | None:
    return int(text) if text else None
