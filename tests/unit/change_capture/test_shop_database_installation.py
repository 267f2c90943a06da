import os
import shutil
import subprocess

import pytest

from local.shop_database import installation
from local.shop_database.installation import NoMariaDbError, make_sure, program


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no program is found."""
    monkeypatch.setattr(shutil, "which", lambda *_names, **_more: None)


@pytest.mark.usefixtures("without")
def test_where_nothing_can_be_installed_unasked_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(
        NoMariaDbError, match=r"no MariaDB on this machine: install MariaDB .*apt-get install"
    ) as raised:
        make_sure()
    assert "\n" not in str(raised.value)


@pytest.mark.usefixtures("without")
def test_a_program_that_is_not_there_is_said_by_name() -> None:
    with pytest.raises(NoMariaDbError, match="mariadbd is not there"):
        program("mariadbd")


def test_an_installation_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(subprocess, "run", lambda command, **_more: Failed(command))
    with pytest.raises(NoMariaDbError, match=r"apt-get update -qq failed: no such host; or install"):
        installation._apt_get("update", "-qq")


class Failed:
    returncode, stderr, stdout = 100, "Err: 1\nno such host\n", ""

    def __init__(self, command: list[str]) -> None:
        self.args = command
