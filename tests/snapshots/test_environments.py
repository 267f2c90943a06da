"""What else did I change? ``make snapshots`` accepts; the diff of the JSON files is the review."""

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from config import ENVIRONMENTS
from config.naming import stack_name
from tests.support.platform import masked, templates

NAMES = [stack_name(env) for env in ENVIRONMENTS]


@pytest.mark.parametrize("name", NAMES)
def test_the_stack_is_the_one_that_was_reviewed(name: str, snapshot: SnapshotAssertion) -> None:
    found = masked(templates()[name].document)
    assert found == snapshot(extension_class=JSONSnapshotExtension, name=name), (
        f"{name} differs from its snapshot; if that is meant, accept it with: make snapshots"
    )
