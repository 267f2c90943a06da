"""Who may do what now, that might not before? ``make snapshots`` accepts; the diff of the JSON files is the review."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from config import ENVIRONMENTS, Environment
from config.naming import stack_name
from gate.access.matrix import matrix
from gate.access.page import as_dict
from gate.template import Template
from tests.support.platform import templates


class AccessFile(JSONSnapshotExtension):
    """One file per stack, in the folder ``access`` beside this test."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(Path(test_location.filepath).parent / "access")

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:  # noqa: ARG003
        return str(index)


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=lambda env: env.name)
def test_everybody_may_do_what_was_reviewed(env: Environment, snapshot: SnapshotAssertion) -> None:
    name = stack_name(env)
    found = as_dict(matrix(Template(templates()[name].document), env))
    assert found == snapshot(extension_class=AccessFile, name=name), (
        f"who may do what in {name} differs from what was reviewed; if that is meant, accept it with: make snapshots"
    )
