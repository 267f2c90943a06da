"""The data contracts as one environment uses them."""

from config import Environment
from contracts import Contract, load_contract, within_years


def dataset(env: Environment, name: str) -> Contract:
    """The contract ``name`` with the years this environment looks into: function and catalog must agree on them."""
    return within_years(load_contract(name), *env.event_years)
