"""Does docs/RELIABILITY.md say of every fault where it is tried, and is the test still there?"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "RELIABILITY.md").read_text(encoding="utf-8")
FAULTS = range(1, 66)
ROWS = {int(number): rest for number, rest in re.findall(r"^\| (\d+) \|(.*)$", PAGE, re.MULTILINE)}
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def test_every_fault_has_its_row_once() -> None:
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)]
    assert numbers == list(FAULTS)


@pytest.mark.parametrize("number", FAULTS)
def test_every_row_names_a_test_or_a_row_that_does(number: int) -> None:
    row = ROWS[number]
    other = re.search(r"\| as row (\d+) \|", row)
    assert "::test_" in (ROWS[int(other[1])] if other else row)


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_is_named_is_there(file: str, name: str) -> None:
    path = ROOT / file
    assert path.is_file(), f"{file} is not there"
    assert re.search(rf"^def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE), f"{file} has no {name}"
