"""Data contracts (Open Data Contract Standard v3.1) and the one loader that reads them."""

from contracts.loader import Column, Contract, load_contract, load_contracts, runtime_document, within_years

__all__ = ["Column", "Contract", "load_contract", "load_contracts", "runtime_document", "within_years"]
