"""Whatever call fails, before or after it took effect: the message comes again, and the end is the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.unit.data_validator.validator_fakes import QUARANTINE, SILVER, FakeS3
from tests.unit.data_validator.validator_world import World
from tests.unit.data_validator.visit_files import COLUMNS, PARTITIONS, csv_file, row, rows, visit_world

BODY = csv_file(*rows(3), *(row(id=str(at), day="2026-10-05") for at in range(10, 14)), row(code="??"), row())


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
