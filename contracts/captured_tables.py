"""Contracts of the tables that are captured from databases: of each its state, and derived from it its changes.

They lie in a folder of their own, since they are tables only where an environment captures changes.
"""

from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path

from contracts.contract import Column, Contract, QualityRule
from contracts.loader import FOLDER, load_contracts

CAPTURED = FOLDER / "captured"
CHANGES = "_changes"
BEFORE = "_old_"
OPERATION = Column(
    name="_op",
    type="string",
    required=True,
    description="I, U or D: what became of the row.",
    options=(("enum", ("I", "U", "D")),),
)
CHANGE_SEQ = Column(
    name="_change_seq",
    type="string",
    required=True,
    description="Number of the change, 35 digits: the order of changes.",
    key=True,
    options=(("pattern", "^[0-9]{35}$"),),
)
COMMIT_TS = Column(
    name="_commit_ts",
    type="timestamp",
    required=True,
    description="When it was committed, UTC. MySQL knows it to the second only: no order of changes.",
)


def _part_of_a_date(name: str, least: int, most: int) -> Column:
    options = (("maximum", most), ("minimum", least))
    return Column(
        name=name,
        type="int",
        required=True,
        description=f"The {name} in _change_seq.",
        partition=True,
        options=options,
    )


DATE = (_part_of_a_date("year", 2000, 2099), _part_of_a_date("month", 1, 12), _part_of_a_date("day", 1, 31))


@cache
def captured_contracts(folder: Path = CAPTURED) -> dict[str, Contract]:
    """Of all captured tables, by name: the state of each, and its changes."""
    states = load_contracts(folder).values()
    return {contract.name: contract for state in states for contract in (state, changes_of(state))}


def captured_from(schemas: Collection[str], folder: Path = CAPTURED) -> dict[str, Contract]:
    """Those of the databases ``schemas``."""
    return {
        name: contract
        for name, contract in captured_contracts(folder).items()
        if str(contract.captured_from).partition(".")[0] in schemas
    }


def changes_of(state: Contract) -> Contract:
    """The contract of the changes to a table, from that of its state: the state's columns as the change left them."""
    columns = [
        replace(column, required=False, key=False) for column in state.data_columns if column.name != CHANGE_SEQ.name
    ]
    keys = [column for column in columns if column.name in state.keys]
    before = [replace(key, name=BEFORE + key.name, description=_before(key.name), options=()) for key in keys]
    return replace(
        state,
        name=state.name + CHANGES,
        purpose=f"Every change to {state.captured_from} since it was loaded, each once.",
        limitations="Rows of the full load are no changes and stand in the state only.",
        granularity="One row per change.",
        columns=(OPERATION, CHANGE_SEQ, COMMIT_TS, *columns, *before, *DATE),
        quality=(QualityRule(metric="duplicateValues", columns=(CHANGE_SEQ.name,), limits=(("mustBe", 0),)),),
    )


def _before(key: str) -> str:
    return f"{key} as it was before an update; null in others."
