"""Short ways to write the policies of a small template."""

from typing import Any

ACCOUNT = "333333333333"
KEY = "${aws_kms_key.lake.arn}"
KEEP = {"prevent_destroy": True}
BUCKET = "${aws_s3_bucket.silver.id}"
ARN = "${aws_s3_bucket.silver.arn}"
ROOT = [{"type": "AWS", "identifiers": [f"arn:aws:iam::{ACCOUNT}:root"]}]
EVERYONE = [{"type": "*", "identifiers": ["*"]}]
SUFFIX = "?" * 16
SIGNED_IN = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Analyst_{SUFFIX}"


def document(name: str) -> str:
    return f"${{data.aws_iam_policy_document.{name}.json}}"


def statement(*actions: str, on: list[str], **more: Any) -> dict[str, Any]:
    return {"effect": "Allow", "actions": list(actions), "resources": on, **more}


def condition(test: str, variable: str, *values: str) -> dict[str, Any]:
    return {"test": test, "variable": variable, "values": list(values)}


def service(name: str) -> list[dict[str, Any]]:
    return [{"type": "Service", "identifiers": [name]}]


FOR_US = [condition("StringEquals", "aws:SourceAccount", ACCOUNT)]
NO_HTTP = condition("Bool", "aws:SecureTransport", "false")
