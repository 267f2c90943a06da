"""Runs one event source mapping: a worker for every shard that may be read.

In: the mapping and, again and again, the stream's shards. Out: running workers, and the mapping's part of the status.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from local.lambda_service.checkpoints import CheckpointStore, Start
from local.lambda_service.delivery import RetryPolicy
from local.lambda_service.invoker import ShardInvoker
from local.lambda_service.lineage import Shard, readable, shards_of
from local.lambda_service.mapping import Mapping
from local.lambda_service.on_failure import S3Destination
from local.lambda_service.shard_worker import ShardTask, ShardWorker

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What all mappings share."""

    work_dir: Path
    kinesis: "KinesisClient"
    s3: "S3Client"
    sqs: "SQSClient"
    role_of: Callable[[str], str]
    invoker_of: Callable[[str], ShardInvoker]


class MappingRunner:
    """Keeps the workers of one mapping; a changed mapping gets a new runner once the old one has stopped."""

    def __init__(self, mapping: Mapping, machine: Machine) -> None:
        self.mapping = mapping
        self.problems = mapping.problems
        self.workers: dict[str, ShardWorker] = {}
        self.store = CheckpointStore(machine.work_dir, mapping.uuid)
        self._machine = machine
        self._stopping = False
        self._prepared: tuple[RetryPolicy, Start] | None = None
        for problem in mapping.problems:
            log.error("mapping %s of %s does not run: %s", mapping.uuid, mapping.function_name, problem)

    def look_after(self) -> None:
        """Starts the workers of shards that may be read now."""
        if self._stopping or self.mapping.problems or not self.mapping.enabled:
            return
        policy, start = self._prepared = self._prepared or self._prepare()
        shards = shards_of(self._machine.kinesis, self.mapping.stream_arn)
        finished = {shard.shard_id for shard in shards if self.store.read(shard.shard_id).finished}
        for shard in readable(shards, finished):
            self._look_after(shard, policy, start)

    def stop(self) -> None:
        """Asks all workers to end."""
        self._stopping = True
        for worker in self.workers.values():
            worker.stop()

    @property
    def alive(self) -> bool:
        return any(worker.alive for worker in self.workers.values())

    @property
    def all_workers(self) -> list[ShardWorker]:
        return list(self.workers.values())

    def _look_after(self, shard: Shard, policy: RetryPolicy, start: Start) -> None:
        worker = self.workers.get(shard.shard_id)
        if worker is None:
            worker = self.workers[shard.shard_id] = ShardWorker(self._task(shard, policy, start))
            worker.closed = shard.closed
            worker.start()
        worker.closed = shard.closed

    def _prepare(self) -> tuple[RetryPolicy, Start]:
        """Nothing outlives the stream's retention: "no limit" means until then."""
        summary = self._machine.kinesis.describe_stream_summary(StreamARN=self.mapping.stream_arn)
        retention = summary["StreamDescriptionSummary"]["RetentionPeriodHours"] * 3600
        limit = self.mapping.policy.maximum_record_age_seconds
        policy = replace(
            self.mapping.policy, maximum_record_age_seconds=retention if limit < 0 else min(limit, retention)
        )
        return policy, self.store.note_start(self.mapping.starting_position, self.mapping.starting_timestamp)

    def _task(self, shard: Shard, policy: RetryPolicy, start: Start) -> ShardTask:
        mapping, machine = self.mapping, self._machine
        return ShardTask(
            stream_arn=mapping.stream_arn,
            shard_id=shard.shard_id,
            batch_size=mapping.batch_size,
            window_seconds=mapping.window_seconds,
            policy=policy,
            start=start,
            kinesis=machine.kinesis,
            store=self.store,
            invoker=machine.invoker_of(mapping.function_arn),
            role_arn=lambda: machine.role_of(mapping.function_arn),
            destination=self._destination(),
        )

    def _destination(self) -> S3Destination | None:
        if self.mapping.on_failure_bucket is None:
            return None
        return S3Destination(
            s3=self._machine.s3,
            bucket=self.mapping.on_failure_bucket,
            mapping_uuid=self.mapping.uuid,
            function_arn=self.mapping.function_arn,
        )
