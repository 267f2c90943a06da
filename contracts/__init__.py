"""Data contracts (Open Data Contract Standard v3.1) and the one loader that reads them."""

from contracts.contract import Column, Contract
from contracts.loader import load_contract, load_contracts, runtime_document, within_years
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
