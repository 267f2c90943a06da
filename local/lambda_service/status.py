"""The status file: what every mapping and shard has done, written about once per second.

In: the running mappings. Out: work_dir/event_source_mappings/status.json, and `progress` for whoever wants to show it.
It tells; it proves nothing: after a kill -9 it is stale. Whether a stream is drained, `drained.is_drained` finds out.
"""

import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.lambda_service.atomic_file import write_atomically
from local.lambda_service.checkpoints import FOLDER
from local.lambda_service.mapping_runner import MappingRunner
from local.lambda_service.queue_delivery import QueueTally, together
from local.lambda_service.queue_runner import QueueRunner
from local.lambda_service.shard_worker import ShardWorker
from local.lambda_service.tally import Tally, tally_from, total


@dataclass(frozen=True, kw_only=True)
class ShardProgress:
    """`in_flight`: records read and not settled; `sequence_number`: the checkpoint, None before the first one."""

    shard_id: str
    sequence_number: str | None
    finished: bool
    in_flight: int
    millis_behind_latest: int
    last_error: str | None
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class MappingProgress:
    """`problems`: why the mapping does not run here; empty if it does."""

    uuid: str
    stream_name: str
    function_name: str
    state: str
    problems: tuple[str, ...]
    shards: tuple[ShardProgress, ...]

    @property
    def tally(self) -> Tally:
        return total(shard.tally for shard in self.shards)


@dataclass(frozen=True, kw_only=True)
class QueueProgress:
    """The same of a mapping of a queue; the tally counts since the service started."""

    uuid: str
    queue_name: str
    function_name: str
    state: str
    problems: tuple[str, ...]
    in_flight: int
    last_errors: tuple[str, ...]
    tally: QueueTally


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The service's last word; `written_at` says how old it is (Unix time)."""

    pid: int
    written_at: float
    endpoint: str
    mappings: tuple[MappingProgress, ...]
    queues: tuple[QueueProgress, ...] = ()

    @property
    def tally(self) -> Tally:
        return total(mapping.tally for mapping in self.mappings)

    @property
    def last_errors(self) -> tuple[str, ...]:
        """What stands in the way now: problems of mappings, and the last error of each shard or queue that has one."""
        mappings: tuple[MappingProgress | QueueProgress, ...] = (*self.mappings, *self.queues)
        problems = [f"{mapping.function_name}: {problem}" for mapping in mappings for problem in mapping.problems]
        queues = [f"{queue.queue_name}: {error}" for queue in self.queues for error in queue.last_errors]
        shards = [shard for mapping in self.mappings for shard in mapping.shards]
        return (*problems, *queues, *(f"{shard.shard_id}: {shard.last_error}" for shard in shards if shard.last_error))


def progress(work_dir: Path) -> Progress | None:
    """What the service wrote last; None if it never did."""
    try:
        document = json.loads(_path(work_dir).read_bytes())
    except FileNotFoundError:
        return None
    mappings = tuple(_mapping_progress(mapping) for mapping in document.pop("mappings"))
    queues = tuple(_queue_progress(queue) for queue in document.pop("queues", ()))
    return Progress(**document, mappings=mappings, queues=queues)


def write_status(work_dir: Path, *, endpoint: str, runners: Iterable[MappingRunner | QueueRunner]) -> None:
    """Replaces the status file; not synced to disk, since nobody may rely on it."""
    kept = tuple(runners)
    status = Progress(
        pid=os.getpid(),
        written_at=time.time(),
        endpoint=endpoint,
        mappings=tuple(_progress_of(runner) for runner in kept if isinstance(runner, MappingRunner)),
        queues=tuple(_progress_of_queue(runner) for runner in kept if isinstance(runner, QueueRunner)),
    )
    write_atomically(_path(work_dir), json.dumps(asdict(status), indent=1).encode(), durable=False)


def _path(work_dir: Path) -> Path:
    return work_dir / FOLDER / "status.json"


def _progress_of(runner: MappingRunner) -> MappingProgress:
    mapping = runner.mapping
    return MappingProgress(
        uuid=mapping.uuid,
        stream_name=mapping.stream_name,
        function_name=mapping.function_name,
        state="Enabled" if mapping.enabled else "Disabled",
        problems=runner.problems,
        shards=tuple(_shard_progress(worker) for _, worker in sorted(runner.workers.items())),
    )


def _progress_of_queue(runner: QueueRunner) -> QueueProgress:
    mapping, figures = runner.mapping, [worker.figures for worker in runner.workers]
    return QueueProgress(
        uuid=mapping.uuid,
        queue_name=mapping.source_name,
        function_name=mapping.function_name,
        state="Enabled" if mapping.enabled else "Disabled",
        problems=runner.problems,
        in_flight=sum(figure.in_flight for figure in figures),
        last_errors=tuple(figure.last_error for figure in figures if figure.last_error),
        tally=together(figure.tally for figure in figures),
    )


def _shard_progress(worker: ShardWorker) -> ShardProgress:
    checkpoint = worker.task.store.read(worker.task.shard_id)
    figures = worker.figures
    oldest = figures.oldest_arrival
    return ShardProgress(
        shard_id=worker.task.shard_id,
        sequence_number=checkpoint.sequence_number,
        finished=checkpoint.finished,
        in_flight=figures.in_flight,
        # Kinesis counts what was not read; a record that was read and waits here is behind as well.
        millis_behind_latest=(
            figures.millis_behind_latest if oldest is None else max(0, int((time.time() - oldest) * 1000))
        ),
        last_error=figures.last_error,
        tally=figures.tally,
    )


def _queue_progress(document: dict[str, Any]) -> QueueProgress:
    lists = {name: tuple(document[name]) for name in ("problems", "last_errors")}
    return QueueProgress(**{**document, **lists, "tally": QueueTally(**document["tally"])})


def _mapping_progress(document: dict[str, Any]) -> MappingProgress:
    shards = tuple(ShardProgress(**{**shard, "tally": tally_from(shard["tally"])}) for shard in document.pop("shards"))
    return MappingProgress(**{**document, "problems": tuple(document["problems"])}, shards=shards)
