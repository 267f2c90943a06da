"""The state machine: any interleaving of what producers, networks, operators and power cuts do to one mapping."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contracts import load_contracts, runtime_document
from local.lambda_service import checkpoints, mapping_runner, shard_worker, shard_world
from local.shop.order_record import Kind, Record, encode, identity_of
from local.shop.shop_day import generate
from local.shop.visits import with_visits
from tests.support.criterion import nothing_lost_nothing_twice
from tests.support.lake_of_objects import LakeOfObjects, seen
from tests.unit.etl_processor.aws_fakes import FakeSecrets
from tests.unit.lambda_service.mapping_world import MAX_AGE_SECONDS, AtOnce, MappingWorld, WorldWorker
from tests.unit.lambda_service.world_faults import ANSWERS, PUTS, Action, Point
from tests.unit.lambda_service.world_kinesis import KEYS, Clock

SOURCE = Path(__file__).parents[3] / "lambda_src" / "etl_processor" / "handler.py"
VARIABLES = {
    "SILVER_BUCKET": "silver",
    "QUARANTINE_BUCKET": "quarantine",
    "MASKING_KEY_SECRET": "masking-key",
    "LOG_LEVEL": "ERROR",
    "AWS_DEFAULT_REGION": "eu-west-1",
}
FAULTS: tuple[tuple[Point, Action], ...] = (
    *(("invoke", action) for action in ("crash", "error", "throttled")),
    *(("answer", action) for action in ("crash", "error", *ANSWERS)),
    *((point, action) for point in (*PUTS, "stored") for action in ("crash", "error")),
    *((point, "crash") for point in ("checkpoint", "checkpointed")),
)
READ_ERRORS = ("ProvisionedThroughputExceededException", "ExpiredIteratorException", "InternalFailure")
keys = st.integers(0, KEYS - 1)
any_number = st.integers(0, 1_000)


@cache
def pool() -> dict[Kind, list[Record]]:
    """Records as the shop sends them, by kind; each is used once."""
    orders = generate(300, seed=7, bad_share=0.3, late_share=0.3, repeat_share=0.0)
    by_identity = {record.identity: record for record in with_visits(orders, seed=7, repeat_share=0.0)}
    return {kind: [record for record in by_identity.values() if record.kind == kind] for kind in Kind}


@cache
def lake() -> LakeOfObjects:
    return LakeOfObjects()


@cache
def handler() -> ModuleType:
    """The function, started once, with its contracts beside it and nothing of AWS behind it."""
    folder = Path(tempfile.mkdtemp())
    (folder / "contracts").mkdir()
    for name, contract in load_contracts().items():
        (folder / "contracts" / f"{name}.json").write_bytes(runtime_document(contract))
    shutil.copy(SOURCE, folder)
    spec = spec_from_file_location("handler_of_the_mapping_machine", folder / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    with patch.dict("os.environ", VARIABLES):
        spec.loader.exec_module(module)
    module.__dict__.update(SECRETS=FakeSecrets(), WRITER_POOL=AtOnce(), print=lambda *_, **__: None)
    return module


@contextmanager
def time_of(clock: Clock) -> Iterator[None]:
    """The runner works in the world's time, one shard after the other."""
    with (
        patch.object(checkpoints, "time", clock),
        patch.object(shard_world, "time", clock),
        patch.object(shard_worker, "time", clock),
        patch.object(mapping_runner, "ShardWorker", WorldWorker),
    ):
        yield


