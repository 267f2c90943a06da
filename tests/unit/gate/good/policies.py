"""The policies of the good stack, by name."""

from typing import Any

from tests.unit.gate.good.words import (
    ACCOUNT,
    ARN,
    EVERYONE,
    FOR_US,
    NO_HTTP,
    ROOT,
    SIGNED_IN,
    condition,
    service,
    statement,
)

DOCUMENTS: dict[str, Any] = {
    "silver": {
        "statement": [
            statement("s3:*", on=[ARN, f"{ARN}/*"], principals=EVERYONE, condition=[test]) | {"effect": "Deny"}
            for test in (NO_HTTP, condition("NumericLessThan", "s3:TlsVersion", "1.2"))
        ]
    },
    "messages": {
        "statement": [statement("sqs:*", on=["*"], principals=EVERYONE, condition=[NO_HTTP]) | {"effect": "Deny"}]
    },
    "key": {
        "statement": [
            statement("kms:*", on=["*"], principals=ROOT),
            statement("kms:Decrypt", on=["*"], principals=service("logs.amazonaws.com"), condition=FOR_US),
        ]
    },
    "trust": {
        "statement": [
            statement("sts:AssumeRole", on=[], principals=service("lambda.amazonaws.com"), condition=FOR_US),
        ]
    },
    "replication": {
        "statement": [
            statement("sts:AssumeRole", on=[], principals=service(f"{name}.amazonaws.com"), condition=FOR_US)
            for name in ("dms", "redshift", "redshift-serverless")
        ]
    },
    "people": {
        "statement": [
            statement(
                "sts:AssumeRole",
                on=[],
                principals=ROOT,
                condition=[condition("ArnLike", "aws:PrincipalArn", SIGNED_IN)],
            )
        ]
    },
    "job": {
        "statement": [
            statement("sts:AssumeRole", on=[], principals=service("glue.amazonaws.com"), condition=FOR_US),
        ]
    },
    "pipeline": {
        "statement": [
            statement(
                "sts:AssumeRoleWithWebIdentity",
                on=[],
                principals=[{"type": "Federated", "identifiers": [f"arn:aws:iam::{ACCOUNT}:oidc-provider/hub"]}],
                condition=[condition("StringEquals", "hub:sub", "repo:shop/platform:ref:refs/heads/main")],
            )
        ]
    },
    "door": {
        "statement": [
            statement(
                "s3:*",
                on=["*"],
                principals=EVERYONE,
                condition=[condition("StringEquals", "aws:PrincipalAccount", ACCOUNT)],
            )
        ]
    },
    "read": {
        "statement": [
            statement("s3:GetObject", on=[f"{ARN}/*"]),
            statement("xray:PutTraceSegments", on=["*"]),
            statement(
                "cloudwatch:PutMetricData",
                on=["*"],
                condition=[condition("StringEquals", "cloudwatch:namespace", "Shop")],
            ),
            statement(
                "iam:PassRole",
                on=["${aws_iam_role.etl.arn}"],
                condition=[condition("StringEquals", "iam:PassedToService", "glue.amazonaws.com")],
            ),
        ]
    },
    "boundary": {"statement": [statement("s3:*", "xray:Put*", "iam:PassRole", on=["*"])]},
}
