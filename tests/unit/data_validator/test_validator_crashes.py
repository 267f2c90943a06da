"""Whatever call fails, before or after it took effect: the message comes again, and the end is the same."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from data_validator.inspection import Findings
from data_validator.storing import UnstableFileError
from tests.unit.data_validator.validator_fakes import BRONZE, QUARANTINE, SILVER, FakeS3, Stored
from tests.unit.data_validator.validator_world import World
from tests.unit.data_validator.visit_files import COLUMNS, PARTITIONS, csv_file, row, rows, visit_world

BODY = csv_file(*rows(3), *(row(id=str(at), day="2026-10-05") for at in range(10, 14)), row(code="??"), row())

LONG = csv_file(*rows(400), *(row(id=str(at), code="??") for at in range(1_000, 1_100)))


def fresh_world(tmp_path: Path) -> World:
    return visit_world(tmp_path, columns=[*COLUMNS, *PARTITIONS], partition_by="day")


def ending(world: World) -> dict[str, object]:
    verdicts = [{**kept, "checks": [found["passed"] for found in kept["checks"]]} for kept in world.s3.verdicts()]
    return {"silver": world.s3.written(SILVER), "quarantine": world.s3.written(QUARANTINE), "verdicts": verdicts}


def test_a_file_takes_some_calls(tmp_path: Path) -> None:
    world = fresh_world(tmp_path)
    world.land("visits/a.csv", BODY)
    # Read, look for a verdict, read again, three parts, the verdict.
    assert world.s3.calls == ["GetObject", "ListObjectsV2", "GetObject", *["PutObject"] * 4]


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(1, 8))
def test_after_a_fault_at_any_call_redelivery_ends_as_if_nothing_had_been(
    tmp_path: Path, call: int, after_effect: bool
) -> None:
    whole = fresh_world(tmp_path / "whole")
    whole.land("visits/a.csv", BODY)
    world = fresh_world(tmp_path / "broken")
    arrival = world.s3.land("visits/a.csv", BODY)
    world.s3.fails_at, world.s3.after_effect = call, after_effect
    with pytest.raises(ClientError):
        world.validate(arrival)
    verdict = world.validate(arrival)
    assert (verdict["outcome"], verdict["repeat_of"]) == ("accepted", None)
    assert ending(world) == ending(whole)


@pytest.mark.parametrize("call", range(1, 8))
def test_no_verdict_is_seen_before_all_rows_are(tmp_path: Path, call: int) -> None:
    world = fresh_world(tmp_path)
    arrival = world.s3.land("visits/a.csv", BODY)
    world.s3.fails_at = call
    with pytest.raises(ClientError):
        world.validate(arrival)
    assert world.s3.verdicts() == []


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """`LONG` is read in many pieces and stored in many parts, as a large file is."""
    for size in ("shared.object_bytes.PIECE_BYTES", "data_validator.texts.BUFFER_BYTES"):
        monkeypatch.setattr(size, 4_096)
    for count in ("data_validator.csv_rows.CHUNK_ROWS", "data_validator.parts.PART_ROWS"):
        monkeypatch.setattr(count, 50)


@dataclass
class Clock:
    """Runs out when it is asked the ``last`` time."""

    last: int | None = None
    asked: int = 0
    held: list[int] = field(default_factory=list)

    def __call__(self, _done: int, _size: int, held: int = 0) -> None:
        self.asked += 1
        self.held.append(held)
        if self.asked == self.last:
            raise TimeoutError


@pytest.mark.usefixtures("small_pieces")
def test_of_a_file_whose_time_runs_out_nobody_can_read_a_row(tmp_path: Path) -> None:
    whole, clock = fresh_world(tmp_path / "whole"), Clock()
    whole.validator.validate(whole.s3.land("visits/a.csv", LONG), clock)
    assert whole.s3.calls.count("PutObject") > 4
    for last in range(1, clock.asked + 1):
        world = fresh_world(tmp_path / str(last))
        arrival = world.s3.land("visits/a.csv", LONG)
        with pytest.raises(TimeoutError):
            world.validator.validate(arrival, Clock(last))
        assert world.s3.written(SILVER) == world.s3.written(QUARANTINE) == {}
        world.validate(arrival)
        assert ending(world) == ending(whole)


@pytest.mark.usefixtures("small_pieces")
def test_the_clock_is_told_how_much_waits_to_be_written(tmp_path: Path) -> None:
    world, clock = fresh_world(tmp_path), Clock()
    world.validator.validate(world.s3.land("visits/a.csv", LONG), clock)
    written = [*world.s3.written(SILVER).values(), *world.s3.written(QUARANTINE).values()]
    assert clock.held == sorted(clock.held)
    assert (clock.held[0], clock.held[-1]) == (0, sum(map(len, written)))


@pytest.mark.usefixtures("small_pieces")
def test_no_row_can_be_read_before_all_bad_ones_are_set_aside(tmp_path: Path) -> None:
    whole = fresh_world(tmp_path / "whole")
    whole.land("visits/a.csv", LONG)
    puts = [number for number, call in enumerate(whole.s3.calls, 1) if call == "PutObject"]
    partial = []
    for call in puts:
        world = fresh_world(tmp_path / str(call))
        world.s3.fails_at = call
        with pytest.raises(ClientError):
            world.land("visits/a.csv", LONG)
        if world.s3.written(SILVER):
            partial.append(world.s3.written(QUARANTINE))
    assert len(whole.s3.written(QUARANTINE)) > 1
    assert partial == [whole.s3.written(QUARANTINE)] * len(whole.s3.written(SILVER))


@pytest.mark.usefixtures("small_pieces")
def test_of_a_file_that_reads_otherwise_the_second_time_nobody_can_read_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Findings, "good", 0)
    world = fresh_world(tmp_path)
    with pytest.raises(UnstableFileError):
        world.land("visits/a.csv", LONG)
    assert world.s3.written(SILVER) == world.s3.written(QUARANTINE) == {}


def test_of_a_file_whose_bytes_are_others_the_second_time_nobody_can_read_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = fresh_world(tmp_path)
    arrival = world.s3.land("visits/a.csv", BODY)
    monkeypatch.setattr(Stored, "etag", arrival.etag)

    def replaced(*_: int) -> None:
        world.s3.objects[BRONZE, "visits/a.csv"][0].body = BODY.replace(b"all well", b"all fine")

    with pytest.raises(UnstableFileError, match="other bytes"):
        world.validator.validate(arrival, replaced)
    assert world.s3.written(SILVER) == world.s3.written(QUARANTINE) == {}


def test_the_same_file_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    first, second = fresh_world(tmp_path / "1"), fresh_world(tmp_path / "2")
    for world in (first, second):
        world.land("visits/a.csv", BODY)
    assert first.s3.written(SILVER) == second.s3.written(SILVER)
    assert first.s3.written(QUARANTINE) == second.s3.written(QUARANTINE)


def test_connections_that_break_change_nothing(tmp_path: Path) -> None:
    whole, broken = fresh_world(tmp_path / "whole"), fresh_world(tmp_path / "broken")
    whole.land("visits/a.csv", BODY)
    broken.s3 = replace(FakeS3(), breaks_after=[100, 300])
    world = World(broken.s3, fresh_world(tmp_path / "other").validator)
    world.validator._s3 = broken.s3  # type: ignore[assignment]
    world.validator._lake._s3 = broken.s3  # type: ignore[assignment]
    world.land("visits/a.csv", BODY)
    assert ending(world) == ending(whole)
