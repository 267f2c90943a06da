"""Parts wait on the function's disk, out of everybody's sight, and come out as they went in."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from data_validator.held_parts import HeldParts
from shared.table_object import LakeObject


def part(zone: str, key: str, body: bytes) -> LakeObject:
    return LakeObject(zone=zone, table="visits", key=key, body=body, records=1, rows=1)


PARTS = [
    part("silver", "a", b"aa"),
    part("quarantine", "b", b"bbb"),
    part("silver", "c", b""),
    part("silver", "d", b"d"),
]


def test_parts_come_out_as_they_went_in_but_what_is_set_aside_first() -> None:
    published: list[LakeObject] = []
    with HeldParts() as held:
        for each in PARTS:
            held.hold(each)
        assert held.bytes == 6
        held.publish(published.append)
    first, second, third, fourth = PARTS
    assert published == [second, first, third, fourth]


def test_nothing_is_left_on_the_disk_for_the_next_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with HeldParts() as held:
        held.hold(PARTS[0])
        assert list(tmp_path.iterdir()) == []


def test_a_full_disk_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**options: Any) -> Any:
        return Path("/dev/full").open("r+b", **options)

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(OSError, match="No space left") as raised, HeldParts() as held:
        held.hold(PARTS[0])
    assert "a: no room beside 0 bytes of other parts; split the file" in raised.value.__notes__[0]
