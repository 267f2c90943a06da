"""The contracts the etl_processor works by: a folder of packed documents in, `Contracts` out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.runtime_contract import HOURLY, Contract, load_contract


@dataclass(frozen=True, kw_only=True)
class Contracts:
    """What is packed beside the code, by name."""

    folder: Path
    by_name: Mapping[str, Contract]

    def event(self, name: str) -> Contract:
        """The contract of an event; ValueError with the remedy if it is not packed."""
        return self.by_name.get(name) or load_contract(self.folder, name)

    def table(self, name: str) -> Contract:
        """The contract of a table with a partition per hour; ValueError if it has others."""
        contract = self.event(name)
        partitions = tuple(column.name for column in contract.columns if column.partition)
        if partitions != HOURLY:
            raise ValueError(f"{self.folder / name}.json: partitions are {partitions}, this code writes {HOURLY}")
        return contract


def load_contracts(folder: Path) -> Contracts:
    """Every contract of the folder."""
    names = [path.stem for path in sorted(folder.glob("*.json"))]
    return Contracts(folder=folder, by_name={name: load_contract(folder, name) for name in names})
