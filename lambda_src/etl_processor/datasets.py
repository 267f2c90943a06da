"""The contracts the etl_processor works by: a folder of packed documents in, frozen `Contracts` out."""

from dataclasses import dataclass
from pathlib import Path

from shared.runtime_contract import Contract, load_contract, load_hourly_table


@dataclass(frozen=True, kw_only=True)
class Contracts:
    """What the function reads and the three tables it writes."""

    order_event: Contract
    orders: Contract
    order_items: Contract
    quarantine: Contract


def load_contracts(folder: Path) -> Contracts:
    """The contracts of the folder; ValueError names the file that is missing or does not fit."""
    tables = {name: load_hourly_table(folder, name) for name in ("orders", "order_items", "quarantine")}
    return Contracts(order_event=load_contract(folder, "order_event"), **tables)
