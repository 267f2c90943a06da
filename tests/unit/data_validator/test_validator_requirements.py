"""What is packed with the function is what was tested: the same versions, every wheel named by its digest."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REQUIREMENTS = (ROOT / "lambda_src" / "data_validator" / "requirements.txt").read_text()
PINNED = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", REQUIREMENTS, re.MULTILINE))
PIPFILE = tomllib.loads((ROOT / "Pipfile").read_text())
LOCKED = json.loads((ROOT / "Pipfile.lock").read_text())["develop"]


def test_the_function_is_packed_with_the_versions_that_are_tested() -> None:
    tested = {**PIPFILE["packages"], **PIPFILE["dev-packages"]}
    assert {name: f"=={version}" for name, version in PINNED.items()} == {name: tested[name] for name in PINNED}
    assert {"arro3-compute", "arro3-core", "arro3-io", "ijson", "msgspec"} == PINNED.keys()


@pytest.mark.parametrize("name", sorted(PINNED))
def test_both_processors_wheels_are_named_by_digests_that_the_lock_knows(name: str) -> None:
    block = re.search(rf"^{name}==(?:.*\\\n)*.*$", REQUIREMENTS, re.MULTILINE)
    assert block is not None
    digests = re.findall(r"--hash=(sha256:[0-9a-f]{64})", block[0])
    assert len(digests) == 2
    assert set(digests) <= set(LOCKED[name]["hashes"])
