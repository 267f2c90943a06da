import json
import re
from typing import Any

import pytest
from cdktf import TerraformStack

from config import EventStreamSize
from config.environments import LOCAL
from config.front_door import FrontDoorDomain, FrontDoorSize
from constructs.alerts import Alerts
from constructs.encryption_key import EncryptionKey
from constructs.event_stream import EventStream
from constructs.front_door import FrontDoor
from constructs.front_door_alarms import watch_front_door
from constructs.gateway_responses import RESPONSES
from contracts import load_contract
from tests.support.synthesis import Block, Template, synthesized

POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
SHOP = "arn:aws:iam::123456789012:role/shop"


def door(stack: TerraformStack, *, watched: bool = False, **size: Any) -> FrontDoor:
    key = EncryptionKey(stack, "Key", name="k", account_id=LOCAL.account_id)
    stream = EventStream(stack, "Events", name="events", key=key, size=EventStreamSize())
    contracts = [load_contract(name) for name in ("order_event", "shop_event")]
    made = FrontDoor(stack, "Door", env=LOCAL, size=FrontDoorSize(**size), stream=stream, contracts=contracts)
    if watched:
        watch_front_door(Alerts(stack, "Alerts", env=LOCAL), made)
    return made


def made(**size: Any) -> Template:
    return synthesized(lambda stack: door(stack, **size))


@pytest.fixture(scope="module")
def template() -> Template:
    return made()


def allowed(template: Template, sid: str) -> list[Block]:
    return [s for s in template.statements() if s.get("sid", "").startswith(sid)]


def test_it_may_put_to_this_stream_with_its_key_and_do_nothing_else(template: Template) -> None:
    policies = [p for p in template.all("aws_iam_role_policy").values() if "ApiWriter" in p["role"]]
    documents = template.all("aws_iam_policy_document", "data")
    statements = [s for p in policies for s in documents[p["policy"].split(".")[2]]["statement"]]
    (stream,) = template.all("aws_kinesis_stream")
    (key,) = [name for name in template.all("aws_kms_key") if name.startswith("Key_")]
    assert {(action, *s["resources"]) for s in statements for action in s["actions"]} == {
        ("kinesis:PutRecord", f"${{aws_kinesis_stream.{stream}.arn}}"),
        ("kinesis:PutRecords", f"${{aws_kinesis_stream.{stream}.arn}}"),
        ("kms:GenerateDataKey", f"${{aws_kms_key.{key}.arn}}"),
    }


def test_each_way_in_is_checked_against_a_model_and_needs_a_key(template: Template) -> None:
    methods = template.all("aws_api_gateway_method").values()
    validator = template.one("aws_api_gateway_request_validator")
    assert validator["validate_request_body"]
    assert len(methods) == 2
    for method in methods:
        assert method["http_method"] == "POST"
        assert method["api_key_required"]
        assert method["request_validator_id"].startswith("${aws_api_gateway_request_validator.")
        assert list(method["request_models"]) == ["application/json"]


def test_a_body_of_another_type_has_no_model_and_does_not_come_in(template: Template) -> None:
    for integration in template.all("aws_api_gateway_integration").values():
        assert integration["passthrough_behavior"] == "NEVER"
        assert list(integration["request_templates"]) == ["application/json"]


def test_each_action_of_kinesis_is_called_with_the_doors_role(template: Template) -> None:
    integrations = template.all("aws_api_gateway_integration").values()
    region = LOCAL.region
    assert {i["uri"] for i in integrations} == {
        f"arn:aws:apigateway:{region}:kinesis:action/{action}" for action in ("PutRecord", "PutRecords")
    }
    assert all("ApiWriter_Role" in i["credentials"] for i in integrations)


def test_errors_of_kinesis_never_look_like_success(template: Template) -> None:
    answers = template.all("aws_api_gateway_integration_response").values()
    by_pattern = {(a.get("selection_pattern"), a["status_code"].split("_")[-2][:11]) for a in answers}
    patterns = {pattern for pattern, _ in by_pattern}
    assert patterns == {None, r"[45]\d{2}"}
    for status in ("400", "404", "500", "503"):
        assert any(pattern and re.fullmatch(pattern, status) for pattern in patterns)


def test_refusals_are_json_with_the_request_and_what_is_wrong(template: Template) -> None:
    responses = {r["response_type"]: r for r in template.all("aws_api_gateway_gateway_response").values()}
    assert responses.keys() == RESPONSES.keys()
    for response in responses.values():
        body = json.loads(response["response_templates"]["application/json"])
        assert body["request_id"] == "$context.requestId"
    wrong = json.loads(responses["BAD_REQUEST_BODY"]["response_templates"]["application/json"])
    assert wrong["details"] == "$context.error.validationErrorString"


def test_the_access_log_holds_no_address_and_nothing_of_what_was_sent(template: Template) -> None:
    (settings,) = [template.one("aws_api_gateway_stage")["access_log_settings"]]
    line = settings["format"]
    for told in ("sourceIp", "userAgent", "validationErrorString", "message", "body", "path ", "querystring"):
        assert told not in line
    assert {"requestId", "apiKeyId", "status", "responseLatency"} <= json.loads(line).keys()
    group = template.one("aws_cloudwatch_log_group")
    assert group["retention_in_days"] == LOCAL.log_keep_days
    assert group["kms_key_id"].startswith("${aws_kms_key.")


