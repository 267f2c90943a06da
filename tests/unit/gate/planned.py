"""Small plans, made by hand: what `terraform show -json` says of one resource."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from gate.report import Report

TODAY = date(2026, 11, 23)
PROD_STACK = "ecommerce-prod"
Judged = Callable[..., Report]


def change(
    address: str,
    *actions: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    unknown: dict[str, Any] | None = None,
    because: list[list[str]] | None = None,
) -> dict[str, Any]:
    return {
        "address": address,
        "type": address.split(".", maxsplit=1)[0],
        "mode": "managed",
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "replace_paths": because or [],
        },
    }


def update(address: str, before: dict[str, Any], after: dict[str, Any], **more: Any) -> dict[str, Any]:
    return change(address, "update", before=before, after=after, **more)


def create(address: str, after: dict[str, Any], **more: Any) -> dict[str, Any]:
    return change(address, "create", after=after, **more)


def delete(address: str, before: dict[str, Any]) -> dict[str, Any]:
    return change(address, "delete", before=before)


def policy(*actions: str, on: str = "arn:aws:s3:::silver/*", **more: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": on, **more}]})


BUCKET = {"bucket": "silver"}
ROLE_POLICY = "aws_iam_role_policy.read"
READ = {"role": "etl", "policy": policy("s3:GetObject")}
