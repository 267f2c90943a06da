"""Does what is synthesized carry the day and its peak? Arithmetic over the templates, with limits that AWS states."""

from dataclasses import dataclass
from math import ceil

import pytest

from config import EventStreamSize, FunctionSize
from config.environments import PROD
from config.naming import stack_name
from config.workload import Workload
from tests.support.platform import templates
from tests.support.synthesis import Block, Template

# https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
SHARD_RECORDS_PER_SECOND, SHARD_BYTES_PER_SECOND, READS_PER_SHARD_AND_SECOND = 1_000, 1_000_000, 5
# One core of a function: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
CORE_MB = 1_769
PAYLOAD_BYTES = 6 * 1024 * 1024
PREFIX_PUTS_PER_SECOND = 3_500
TABLES_OF_A_BATCH = 5
HEAD_ROOM = 1.5


@dataclass(frozen=True, kw_only=True)
class Flow:
    """The numbers of one template, read where AWS would read them."""

    shards: int
    retention_seconds: int
    reserved: int
    timeout: int
    memory_mb: int
    batch_size: int
    window_seconds: int
    lanes: int
    record_age_seconds: int

    def batch_seconds(self, workload: Workload) -> float:
        """How long a full batch takes: the share of a core there is, and the writing."""
        records = min(self.batch_size, PAYLOAD_BYTES // workload.event_bytes)
        cores = min(1.0, self.memory_mb / CORE_MB)
        return records / (workload.handler_records_per_second * cores) + workload.write_seconds

    def needs(self, workload: Workload) -> list[str]:
        """What is too small for the workload, in words; nothing when all of it holds."""
        peak, bytes_ = workload.peak_events_per_second, workload.peak_bytes_per_second
        shards = max(ceil(peak / SHARD_RECORDS_PER_SECOND * HEAD_ROOM), ceil(bytes_ / SHARD_BYTES_PER_SECOND))
        per_lane = peak / self.batch_size / (self.shards * self.lanes)
        puts = peak / self.batch_size * TABLES_OF_A_BATCH
        holds = {
            f"shards: {self.shards}, the peak takes {shards}": self.shards >= shards,
            "reserved concurrency is less than the executions of a stream being split": self.reserved
            >= 2 * self.shards * self.lanes,
            "a lane is busy for more than half of the peak": per_lane * self.batch_seconds(workload) <= 0.5,
            "timeout is less than six times a full batch": self.timeout >= 6 * self.batch_seconds(workload),
            "a batch may run out of time before it is given up": self.timeout < self.record_age_seconds,
            "records expire before they are given up": self.record_age_seconds < self.retention_seconds,
            "more objects in a second than S3 takes below a prefix": puts <= PREFIX_PUTS_PER_SECOND,
        }
        return [fault for fault, well in holds.items() if not well]


def _flow(stream: Block, function: Block, mapping: Block) -> Flow:
    return Flow(
        shards=stream["shard_count"],
        retention_seconds=stream["retention_period"] * 3_600,
        reserved=function["reserved_concurrent_executions"],
        timeout=function["timeout"],
        memory_mb=function["memory_size"],
        batch_size=mapping["batch_size"],
        window_seconds=mapping["maximum_batching_window_in_seconds"],
        lanes=mapping.get("parallelization_factor", 1),
        record_age_seconds=mapping["maximum_record_age_in_seconds"],
    )


def _function(template: Template, name: str) -> Block:
    functions = template.all("aws_lambda_function").values()
    (function,) = (one for one in functions if one["function_name"].endswith(name))
    return function


@pytest.fixture(scope="module")
def flow() -> Flow:
    """Production's, of the function on the stream."""
    template = templates()[stack_name(PROD)]
    (mapping,) = (
        one for one in template.all("aws_lambda_event_source_mapping").values() if "kinesis" in one["event_source_arn"]
    )
    return _flow(template.one("aws_kinesis_stream"), _function(template, "etl-processor"), mapping)


def test_production_carries_ten_million_events_a_day_and_a_twenty_fold_peak(flow: Flow) -> None:
    workload = Workload()
    assert (workload.events_per_day, workload.peak_factor) == (10_000_000, 20)
    assert flow.needs(workload) == []


@pytest.mark.parametrize(
    ("workload", "fault"),
    [
        (Workload(peak_factor=60), "shards: 5"),
        (Workload(event_bytes=5_000), "shards: 5"),
        (Workload(handler_records_per_second=500), "a lane is busy"),
        (Workload(write_seconds=25), "timeout is less than six times"),
    ],
)
def test_more_than_it_carries_is_told(flow: Flow, workload: Workload, fault: str) -> None:
    assert [found for found in flow.needs(workload) if found.startswith(fault)]


def test_an_hour_without_consumer_is_made_up_for_in_a_quarter(flow: Flow) -> None:
    """Backlog over what there is beyond the inflow."""
    workload = Workload()
    average = workload.events_per_day / 86_400
    capacity = flow.shards * flow.lanes * flow.batch_size / flow.batch_seconds(workload)
    assert average * 3_600 / (capacity - average) <= 15 * 60


def test_a_quiet_day_stays_below_a_hundred_million_invocations_a_month(flow: Flow) -> None:
    most = flow.shards * flow.lanes * 86_400 / flow.window_seconds * 31
    assert most <= 100_000_000


def test_the_stated_defaults_are_what_is_synthesized(flow: Flow) -> None:
    size, stream = FunctionSize(), EventStreamSize()
    assert (flow.batch_size, flow.timeout, flow.memory_mb) == (size.batch_size, size.timeout_seconds, size.memory_mb)
    assert flow.retention_seconds == stream.retention_hours * 3_600
