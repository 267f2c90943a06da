"""What is packed with a function is what was tested: the same versions, every wheel named by its digest."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "lambda_src").glob("*/requirements.txt"))
PINNED = {
    (file.parent.name, *pin): file.read_text()
    for file in FILES
    for pin in re.findall(r"^([a-z0-9-]+)==(\S+)", file.read_text(), re.MULTILINE)
}
PIPFILE = tomllib.loads((ROOT / "Pipfile").read_text())
LOCKED = json.loads((ROOT / "Pipfile.lock").read_text())["develop"]
ARROW = {"arro3-compute", "arro3-core", "arro3-io", "msgspec"}


def test_each_function_brings_what_it_needs_and_no_more() -> None:
    needed = {"etl_processor": ARROW | {"pybase64"}, "data_validator": ARROW | {"ijson"}, "log_forwarder": ARROW}
    assert {function: {name for owner, name, _ in PINNED if owner == function} for function in needed} == needed
    assert {file.parent.name for file in FILES} == needed.keys()


@pytest.mark.parametrize(("function", "name", "version"), sorted(PINNED))
def test_a_function_is_packed_with_the_version_that_is_tested_by_digests_that_the_lock_knows(
    function: str, name: str, version: str
) -> None:
    assert {**PIPFILE["packages"], **PIPFILE["dev-packages"]}[name] == f"=={version}"
    block = re.search(rf"^{name}==(?:.*\\\n)*.*$", PINNED[function, name, version], re.MULTILINE)
    assert block is not None
    digests = re.findall(r"--hash=(sha256:[0-9a-f]{64})", block[0])
    assert len(digests) == len(("x86_64", "arm64"))
    assert set(digests) <= set(LOCKED[name]["hashes"])
