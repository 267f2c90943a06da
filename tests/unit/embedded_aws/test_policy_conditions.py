from typing import Any

import pytest

from local.embedded_aws.corrections.bucket_policy import request_values
from local.embedded_aws.corrections.policy_conditions import (
    UnknownConditionError,
    conditions_hold,
    matches_wildcards,
)

VALUES = {"aws:securetransport": "true", "s3:tlsversion": "1.3", "aws:sourceip": "127.0.0.1", "s3:x": "Abc"}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"Bool": {"aws:SecureTransport": "false"}}, False),
        ({"Bool": {"aws:SecureTransport": False}}, False),
        ({"Bool": {"aws:SecureTransport": True}}, True),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, False),
        ({"NumericLessThan": {"s3:TlsVersion": 1.4}}, True),
        ({"NumericGreaterThanEquals": {"s3:TlsVersion": ["1.3"]}}, True),
        ({"StringEquals": {"s3:X": ["other", "Abc"]}}, True),
        ({"StringEquals": {"s3:X": "abc"}}, False),
        ({"StringEqualsIgnoreCase": {"s3:X": "abc"}}, True),
        ({"StringNotEquals": {"s3:X": ["other", "Abc"]}}, False),
        ({"StringNotEquals": {"s3:X": ["other", "else"]}}, True),
        ({"StringLike": {"s3:X": "A?c*"}}, True),
        ({"StringNotLike": {"s3:X": "A*"}}, False),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, True),
        ({"Null": {"s3:absent": "true"}}, True),
        ({"Null": {"s3:X": True}}, False),
        ({"StringEquals": {"s3:X": "Abc"}, "Bool": {"aws:SecureTransport": "false"}}, False),
        ({}, True),
    ],
)
def test_a_condition_holds_as_iam_says(condition: dict[str, Any], holds: bool) -> None:
    assert conditions_hold(condition, VALUES) is holds


@pytest.mark.parametrize(
    ("operator", "holds"),
    [("StringEquals", False), ("StringNotEquals", True), ("StringEqualsIfExists", True), ("NumericLessThan", False)],
)
def test_a_value_the_request_lacks_fails_all_but_negated_and_optional_operators(operator: str, holds: bool) -> None:
    assert conditions_hold({operator: {"s3:absent": "1"}}, VALUES) is holds


@pytest.mark.parametrize("operator", ["DateLessThan", "ForAnyValue:StringEquals", "StringEqual"])
def test_an_operator_nobody_wrote_is_an_error_and_not_a_guess(operator: str) -> None:
    with pytest.raises(UnknownConditionError, match=f"'{operator}'.*it knows .*StringEquals.*Remedy: "):
        conditions_hold({operator: {"s3:X": "Abc"}}, VALUES)


def test_brackets_and_dots_in_an_arn_are_themselves() -> None:
    assert matches_wildcards("arn:aws:s3:::a.b/[x]/*", "arn:aws:s3:::a.b/[x]/k")
    assert not matches_wildcards("arn:aws:s3:::a.b/*", "arn:aws:s3:::aXb/k")


def test_a_request_cannot_claim_what_only_the_server_knows() -> None:
    values = request_values({"X-Amz-Acl": "private"}, {"prefix": "orders/", "TlsVersion": "1.0"})

    assert values["s3:x-amz-acl"] == "private"
    assert values["s3:prefix"] == "orders/"
    assert values["s3:tlsversion"] == "1.3"
