"""Runs one event source mapping of a queue: as many pollers as the mapping allows, and this machine has use for.

In: the mapping. Out: running workers, and the mapping's part of the status.
"""

import logging
from typing import TYPE_CHECKING

from local.lambda_service.mapping_runner import Machine
from local.lambda_service.queue_mapping import QueueMapping
from local.lambda_service.queue_worker import QueueTask, QueueWorker

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# AWS begins with five and adds more; two busy cores serve everything here.
POLLERS = 2

log = logging.getLogger(__name__)


class QueueRunner:
    """Keeps the workers of one mapping; a changed mapping gets a new runner once the old one has stopped."""

    def __init__(self, mapping: QueueMapping, machine: Machine) -> None:
        self.mapping = mapping
        self.problems = mapping.problems
        self.workers: list[QueueWorker] = []
        self._machine = machine
        self._stopping = False
        for problem in mapping.problems:
            log.error("mapping %s of %s does not run: %s", mapping.uuid, mapping.function_name, problem)

    def look_after(self) -> None:
        """Starts the pollers, once."""
        if self.workers or self._stopping or self.mapping.problems or not self.mapping.enabled:
            return
        pollers = min(POLLERS, self.mapping.maximum_concurrency or POLLERS)
        self.workers = [QueueWorker(task) for task in [self._task() for _ in range(pollers)]]
        for worker in self.workers:
            worker.start()

    def stop(self) -> None:
        """Asks all workers to end."""
        self._stopping = True
        for worker in self.workers:
            worker.stop()

    @property
    def alive(self) -> bool:
        return any(worker.alive for worker in self.workers)

    @property
    def all_workers(self) -> list[QueueWorker]:
        return self.workers

    def _task(self) -> QueueTask:
        mapping, sqs = self.mapping, self._machine.sqs
        url = sqs.get_queue_url(QueueName=mapping.source_name)["QueueUrl"]
        return QueueTask(
            queue_arn=mapping.queue_arn,
            queue_url=url,
            batch_size=mapping.batch_size,
            visibility_seconds=_visibility_seconds(sqs, url),
            reports_failures=mapping.reports_failures,
            sqs=sqs,
            invoker=self._machine.invoker_of(mapping.function_arn),
        )


def _visibility_seconds(sqs: "SQSClient", url: str) -> float:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    return float(answer["Attributes"]["VisibilityTimeout"])
