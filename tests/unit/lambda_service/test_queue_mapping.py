from typing import Any

import pytest

from local.lambda_service.queue_mapping import queue_mapping_from, reads_queue
from tests.unit.lambda_service.fake_queue import ARN

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:log-forwarder"


def described(**settings: Any) -> dict[str, Any]:
    return {"UUID": "u", "EventSourceArn": ARN, "FunctionArn": FUNCTION, "State": "Enabled"} | settings


def test_a_queues_mapping_is_told_from_a_streams() -> None:
    assert reads_queue(described())
    assert not reads_queue({"EventSourceArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/events"})


def test_lambdas_defaults_fill_what_is_left_out() -> None:
    mapping = queue_mapping_from(described())
    assert (mapping.batch_size, mapping.maximum_concurrency, mapping.reports_failures) == (10, None, False)
    assert (mapping.source_name, mapping.function_name, mapping.problems) == ("files", "log-forwarder", ())


def test_what_terraform_applied_is_kept() -> None:
    mapping = queue_mapping_from(
        described(
            BatchSize=3,
            ScalingConfig={"MaximumConcurrency": 4},
            FunctionResponseTypes=["ReportBatchItemFailures"],
            State="Disabled",
        )
    )
    assert (mapping.batch_size, mapping.maximum_concurrency, mapping.reports_failures) == (3, 4, True)
    assert not mapping.enabled


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"BatchSize": 11}, "BatchSize 11"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}, "FilterCriteria"),
        ({"EventSourceArn": f"{ARN}.fifo"}, "FIFO"),
    ],
)
def test_what_cannot_be_honoured_is_said(settings: dict[str, Any], problem: str) -> None:
    (found,) = queue_mapping_from(described(**settings)).problems
    assert problem in found