class MappingMachine(RuleBasedStateMachine):
    """Every run ends with all faults gone and everything settled; then the books must balance."""

    def __init__(self) -> None:
        super().__init__()
        shared_memory = Path("/dev/shm")  # noqa: S108  quick; where there is none, any folder will do
        self.folder = Path(tempfile.mkdtemp(dir=shared_memory if shared_memory.is_dir() else None))
        self.world = MappingWorld(self.folder, handler())
        self.sent: list[tuple[Record, int]] = []
        self.ledger: dict[str, str | None] = {}
        self.in_conflict: set[str] = set()
        self.in_two_families: set[str] = set()
        self.fresh = {kind: iter(records) for kind, records in pool().items()}

    @rule(kind=st.sampled_from([Kind.ORDER, Kind.VISIT, Kind.LATE, Kind.BAD]), key=keys)
    def produce(self, kind: Kind, key: int) -> None:
        self._send(next(self.fresh[kind]), key)

    @rule(key=keys, count=st.integers(2, 7))
    def produce_many(self, key: int, count: int) -> None:
        for number in range(count):
            self.produce(Kind.ORDER, (key + number) % KEYS)

    @precondition(lambda self: self.sent)
    @rule(which=any_number)
    def produce_again(self, which: int) -> None:
        self._send(*self.sent[which % len(self.sent)])

    @precondition(lambda self: self.sent)
    @rule(which=any_number, key=keys)
    def produce_another_payload_under_the_same_id(self, which: int, key: int) -> None:
        record, _ = self.sent[which % len(self.sent)]
        if record.expected_reason is None:
            changed = encode(json.loads(record.data) | {"ip_address": "192.0.2.99"})
            self.in_conflict.add(record.identity)
            self._send(Record(data=changed, partition_key="k", identity=identity_of(changed), kind=record.kind), key)

    @precondition(lambda self: self.sent)
    @rule(which=any_number, key=keys)
    def produce_an_event_of_another_family_under_the_same_id(self, which: int, key: int) -> None:
        record, _ = self.sent[which % len(self.sent)]
        if record.expected_reason is None and record.identity not in self.in_two_families:
            other = next(self.fresh[Kind.ORDER if record.kind == Kind.VISIT else Kind.VISIT])
            data = encode(json.loads(other.data) | {"event_id": record.identity})
            self.in_two_families.add(record.identity)
            self._send(replace(other, data=data, identity=record.identity), key)

    @rule(error=st.sampled_from(READ_ERRORS))
    def a_read_will_fail(self, error: str) -> None:
        self.world.kinesis.failures.append(error)

    @rule(key=keys)
    def split(self, key: int) -> None:
        self.world.kinesis.split(key)

    @rule(key=keys)
    def merge(self, key: int) -> None:
        self.world.kinesis.merge(key)

    @rule(seconds=st.sampled_from([1, 600, MAX_AGE_SECONDS + 1]))
    def wait(self, seconds: int) -> None:
        self.world.clock.now += seconds

    @rule()
    def lose_checkpoints(self) -> None:
        self.world.lose_checkpoints()

    @rule(faults=st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(0, 4)), max_size=5))
    def run_service(self, faults: list[tuple[tuple[Point, Action], int]]) -> None:
        for (point, action), skip in faults:
            self.world.plan(point, action, skip=skip)
        self._run()

    @rule(zone=st.sampled_from(PUTS), times=st.integers(3, 12))
    def run_service_without_a_bucket(self, zone: Point, times: int) -> None:
        for _ in range(times):
            self.world.plan(zone, "error")
        self._run()

    @precondition(lambda self: self.world.payloads)
    @rule(number=any_number)
    def deliver_again(self, number: int) -> None:
        self.world.deliver_again(number)

    def teardown(self) -> None:
        try:
            self._settle()
            self._check()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _send(self, record: Record, key: int) -> None:
        self.sent.append((record, key))
        self.ledger.setdefault(record.identity, record.expected_reason)
        self.world.kinesis.put(record.data, key)

    def _run(self) -> None:
        with time_of(self.world.clock):
            self.world.run()

    def _settle(self) -> None:
        for _ in range(3):  # what was planned and did not happen yet may happen now
            self._run()
        self.world.forget_plans()
        self._run()

    def _check(self) -> None:
        """Nothing lost, nothing twice, parents first; and whatever is done once more, readers see the same."""
        folders = {zone: self.folder / zone for zone in ("silver", "quarantine")}
        kept = self.world.kept()
        before = self._seen(folders)
        assert not self.world.early, f"read before their parents' end: {self.world.early}"

        finished = [number for number, done in enumerate(self.world.payloads.values()) if done]
        objects = self.world.objects()
        for number in finished:
            self.world.deliver_again(number)
        assert self.world.objects() == objects, "delivering the same batches again changed the objects"

        self.world.lose_checkpoints()
        self._settle()
        after = self._seen(folders)
        for view, rows in before.items():
            # Whether two payloads meet in one batch, and one is refused there, depends on how the batches are cut.
            may_change = kept | self.in_conflict if view == "quarantine" else kept
            changed = {row[0] for row in rows ^ after[view]}
            assert changed <= may_change, f"the second run changed {view}: {sorted(changed - may_change)[:5]}"
        for view in ("orders_live", "clickstream"):
            unseen = self.in_two_families - kept - {row[0] for row in after[view]}
            assert not unseen, f"one id in two families, not seen in {view}: {sorted(unseen)[:5]}"

    def _seen(self, folders: dict[str, Path]) -> dict[str, set[tuple[Any, ...]]]:
        connection = lake().read(folders)
        nothing_lost_nothing_twice(connection, self.ledger, kept=self.world.kept())
        return seen(connection)
