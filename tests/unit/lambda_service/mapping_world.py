"""The real mapping runner and the real handler in a world of fakes, where everything can fail at any point.

In: records on a stream, and faults planned for the points the work passes. Out: objects in folders, checkpoints.
One thread, no real time: whatever is planned happens in the same order again.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any, cast

from botocore.exceptions import ClientError

from local.lambda_service.answer import FunctionFailed, Invocation, NotInvoked
from local.lambda_service.checkpoints import Checkpoint, CheckpointStore
from local.lambda_service.mapping import mapping_from
from local.lambda_service.mapping_runner import Machine, MappingRunner
from local.lambda_service.shard_worker import ShardTask, ShardWorker
from tests.support.criterion import kept_whole
from tests.unit.etl_processor.aws_fakes import Context
from tests.unit.lambda_service.world_faults import Action, Point, answered
from tests.unit.lambda_service.world_kinesis import STREAM, Clock, WorldKinesis

MAX_AGE_SECONDS = 3_600
# So many waits without an end are a service that somebody restarts.
PATIENCE_WAITS = 400
SETTINGS = {
    "UUID": "u-1",
    "State": "Enabled",
    "EventSourceArn": STREAM,
    "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:etl",
    "BatchSize": 3,
    "BisectBatchOnFunctionError": True,
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "MaximumRetryAttempts": 2,
    "MaximumRecordAgeInSeconds": MAX_AGE_SECONDS,
    "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::failures"}},
}


class KilledError(BaseException):
    """When the machine loses its power: nothing more happens until the next start."""


class AtOnce:
    """An executor that works while one submits, so that the order of writes is always the same."""

    def submit(self, work: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments))
        except BaseException as error:  # noqa: BLE001  as an executor does
            future.set_exception(error)
        return future


class WorldWorker(ShardWorker):
    """Works when the world says so, and waits in the world's time."""

    def __init__(self, task: ShardTask) -> None:
        super().__init__(task)
        self.worked = False

    def start(self) -> None:
        """Later: one shard after the other."""

    def work(self, world: "MappingWorld") -> None:
        self.worked = True
        self._stop = cast("Event", _Waiting(world, self.task.shard_id))
        self._run()


class _Waiting:
    """The worker's stop event: time passes in it; it is set when there is nothing to wait for."""

    def __init__(self, world: "MappingWorld", shard_id: str) -> None:
        self._world, self._shard_id, self._waits = world, shard_id, 0

    def wait(self, seconds: float) -> bool:
        self._world.clock.now += seconds
        self._waits += seconds > 0
        return seconds > 0 and (self._shard_id in self._world.kinesis.at_tip or self._waits > PATIENCE_WAITS)


class WorldStore(CheckpointStore):
    """Checkpoints on disk, and a power cut before or after each."""

    def __init__(self, world: "MappingWorld") -> None:
        super().__init__(world.folder / "service", "u-1")
        self._world = world

    def write(self, shard_id: str, checkpoint: Checkpoint) -> None:
        self._world.at("checkpoint")
        super().write(shard_id, checkpoint)
        self._world.at("checkpointed")


