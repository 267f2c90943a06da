"""Data contracts (Open Data Contract Standard v3.1) and the one loader that reads them."""

from contracts.loader import Column, Contract, load_contract, load_contracts, runtime_document, within_years
from contracts.sensitivity import SENSITIVITIES, Sensitivity, most_sensitive

__all__ = [
    "SENSITIVITIES",
    "Column",
    "Contract",
    "Sensitivity",
    "load_contract",
    "load_contracts",
    "most_sensitive",
    "runtime_document",
    "within_years",
]
