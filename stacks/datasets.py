"""The data contracts as one environment uses them."""

from config import Environment
from contracts import Contract, load_contract, load_contracts, within_years
from contracts.captured_tables import captured_from


def dataset(env: Environment, name: str) -> Contract:
    """The contract ``name`` with the years this environment looks into: function and catalog must agree on them."""
    return within_years(load_contract(name), *env.event_years)


def published_datasets(env: Environment, zone: str) -> list[Contract]:
    """The contracts of the tables that jobs publish in ``zone``, by name; none without jobs.

    None in Iceberg's format either: the job that publishes one makes it, since no plan could keep up with its versions.
    """
    if env.batch is None or env.batch.table_format == "iceberg":
        return []
    there = load_contracts() | captured_from(env.captured_schemas)
    return [contract for _, contract in sorted(there.items()) if contract.is_published and contract.zone == zone]