class MappingWorld:
    """One stream, one mapping, one function, three buckets."""

    def __init__(self, folder: Path, handler: ModuleType) -> None:
        self.folder = folder
        self.clock = Clock()
        self.kinesis = WorldKinesis(self.clock)
        self.handler = handler
        self.payloads: dict[bytes, bool] = {}  # whether the function ever finished them
        self.befell: Counter[tuple[Point, Action]] = Counter()
        self.early: set[str] = set()  # children that were read before their parents' end
        self._planned: list[tuple[Point, int, Action]] = []
        self._dead = False
        handler.S3 = self  # type: ignore[attr-defined]

    def plan(self, point: Point, action: Action, *, skip: int = 0) -> None:
        self._planned.append((point, skip, action))

    def forget_plans(self) -> None:
        self._planned.clear()
        self.kinesis.failures.clear()

    def at(self, point: Point) -> Action | None:
        """What befalls the work at this point."""
        if self._dead:
            raise KilledError
        for place, (where, skip, action) in enumerate(self._planned):
            if where == point:
                if skip:
                    self._planned[place] = (where, skip - 1, action)
                    return None
                del self._planned[place]
                self.befell[point, action] += 1
                if action == "crash":
                    self._dead = True
                    raise KilledError
                return action
        return None

    def run(self) -> None:
        """A start of the service; it ends when nothing is left to do, or killed."""
        self._dead = False
        runner = MappingRunner(mapping_from(SETTINGS), self._machine())
        runner.store = WorldStore(self)
        with suppress(KilledError):
            while self._worked(runner):
                pass

    def lose_checkpoints(self) -> None:
        """The service's folder is gone, the stream is not."""
        shutil.rmtree(self.folder / "service", ignore_errors=True)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes | str, **_: Any) -> None:  # noqa: N803
        """S3: an error at ``stored`` is an answer that was lost, for the object is there."""
        if self.at(cast("Point", f"put {Bucket}")):
            raise _slow_down()
        path = self.folder / Bucket / Key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(Body.encode() if isinstance(Body, str) else Body)
        if self.at("stored"):
            raise _slow_down()

    def invoke(self, payload: bytes) -> Invocation:
        """The function, called as Lambda calls it."""
        self._watch_parents(payload)
        before = self.at("invoke")
        if before == "throttled":
            return NotInvoked("throttled")
        if before:
            return FunctionFailed("Sandbox.Timedout", b"{}")
        self.payloads.setdefault(payload, False)
        try:
            answer = self.handler.handler(json.loads(payload), Context())
        except Exception as error:  # noqa: BLE001  as Lambda does
            return FunctionFailed(type(error).__name__, b"{}")
        self.payloads[payload] = True
        return answered(self.at("answer"), answer, payload)

    def close(self) -> None:
        """The function's process ends with its shard's worker."""

    def deliver_again(self, number: int) -> None:
        """Lambda may invoke a function twice with one event, whatever became of the first time."""
        payloads = list(self.payloads)
        self._dead = False
        with suppress(KilledError, ClientError):
            self.handler.handler(json.loads(payloads[number % len(payloads)]), Context())

    def objects(self) -> dict[str, bytes]:
        """What lies in the lake's two zones."""
        files = [path for zone in ("silver", "quarantine") for path in (self.folder / zone).rglob("*.parquet")]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}

    def kept(self) -> set[str]:
        """Identities that lie whole at the on-failure destination."""
        return kept_whole(path.read_bytes() for path in (self.folder / "failures").rglob("*") if path.is_file())

    def _machine(self) -> Machine:
        return Machine(
            work_dir=self.folder / "service",
            kinesis=cast("Any", self.kinesis),
            s3=cast("Any", self),
            sqs=cast("Any", None),
            role_of=lambda _: "arn:aws:iam::123456789012:role/etl",
            invoker_of=lambda _: self,
        )

    def _worked(self, runner: MappingRunner) -> bool:
        runner.look_after()
        waiting = [worker for worker in runner.workers.values() if not cast("WorldWorker", worker).worked]
        for worker in waiting:
            cast("WorldWorker", worker).work(self)
        return bool(waiting)

    def _watch_parents(self, payload: bytes) -> None:
        store = CheckpointStore(self.folder / "service", "u-1")
        for record in json.loads(payload)["Records"]:
            shard_id = record["eventID"].partition(":")[0]
            parents = self.kinesis.shards[shard_id].parents
            if any(store.read(parent).sequence_number != self.kinesis.last_number(parent) for parent in parents):
                self.early.add(shard_id)


def _slow_down() -> ClientError:
    return ClientError({"Error": {"Code": "SlowDown", "Message": "no"}}, "PutObject")
