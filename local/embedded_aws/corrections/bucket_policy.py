"""A bucket policy, evaluated as S3 does for requests that come from this machine.

In: the policy's JSON, an action, a resource, the request's headers and query. Out: PERMITTED, DENIED or NEUTRAL.
The caller is the account itself: the embedded AWS knows no signatures, so no other principal ever asks.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from moto.iam.access_control import PermissionResult

from local.embedded_aws.corrections.policy_conditions import (
    UnknownConditionError,
    check_operators,
    conditions_hold,
    matches_wildcards,
)
from local.embedded_aws.environment import ACCOUNT_ID, LOOP_BACK, REGION

CALLER = f"arn:aws:iam::{ACCOUNT_ID}:root"
# Loop-back counts as secure: nobody else can listen, and the policy stays the one that production has.
FIXED_VALUES = {
    "aws:securetransport": "true",
    "s3:tlsversion": "1.3",
    "aws:sourceip": LOOP_BACK,
    "aws:principalarn": CALLER,
    "aws:principalaccount": ACCOUNT_ID,
    "aws:resourceaccount": ACCOUNT_ID,
    "s3:resourceaccount": ACCOUNT_ID,
    "aws:principaltype": "Account",
    "aws:principalisawsservice": "false",
    "aws:viaawsservice": "false",
    "aws:requestedregion": REGION,
}
# A request made by a user, not by a service on behalf of a resource, has none of these.
NEVER_PRESENT = {
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:calledvia",
    "aws:username",
    "aws:principalorgid",
}
FROM_QUERY = {"s3:prefix", "s3:delimiter", "s3:max-keys", "s3:versionid"}
FROM_HEADERS = "s3:x-amz-"


def check_policy(policy: bytes) -> None:
    """Raise UnknownConditionError if a statement cannot be evaluated, so that the policy is refused when it is put."""
    for statement in _statements(policy):
        check_operators(statement.get("Condition", {}))
        for keys in statement.get("Condition", {}).values():
            _check_keys(keys)
        if "NotPrincipal" in statement:
            raise UnknownConditionError("the embedded AWS cannot evaluate NotPrincipal; say Principal with a Condition")


def permission(policy: bytes, action: str, resource: str, values: Mapping[str, str]) -> PermissionResult:
    """What `policy` says: one Deny that applies outweighs every Allow."""
    effects = {
        statement["Effect"] for statement in _statements(policy) if _applies(statement, action, resource, values)
    }
    if "Deny" in effects:
        return PermissionResult.DENIED
    return PermissionResult.PERMITTED if "Allow" in effects else PermissionResult.NEUTRAL


def request_values(headers: Mapping[str, str], query: Mapping[str, str]) -> dict[str, str]:
    """The condition keys of a request, in lower case."""
    from_headers = {f"s3:{name.lower()}": value for name, value in headers.items() if name.lower().startswith("x-amz-")}
    from_query = {f"s3:{name.lower()}": value for name, value in query.items()}
    return from_query | from_headers | FIXED_VALUES


def _check_keys(keys: Mapping[str, Any]) -> None:
    for key in keys:
        name = key.lower()
        if name not in FIXED_VALUES.keys() | NEVER_PRESENT | FROM_QUERY and not name.startswith(FROM_HEADERS):
            known = ", ".join(sorted([*FIXED_VALUES, *NEVER_PRESENT, *FROM_QUERY, f"{FROM_HEADERS}*"]))
            raise UnknownConditionError(
                f"the embedded AWS cannot evaluate the condition key {key!r}; it knows {known}. "
                f"Remedy: add it to local/embedded_aws/corrections/bucket_policy.py"
            )


def _applies(statement: Mapping[str, Any], action: str, resource: str, values: Mapping[str, str]) -> bool:
    return (
        _names_caller(statement.get("Principal", "*"))
        and _element_matches(statement, "Action", action.lower(), lower=True)
        and _element_matches(statement, "Resource", resource)
        and conditions_hold(statement.get("Condition", {}), values)
    )


def _element_matches(statement: Mapping[str, Any], element: str, value: str, *, lower: bool = False) -> bool:
    """Action and Resource, or their negations NotAction and NotResource."""
    negated = f"Not{element}" in statement
    patterns = _as_list(statement[f"Not{element}" if negated else element])
    found = any(matches_wildcards(pattern.lower() if lower else pattern, value) for pattern in patterns)
    return found != negated


def _names_caller(principal: Any) -> bool:
    named = _as_list(principal.get("AWS", []) if isinstance(principal, dict) else principal)
    return any(one in ("*", ACCOUNT_ID, CALLER) for one in named)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=256)
def _statements(policy: bytes) -> tuple[dict[str, Any], ...]:
    return tuple(_as_list(json.loads(policy)["Statement"]))
