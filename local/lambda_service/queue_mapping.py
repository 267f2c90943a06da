"""The settings of an event source mapping of a queue as Terraform applied them.

In: an entry of list_event_source_mappings. Out: `QueueMapping`; what this machine cannot honour is listed, not ignored.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
"""

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any

from local.lambda_service.mapping import is_enabled, name_of_function

# What one ReceiveMessage hands out at most; larger batches would be filled over a window.
RECEIVE_LIMIT = 10


@dataclass(frozen=True, kw_only=True)
class QueueMapping:
    """One queue that feeds one function. Equal settings mean the running workers can stay."""

    uuid: str
    queue_arn: str
    function_arn: str
    enabled: bool
    batch_size: int
    maximum_concurrency: int | None
    reports_failures: bool
    problems: tuple[str, ...]

    @property
    def source_name(self) -> str:
        return self.queue_arn.rpartition(":")[2]

    @property
    def function_name(self) -> str:
        return name_of_function(self.function_arn)


def reads_queue(described: Dict[str, Any]) -> bool:
    """Whether the mapping's source is a queue."""
    return ":sqs:" in described.get("EventSourceArn", "")


def queue_mapping_from(described: Dict[str, Any]) -> QueueMapping:
    """Lambda's defaults fill what the description leaves out."""
    return QueueMapping(
        uuid=described["UUID"],
        queue_arn=described["EventSourceArn"],
        function_arn=described["FunctionArn"],
        enabled=is_enabled(described),
        batch_size=described.get("BatchSize", RECEIVE_LIMIT),
        maximum_concurrency=described.get("ScalingConfig", {}).get("MaximumConcurrency"),
        reports_failures="ReportBatchItemFailures" in described.get("FunctionResponseTypes", ()),
        problems=tuple(_problems(described)),
    )


def _problems(described: Dict[str, Any]) -> list[str]:
    """Why this mapping does not run here: running it without the setting would show another result than AWS."""
    size, source = described.get("BatchSize", RECEIVE_LIMIT), described["EventSourceArn"]
    found = {
        f"EventSourceArn {source!r}: the order of FIFO queues is not kept here": source.endswith(".fifo"),
        "FilterCriteria are not applied here": bool(described.get("FilterCriteria", {}).get("Filters")),
        f"BatchSize {size}: batches are not filled over a window here, set at most {RECEIVE_LIMIT}": size
        > RECEIVE_LIMIT,
    }
    return [problem for problem, holds in found.items() if holds]
