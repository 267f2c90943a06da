"""A small stack to grant things in: a bucket, a stream and a secret under one key, and a role that may do nothing."""

import json
from typing import Any

from config.environments import PROD
from gate.access.matrix import Matrix, matrix
from gate.template import Template

Document = dict[str, Any]
SILVER = "${aws_s3_bucket.silver.arn}"
KEY = "${aws_kms_key.lake.arn}"
ROOT = f"arn:aws:iam::{PROD.account_id}:root"
ETL = "aws_iam_role.etl"


def policy(*statements: Document) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, on: str | list[str], **more: Any) -> Document:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: str | list[str], **more: Any) -> Document:
    return allow(*actions, on=on, **more) | {"Effect": "Deny"}


def small() -> Document:
    trust = policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}})
    encryption = {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}}
    return {
        "resource": {
            "aws_s3_bucket": {"silver": {"bucket": "shop-silver"}, "gold": {"bucket": "shop-gold"}},
            "aws_s3_bucket_server_side_encryption_configuration": {
                name: {"bucket": f"${{aws_s3_bucket.{name}.id}}", "rule": [encryption]} for name in ("silver", "gold")
            },
            "aws_kms_key": {"lake": {"policy": policy(allow("kms:*", on="*", Principal={"AWS": ROOT}))}},
            "aws_kinesis_stream": {"orders": {"name": "orders", "kms_key_id": KEY}},
            "aws_secretsmanager_secret": {"masking": {"name": "masking", "kms_key_id": KEY}},
            "aws_iam_role": {"etl": {"name": "etl", "assume_role_policy": trust}},
        }
    }


def add(document: Document, type_: str, name: str, body: Document) -> Document:
    document["resource"].setdefault(type_, {})[name] = body
    return document


def grant(document: Document, *statements: Document, role: str = "etl") -> Document:
    """One more inline policy of the role."""
    policies = document["resource"].setdefault("aws_iam_role_policy", {})
    policies[f"p{len(policies)}"] = {"role": f"${{aws_iam_role.{role}.name}}", "policy": policy(*statements)}
    return document


def judged(document: Document) -> Matrix:
    return matrix(Template(document), PROD)


def may(document: Document, who: str = ETL) -> set[tuple[str, str, str]]:
    """What somebody may do, as (thing, verb, part); a look alone is left out."""
    rights = judged(document).rights
    return {(right.what, right.verb, right.part) for right in rights if right.who == who and right.verb != "look"}


def gaps(document: Document) -> set[str]:
    return {gap.check for gap in judged(document).gaps}
