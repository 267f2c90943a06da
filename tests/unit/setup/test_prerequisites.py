from pathlib import Path

import pytest

from local.setup.prerequisites import Tool, missing


def program(folder: Path, name: str, says: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return Tool(name="Maker", ask=("maker-of-things", "version"), minimum=(1, 11), remedy="get it from there")


def test_a_tool_that_is_new_enough_is_no_problem(tool: Tool, tmp_path: Path) -> None:
    program(tmp_path, "maker-of-things", "Maker v1.12.3")
    assert missing((tool,)) == []


def test_a_tool_that_is_absent_is_said_in_one_line_with_the_remedy(tool: Tool) -> None:
    assert missing((tool,)) == ["Maker >= 1.11 is not on PATH: get it from there"]


def test_a_tool_that_is_too_old_is_said_with_what_was_found(tool: Tool, tmp_path: Path) -> None:
    program(tmp_path, "maker-of-things", "Maker v1.9.8")
    assert missing((tool,)) == ["Maker 1.9 is too old, 1.11 is needed: get it from there"]


def test_a_tool_that_does_not_answer_is_not_taken_for_good(tool: Tool, tmp_path: Path) -> None:
    program(tmp_path, "maker-of-things", "no idea")
    assert missing((tool,)) == [f"{tmp_path}/maker-of-things does not tell its version: get it from there"]
