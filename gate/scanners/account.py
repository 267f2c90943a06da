"""What accounts' IAM holds, as `aws iam get-account-authorization-details` tells it: a file for each stack."""

import json
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from gate.scanners.installed import ScannerError

Details = dict[str, Any]
Accounts = dict[str, Details]
ACCOUNTS = "accounts"  # the folder beside the gate's reports
EMULATED = "emulated"


def fetch_details(endpoint: str, *, region: str) -> Details:
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
        details: Details = json.loads(json.dumps(pages.build_full_result(), default=str))
    except (BotoCoreError, ClientError) as error:
        raise ScannerError(f"the account at {endpoint} does not tell its IAM: {error}") from error
    return details


def save_details(endpoint: str, *, region: str, stack: str, reports: Path) -> Path:
    """Keeps what the emulated account of ``stack`` holds now where the gate looks for it; returns the file."""
    path = reports / ACCOUNTS / f"{stack}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(fetch_details(endpoint, region=region), indent=2) + "\n", encoding="utf-8")
    return path


def load_accounts(paths: Iterable[Path]) -> Accounts:
    """By stack, which is the file's name; ScannerError when one is not what the command line writes."""
    return {path.stem: load_details(path) for path in paths}


def load_details(path: Path) -> Details:
    """From one file."""
    try:
        details: Details = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScannerError(f"{path} cannot be read: {error}") from error
    if "RoleDetailList" not in details:
        raise ScannerError(f"{path}: write it with `aws iam get-account-authorization-details`")
    return details


def count_policies(details: Details) -> int:
    """Policies written in this account, in roles and by themselves."""
    roles = details.get("RoleDetailList", [])
    return sum(len(role.get("RolePolicyList", [])) for role in roles) + len(details.get("Policies", []))


def without_boundaries(details: Details) -> Details:
    """The same account without policies that only bound others: they give nobody a right, however wide they are."""
    roles = details.get("RoleDetailList", [])
    bounding = {role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") for role in roles}
    attached = {policy.get("PolicyArn") for role in roles for policy in role.get("AttachedManagedPolicies", [])}
    kept = [policy for policy in details.get("Policies", []) if policy.get("Arn") not in bounding - attached]
    return deepcopy(details) | {"Policies": kept}
