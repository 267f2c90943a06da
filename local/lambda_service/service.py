"""The service itself: follows the mappings of the embedded AWS and runs them until it is told to stop.

In: list_event_source_mappings, once per second. Out: running mappings, the status file. It ends by itself when the
endpoint has been gone for 5 s: whoever started the embedded AWS may have been killed and cannot end it any more.
"""

import logging
import socket
import threading
import time
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_service.mapping import Mapping, mapping_from
from local.lambda_service.mapping_runner import Machine, MappingRunner
from local.lambda_service.queue_mapping import QueueMapping, queue_mapping_from, reads_queue
from local.lambda_service.queue_runner import QueueRunner
from local.lambda_service.status import write_status

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

LOOK_SECONDS = 1.0
UNREACHABLE_SECONDS = 5.0
PATIENCE_SECONDS = 5.0

log = logging.getLogger(__name__)


class Worker(Protocol):
    """A thread that feeds a function."""

    def join(self, seconds: float) -> None: ...
    def kill(self) -> None: ...


class Runner(Protocol):
    """What the service needs of the runner of a mapping."""

    problems: tuple[str, ...]

    @property
    def mapping(self) -> Mapping | QueueMapping: ...
    @property
    def alive(self) -> bool: ...
    @property
    def all_workers(self) -> Sequence[Worker]: ...
    def look_after(self) -> None: ...
    def stop(self) -> None: ...


class Service:
    """All mappings of one embedded AWS."""

    def __init__(
        self,
        machine: Machine,
        client: "LambdaClient",
        *,
        endpoint: str,
        unreachable_seconds: float = UNREACHABLE_SECONDS,
    ) -> None:
        self._machine = machine
        self._endpoint = endpoint
        self._unreachable_seconds = unreachable_seconds
        self._client = client
        self._stop = threading.Event()
        self._runners: dict[str, MappingRunner | QueueRunner] = {}

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        """Returns after `stop`, or when the endpoint is gone."""
        reached_at = time.monotonic()
        try:
            while not self._stop.is_set():
                if reachable(self._endpoint):
                    reached_at = time.monotonic()
                    self._look()
                elif time.monotonic() - reached_at > self._unreachable_seconds:
                    log.info("%s is gone for %g s: the service ends", self._endpoint, self._unreachable_seconds)
                    return
                self._write_status()
                self._stop.wait(LOOK_SECONDS)
        finally:
            self._end_all()

    def _look(self) -> None:
        try:
            pages = self._client.get_paginator("list_event_source_mappings").paginate()
            mappings = [_mapping_of(entry) for page in pages for entry in page["EventSourceMappings"]]
        except (ClientError, BotoCoreError) as error:
            log.warning("the mappings cannot be listed: %s", error)
            return
        self._follow({mapping.uuid: mapping for mapping in mappings})
        for runner in self._runners.values():
            self._look_after(runner)

    def _follow(self, mappings: dict[str, Mapping | QueueMapping]) -> None:
        """Stops what is gone or changed; starts what is new, a changed mapping once its old workers have ended."""
        for uuid, runner in list(self._runners.items()):
            if mappings.get(uuid) == runner.mapping:
                continue
            runner.stop()
            if not runner.alive:
                del self._runners[uuid]
        for uuid, mapping in mappings.items():
            if uuid not in self._runners:
                log.info("mapping %s: %s -> %s", uuid, mapping.source_name, mapping.function_name)
                self._runners[uuid] = _runner_of(mapping, self._machine)

    def _look_after(self, runner: Runner) -> None:
        try:
            runner.look_after()
            runner.problems = runner.mapping.problems
        except (ClientError, BotoCoreError) as error:
            runner.problems = (*runner.mapping.problems, f"{runner.mapping.source_name}: {error}")
            log.warning("mapping %s: %s", runner.mapping.uuid, error)

    def _end_all(self) -> None:
        """Lets running invocations finish for a while, then ends their processes."""
        for runner in self._runners.values():
            runner.stop()
        deadline = time.monotonic() + PATIENCE_SECONDS
        workers = [worker for runner in self._runners.values() for worker in _workers_of(runner)]
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))
        for worker in workers:
            worker.kill()
        self._write_status()

    def _write_status(self) -> None:
        write_status(self._machine.work_dir, endpoint=self._endpoint, runners=self._runners.values())


def _mapping_of(described: Dict[str, Any]) -> Mapping | QueueMapping:
    return queue_mapping_from(described) if reads_queue(described) else mapping_from(described)


def _runner_of(mapping: Mapping | QueueMapping, machine: Machine) -> MappingRunner | QueueRunner:
    return QueueRunner(mapping, machine) if isinstance(mapping, QueueMapping) else MappingRunner(mapping, machine)


def _workers_of(runner: Runner) -> Sequence[Worker]:
    return runner.all_workers


def reachable(endpoint: str) -> bool:
    """Whether somebody listens there; a server that is only busy still does."""
    address = urlsplit(endpoint)
    try:
        with socket.create_connection((address.hostname or "", address.port or 80), timeout=2):
            return True
    except OSError:
        return False
