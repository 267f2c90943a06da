"""The settings of a mapping as list_event_source_mappings returns them."""

from typing import Any

import pytest

from local.lambda_service.delivery import RetryPolicy
from local.lambda_service.mapping import mapping_from

MINIMAL: dict[str, Any] = {
    "UUID": "u-1",
    "State": "Enabled",
    "EventSourceArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/ecommerce-local-events",
    "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:ecommerce-local-etl-processor",
}


def test_what_is_not_said_has_lambdas_defaults() -> None:
    mapping = mapping_from(MINIMAL)
    assert (mapping.batch_size, mapping.window_seconds, mapping.starting_position) == (100, 0, "TRIM_HORIZON")
    assert mapping.policy == RetryPolicy()
    assert mapping.on_failure_bucket is None
    assert mapping.problems == ()


def test_every_setting_of_the_platforms_mapping_is_read() -> None:
    mapping = mapping_from(
        MINIMAL
        | {
            "BatchSize": 500,
            "MaximumBatchingWindowInSeconds": 3,
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 5,
            "MaximumRecordAgeInSeconds": 86400,
            "ParallelizationFactor": 1,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::ecommerce-local-quarantine-1"}},
            "StartingPosition": "LATEST",
        }
    )
    assert (mapping.batch_size, mapping.window_seconds, mapping.starting_position) == (500, 3, "LATEST")
    assert mapping.policy == RetryPolicy(
        report_batch_item_failures=True,
        bisect_on_function_error=True,
        maximum_retry_attempts=5,
        maximum_record_age_seconds=86400,
    )
    assert mapping.on_failure_bucket == "ecommerce-local-quarantine-1"
    assert (mapping.stream_name, mapping.function_name) == ("ecommerce-local-events", "ecommerce-local-etl-processor")
    assert mapping.problems == ()


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}, "FilterCriteria"),
        ({"TumblingWindowInSeconds": 60}, "TumblingWindowInSeconds"),
        ({"ParallelizationFactor": 2}, "ParallelizationFactor 2"),
        ({"StartingPosition": "EARLIEST"}, "EARLIEST"),
        ({"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:1:q"}}}, "arn:aws:sqs"),
        ({"EventSourceArn": "arn:aws:sqs:eu-west-1:1:q"}, "only Kinesis streams"),
        ({"EventSourceArn": MINIMAL["EventSourceArn"] + "/consumer/c:1"}, "enhanced fan-out"),
    ],
)
def test_a_setting_that_cannot_be_honoured_is_named(setting: dict[str, Any], named: str) -> None:
    problems = mapping_from(MINIMAL | setting).problems
    assert len(problems) == 1
    assert named in problems[0]


def test_a_change_that_matters_makes_mappings_differ_and_a_touch_does_not() -> None:
    assert mapping_from(MINIMAL | {"LastModified": 1}) == mapping_from(MINIMAL | {"LastModified": 2})
    assert mapping_from(MINIMAL) != mapping_from(MINIMAL | {"BatchSize": 7})
    assert mapping_from(MINIMAL) != mapping_from(MINIMAL | {"State": "Disabled"})