def test_payloads_are_neither_traced_nor_logged(template: Template) -> None:
    settings = template.one("aws_api_gateway_method_settings")["settings"]
    assert not settings["data_trace_enabled"]
    assert settings["logging_level"] == "OFF"
    assert settings["metrics_enabled"]


def test_no_trace_keeps_the_addresses_of_callers(template: Template) -> None:
    stage = template.one("aws_api_gateway_stage")
    assert stage["xray_tracing_enabled"] is False
    assert "xrayTraceId" not in stage["access_log_settings"]["format"]


def test_logging_waits_for_the_accounts_role_and_that_for_its_right() -> None:
    template = made()
    (account,) = template.all("aws_api_gateway_account")
    assert f"aws_api_gateway_account.{account}" in template.one("aws_api_gateway_stage")["depends_on"]
    (right,) = template.one("aws_api_gateway_account")["depends_on"]
    assert right.startswith("aws_iam_role_policy.")


def test_the_accounts_role_can_be_left_to_another_stack() -> None:
    template = made(sets_account_role=False)
    assert template.all("aws_api_gateway_account") == {}
    assert not any("LogWriter" in name for name in template.all("aws_iam_role"))


def trigger(template: Template) -> str:
    found: str = template.one("aws_api_gateway_deployment")["triggers"]["definition"]
    return found


def test_what_is_live_follows_every_change_and_nothing_else(
    template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trigger(made()) == trigger(template)
    assert trigger(made(requests_per_second=7)) == trigger(template)
    assert trigger(made(authorization="api_key")) != trigger(template)
    monkeypatch.setattr("constructs.front_door_method.TIMEOUT_MS", 9_000)
    assert trigger(made()) != trigger(template)
    monkeypatch.undo()
    monkeypatch.setitem(RESPONSES, "THROTTLED", (429, "throttled", "Wait."))
    assert trigger(made()) != trigger(template)


def test_a_deployment_waits_for_all_it_makes_live(template: Template) -> None:
    waits = set(template.one("aws_api_gateway_deployment")["depends_on"])
    for type_ in ("method", "integration", "integration_response", "gateway_response", "model", "resource"):
        assert {f"aws_api_gateway_{type_}.{name}" for name in template.all(f"aws_api_gateway_{type_}")} <= waits


def test_each_client_has_a_key_of_its_own_and_all_have_one_plan() -> None:
    template = made(clients=("shop", "web-frontend"), requests_per_second=100, burst=200, requests_per_day=1_000)
    keys = template.all("aws_api_gateway_api_key")
    assert {key["name"] for key in keys.values()} == {
        "ecommerce-local-front-door-shop",
        "ecommerce-local-front-door-web-frontend",
    }
    assert all("value" not in key for key in keys.values())
    assert len(template.all("aws_api_gateway_usage_plan_key")) == 2
    plan = template.one("aws_api_gateway_usage_plan")
    assert plan["throttle_settings"] == {"rate_limit": 100, "burst_limit": 200}
    assert plan["quota_settings"] == {"limit": 1_000, "period": "DAY"}


@pytest.mark.parametrize(("authorization", "kind"), [("api_key", "NONE"), ("iam", "AWS_IAM")])
def test_authorization_is_the_environments_choice(authorization: str, kind: str) -> None:
    methods = made(authorization=authorization).all("aws_api_gateway_method").values()
    assert {method["authorization"] for method in methods} == {kind}


def test_tokens_are_read_by_an_authorizer_and_need_a_scope() -> None:
    template = made(authorization="jwt", user_pools=(POOL,), scopes=("events/write",))
    assert template.one("aws_api_gateway_authorizer")["provider_arns"] == [POOL]
    for method in template.all("aws_api_gateway_method").values():
        assert method["authorization_scopes"] == ["events/write"]
        assert method["authorizer_id"].startswith("${aws_api_gateway_authorizer.")


def test_callers_are_let_in_by_name_to_post_and_nothing_else() -> None:
    template = made(callers=(SHOP,))
    (statement,) = allowed(template, "CallersSend")
    assert statement["principals"] == [{"type": "AWS", "identifiers": [SHOP]}]
    assert statement["actions"] == ["execute-api:Invoke"]
    assert statement["resources"][0].endswith("/v1/POST/*")
    assert made().all("aws_api_gateway_rest_api_policy") == {}


def test_a_name_of_ones_own_shuts_the_other_and_wants_tls_1_2() -> None:
    template = made(domain=FrontDoorDomain(name="events.example.com", certificate_arn=CERTIFICATE))
    assert template.one("aws_api_gateway_rest_api")["disable_execute_api_endpoint"]
    assert template.one("aws_api_gateway_domain_name")["security_policy"] == "TLS_1_2"


def test_people_are_told_of_failures_refusals_and_slowness() -> None:
    template = synthesized(lambda stack: door(stack, watched=True))
    alarms = template.all("aws_cloudwatch_metric_alarm").values()
    assert {alarm["metric_name"] for alarm in alarms} == {"5XXError", "4XXError", "Latency"}
    # The average of a count per request is a share, its sum is not.
    assert {alarm["statistic"] for alarm in alarms} == {"Average"}
    assert all(alarm["dimensions"]["Stage"].startswith("${aws_api_gateway_stage.") for alarm in alarms)
