"""What an account's IAM holds, as `aws iam get-account-authorization-details` tells it."""

import json
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from gate.scanners.installed import ScannerError

EMULATED = "emulated"


def fetch_details(endpoint: str, *, region: str) -> dict[str, Any]:
    """From an emulated account. For a real one give the gate the file that the AWS command line writes."""
    iam = boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=EMULATED,
        aws_secret_access_key=EMULATED,
    )
    pages = iam.get_paginator("get_account_authorization_details").paginate(Filter=["Role", "LocalManagedPolicy"])
    try:
        details: dict[str, Any] = json.loads(json.dumps(pages.build_full_result(), default=str))
    except (BotoCoreError, ClientError) as error:
        raise ScannerError(f"the account at {endpoint} does not tell its IAM: {error}") from error
    return details


def load_details(path: Path) -> dict[str, Any]:
    """From a file; ScannerError when it is not what the command line writes."""
    try:
        details: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScannerError(f"{path} cannot be read: {error}") from error
    if "RoleDetailList" not in details:
        raise ScannerError(f"{path}: write it with `aws iam get-account-authorization-details`")
    return details


def count_policies(details: dict[str, Any]) -> int:
    """Policies written in this account, in roles and by themselves."""
    roles = details.get("RoleDetailList", [])
    return sum(len(role.get("RolePolicyList", [])) for role in roles) + len(details.get("Policies", []))
