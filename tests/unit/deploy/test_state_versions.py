import json
from datetime import UTC, datetime

from deploy.state_object import StateVersion, parse_version, version_to_restore

NOW = datetime(2026, 11, 23, tzinfo=UTC)
STATE = {
    "version": 4,
    "serial": 7,
    "lineage": "abc",
    "resources": [{"mode": "managed", "instances": [{}, {}]}, {"mode": "data", "instances": [{}]}],
}


def version(id_: str, serial: int | None) -> StateVersion:
    return StateVersion(id=id_, written=NOW, size=1, serial=serial)


def test_a_version_tells_its_serial_and_how_many_resources_it_knows() -> None:
    read = parse_version("v1", NOW, json.dumps(STATE).encode())
    assert (read.serial, read.lineage, read.resources, read.readable) == (7, "abc", 2, True)


def test_a_truncated_or_foreign_object_is_unreadable() -> None:
    whole = json.dumps(STATE).encode()
    for body in (b"", whole[:40], b"[]", b'{"serial": 1}', b"\xff\xfe"):
        assert not parse_version("v1", NOW, body).readable


def test_the_newest_readable_version_is_restored() -> None:
    history = [version("broken", None), version("good", 7), version("older", 6)]
    assert version_to_restore(history, current="broken") == version("good", 7)


def test_a_deleted_state_comes_back() -> None:
    assert version_to_restore([version("good", 7)], current=None) == version("good", 7)


def test_a_readable_current_state_is_left_alone() -> None:
    assert version_to_restore([version("good", 7), version("older", 6)], current="good") is None


def test_without_any_readable_version_there_is_nothing_to_restore() -> None:
    assert version_to_restore([version("broken", None)], current="broken") is None
