"""Nothing lost, nothing twice, whatever happens in between; and a runner or handler that breaks this is found out."""

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from etl_processor import batch
from etl_processor.conflicts import FirstOfEachId
from etl_processor.event_family import EventFamily
from local.lambda_service import delivery, mapping_runner
from local.lambda_service.answer import Answered
from local.lambda_service.checkpoints import Checkpoint
from local.lambda_service.on_failure import S3Destination
from local.lambda_service.shard_world import ShardWorld
from tests.unit.lambda_service.mapping_machine import MappingMachine
from tests.unit.lambda_service.mapping_world import MappingWorld
from tests.unit.lambda_service.world_faults import ANSWERS

USUAL = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# Finding is enough: a shorter way to the same failure costs minutes.
SEARCH = settings(USUAL, max_examples=400, phases=[Phase.generate], print_blob=False)

Patch = pytest.MonkeyPatch
NOTHING_STORED = b'{"batchItemFailures": [{"itemIdentifier": ""}]}'


@pytest.fixture(autouse=True)
def _no_logs() -> Iterator[None]:
    """The runner says each time what was done to it."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_no_interleaving_loses_a_record_or_shows_one_twice() -> None:
    run_state_machine_as_test(MappingMachine, settings=USUAL)


def path_of(hour: int) -> str:
    return f"year=2024/month=11/day={1 + hour // 24 % 30:02}/hour={hour % 24:02}"


def name_objects(patch: Patch, name: Callable[..., str]) -> None:
    """Wherever the handler's modules took the function by its name."""
    for module in [
        sys.modules[name] for name in list(sys.modules) if name.split(".")[0] in ("etl_processor", "shared")
    ]:
        if hasattr(module, "object_key"):
            patch.setattr(module, "object_key", name)


def claims_before_it_writes(patch: Patch) -> None:
    """An idempotency table in which the handler notes a record before its object is written."""

    class Claiming(MappingWorld):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self.claimed: set[str] = set()
            process = self.handler.handler

            def claiming(event: dict[str, Any], context: Any) -> Any:
                new = [record for record in event["Records"] if record["eventID"] not in self.claimed]
                self.claimed |= {record["eventID"] for record in new}
                return process({"Records": new}, context)

            patch.setattr(self, "handler", type("Claims", (), {"handler": staticmethod(claiming)}))

    patch.setattr("tests.unit.lambda_service.mapping_machine.MappingWorld", Claiming)


def succeeds_although_quarantine_failed(patch: Patch) -> None:
    """A handler that takes a bad record for settled although its row could not be written."""
    put = MappingWorld.put_object

    def swallowing(self: MappingWorld, **call: Any) -> None:
        try:
            put(self, **call)
        except Exception:
            if call["Bucket"] != "quarantine":
                raise

    patch.setattr(MappingWorld, "put_object", swallowing)


def gives_different_records_one_name(patch: Patch) -> None:
    """Keys of the shard, the hour and the count: another batch of that length overwrites the first."""

    def of_the_count(table: str, hour: int, shard_id: str, sequence_numbers: Sequence[str]) -> str:
        return f"{table}/{path_of(hour)}/{shard_id}-{len(sequence_numbers)}.parquet"

    name_objects(patch, of_the_count)


def notes_the_checkpoint_before_it_invokes(patch: Patch) -> None:
    """A service that is killed in the function then believes the batch is settled."""
    invoke = ShardWorld.invoke

    def hasty(self: ShardWorld, records: delivery.Records) -> Any:
        self.store.write(
            self.source.shard_id, Checkpoint(sequence_number=records[-1].sequence_number, tally=self.figures.tally)
        )
        return invoke(self, records)

    patch.setattr(ShardWorld, "invoke", hasty)


def takes_every_answer_for_success(patch: Patch) -> None:
    """A mapping that does not read which records failed, before a function that stored none of them."""
    invoke = MappingWorld.invoke

    def unable(self: MappingWorld, payload: bytes) -> Any:
        planned = self.at("answer")
        return Answered(NOTHING_STORED) if planned in ANSWERS else invoke(self, payload)

    patch.setattr(MappingWorld, "invoke", unable)
    patch.setattr(delivery, "first_failed", lambda *_: None)


def drops_what_it_gives_up_on(patch: Patch) -> None:
    """A mapping without an on-failure destination, as far as the records are concerned."""
    patch.setattr(S3Destination, "put", lambda *_: "nowhere")


def reads_children_at_once(patch: Patch) -> None:
    """After a reshard, records of one key overtake each other."""

    def all_unfinished(shards: Any, finished: Any) -> list[Any]:
        return sorted(
            (shard for shard in shards if shard.shard_id not in finished),
            key=lambda shard: shard.shard_id,
            reverse=True,
        )

    patch.setattr(mapping_runner, "readable", all_unfinished)


def gives_objects_a_new_name_each_time(patch: Patch) -> None:
    """Keys by chance: every retry leaves one more object."""
    numbers = iter(range(10**9))

    def another(table: str, hour: int, *_: Any) -> str:
        return f"{table}/{path_of(hour)}/{next(numbers)}.parquet"

    name_objects(patch, another)


def takes_an_id_for_one_in_all_families(patch: Patch) -> None:
    """A handler that refuses what another family calls by the same id, if the two meet in a batch."""

    class OneForAll(FirstOfEachId):
        def __missing__(self, family: EventFamily) -> dict[str, str]:
            self[family] = first = next(iter(self.values()), {})
            return first

    patch.setattr(batch, "FirstOfEachId", OneForAll)


@pytest.mark.parametrize(
    ("mutant", "verdict"),
    [
        (claims_before_it_writes, "lost: "),
        (succeeds_although_quarantine_failed, "lost: "),
        (gives_different_records_one_name, "lost: "),
        (notes_the_checkpoint_before_it_invokes, "lost: "),
        (takes_every_answer_for_success, "lost: "),
        (drops_what_it_gives_up_on, "lost: "),
        (reads_children_at_once, "before their parents' end"),
        (gives_objects_a_new_name_each_time, "changed the objects"),
        (takes_an_id_for_one_in_all_families, "one id in two families|the second run changed"),
    ],
)
def test_a_planted_mistake_is_found(
    mutant: Callable[[Patch], None], verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)
    with pytest.raises(AssertionError, match=verdict):
        run_state_machine_as_test(MappingMachine, settings=SEARCH)
