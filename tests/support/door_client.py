"""A shop's HTTP client for the local front door, as docs/FRONT_DOOR.md advises to write one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from config.naming import physical_name
from local.demo.platform import ENV, Platform
from local.front_door import LocalDoor
from local.lambda_service.aws_clients import aws_client

NO_PROXY = build_opener(ProxyHandler({}))


@dataclass(frozen=True, kw_only=True)
class DoorClient:
    """Calls ``door`` with the key of its client ``shop``, or with ``key``; None sends no key."""

    door: LocalDoor
    key: str | None = "of shop"

    def post(self, path: str, body: bytes | Any, content_type: str = "application/json") -> tuple[int, Any]:
        """Status and answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": content_type}
        if self.key:
            headers["x-api-key"] = self.door.keys["shop"] if self.key == "of shop" else self.key
        try:
            with NO_PROXY.open(Request(f"{self.door.url}{path}", data=data, headers=headers), timeout=60) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read())
        except HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def deliver(self, events: list[Any]) -> int:
        """All of them, those again that failed; returns how many calls it took."""
        calls = 0
        while events:
            status, said = self.post("/events/batch", {"events": events})
            calls += 1
            assert status in (202, 503), said
            events = [events[entry["index"]] for entry in said["failed"]]
        return calls


@contextmanager
def client_with_quota(platform: Platform, per_day: int) -> Iterator[str]:
    """The key of one more client, with a plan of its own; gone afterwards."""
    gateway = aws_client("apigateway", endpoint=platform.aws.endpoint, region=ENV.region)
    (api,) = gateway.get_rest_apis()["items"]
    plan = gateway.create_usage_plan(
        name=physical_name(ENV, "small"),
        apiStages=[{"apiId": api["id"], "stage": "v1"}],
        quota={"limit": per_day, "period": "DAY"},
    )["id"]
    key = gateway.create_api_key(name=f"{api['name']}-small", enabled=True)
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
    try:
        yield key["value"]
    finally:
        gateway.delete_usage_plan_key(usagePlanId=plan, keyId=key["id"])
        gateway.delete_usage_plan(usagePlanId=plan)
        gateway.delete_api_key(apiKey=key["id"])
