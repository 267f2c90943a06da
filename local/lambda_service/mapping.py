"""The settings of an event source mapping as Terraform applied them.

In: an entry of list_event_source_mappings. Out: `Mapping`; what this machine cannot honour is listed, not ignored.
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
"""

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any

from local.lambda_service.delivery import RetryPolicy

STARTING_POSITIONS = ("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP")


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """One stream that feeds one function. Equal settings mean the running workers can stay."""

    uuid: str
    stream_arn: str
    function_arn: str
    enabled: bool
    batch_size: int
    window_seconds: int
    starting_position: str
    starting_timestamp: float
    policy: RetryPolicy
    on_failure_bucket: str | None
    problems: tuple[str, ...]

    @property
    def source_name(self) -> str:
        return self.stream_name

    @property
    def stream_name(self) -> str:
        return self.stream_arn.rpartition("/")[2]

    @property
    def function_name(self) -> str:
        return name_of_function(self.function_arn)


def mapping_from(described: Dict[str, Any]) -> Mapping:
    """Lambda's defaults fill what the description leaves out."""
    destination = described.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination") or ""
    timestamp = described.get("StartingPositionTimestamp")
    return Mapping(
        uuid=described["UUID"],
        stream_arn=described.get("EventSourceArn", ""),
        function_arn=described["FunctionArn"],
        enabled=is_enabled(described),
        batch_size=described.get("BatchSize", 100),
        window_seconds=described.get("MaximumBatchingWindowInSeconds", 0),
        starting_position=described.get("StartingPosition", "TRIM_HORIZON"),
        starting_timestamp=timestamp.timestamp() if timestamp else 0.0,
        policy=RetryPolicy(
            report_batch_item_failures="ReportBatchItemFailures" in described.get("FunctionResponseTypes", ()),
            bisect_on_function_error=described.get("BisectBatchOnFunctionError", False),
            maximum_retry_attempts=described.get("MaximumRetryAttempts", -1),
            maximum_record_age_seconds=described.get("MaximumRecordAgeInSeconds", -1),
        ),
        on_failure_bucket=destination.removeprefix("arn:aws:s3:::") if _is_s3(destination) else None,
        problems=tuple(_problems(described, destination)),
    )


def is_enabled(described: Dict[str, Any]) -> bool:
    """Whether the mapping is at work, or about to be."""
    return described["State"] in ("Enabled", "Enabling", "Creating", "Updating")


def name_of_function(function_arn: str) -> str:
    """The function's name, whatever version or alias the ARN ends with."""
    return function_arn.rsplit(":function:", maxsplit=1)[-1].split(":", maxsplit=1)[0]


def _is_s3(destination: str) -> bool:
    return destination.startswith("arn:aws:s3:::")


def _problems(described: Dict[str, Any], destination: str) -> list[str]:
    """Why this mapping does not run here: running it without the setting would show another result than AWS."""
    source = described.get("EventSourceArn", "")
    position = described.get("StartingPosition", "TRIM_HORIZON")
    found = {
        f"EventSourceArn {source!r}: only Kinesis streams and SQS queues are read here": ":kinesis:" not in source,
        f"EventSourceArn {source!r}: enhanced fan-out is not done here": "/consumer/" in source,
        "FilterCriteria are not applied here": bool(described.get("FilterCriteria", {}).get("Filters")),
        "TumblingWindowInSeconds is not done here": bool(described.get("TumblingWindowInSeconds")),
        f"ParallelizationFactor {described.get('ParallelizationFactor')}: here every shard has one invocation at a "
        "time, set 1": described.get("ParallelizationFactor", 1) > 1,
        f"StartingPosition {position!r}: valid are {', '.join(STARTING_POSITIONS)}": position not in STARTING_POSITIONS,
        f"on-failure destination {destination!r}: only S3 buckets are written here": bool(destination)
        and not _is_s3(destination),
    }
    return [problem for problem, holds in found.items() if holds]
