import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.errored_state import NAME, Rescue, find_errored
from deploy.stack import DeployError
from deploy.state_object import StateVersion

FILE = Path(NAME)


def state(serial: int | None, lineage: str | None = "abc") -> StateVersion:
    return StateVersion(id="", written=datetime.now(UTC), size=1, serial=serial, lineage=lineage)


def test_a_later_state_of_the_same_line_is_pushed() -> None:
    assert Rescue(path=FILE, errored=state(8), remote=state(7)).objection() is None
    assert Rescue(path=FILE, errored=state(1), remote=None).objection() is None


@pytest.mark.parametrize(
    ("errored", "remote", "objection"),
    [
        (state(None), state(7), "no state Terraform can read"),
        (state(8, "other"), state(7), "belongs to another state"),
        (state(7), state(7), "somebody applied since; run `make adopt`"),
    ],
)
def test_a_state_that_would_undo_another_is_not_pushed(
    errored: StateVersion, remote: StateVersion, objection: str
) -> None:
    assert objection in (Rescue(path=FILE, errored=errored, remote=remote).objection() or "")


def test_the_newest_file_is_found(tmp_path: Path) -> None:
    for age, folder in enumerate(("new", "old", "empty")):
        (tmp_path / folder).mkdir()
        if folder != "empty":
            (tmp_path / folder / NAME).touch()
            os.utime(tmp_path / folder / NAME, (1_000 - age, 1_000 - age))
    assert find_errored(tmp_path / folder for folder in ("empty", "old", "new")) == tmp_path / "new" / NAME


def test_without_a_file_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="name the file CI kept with FILE="):
        find_errored([tmp_path])
