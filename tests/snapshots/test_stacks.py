"""What else did I change? ``make snapshots`` accepts; the diff of the JSON files is the review."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from config import ENVIRONMENTS
from config.naming import stack_name
from tests.support.platform import masked, templates


class StackFile(JSONSnapshotExtension):
    """One file per stack, named after it, beside this test."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(Path(test_location.filepath).parent)

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:  # noqa: ARG003
        return str(index)


@pytest.mark.parametrize("name", [stack_name(env) for env in ENVIRONMENTS])
def test_the_stack_is_the_one_that_was_reviewed(name: str, snapshot: SnapshotAssertion) -> None:
    found = masked(templates()[name].document)
    assert found == snapshot(extension_class=StackFile, name=name), (
        f"{name} differs from its snapshot; if that is meant, accept it with: make snapshots"
    )
