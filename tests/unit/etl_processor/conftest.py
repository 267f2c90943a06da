"""The contracts as they are packed beside the code, and a processor that works under them."""

from pathlib import Path

import pytest

from contracts import load_contract, runtime_document
from etl_processor.batch import BatchProcessor
from etl_processor.datasets import Contracts
from etl_processor.datasets import load_contracts as load_packed
from tests.unit.etl_processor.etl_events import DATASETS, KEY


@pytest.fixture(scope="session")
def contracts_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "contracts"
    folder.mkdir()
    for name in DATASETS:
        (folder / f"{name}.json").write_bytes(runtime_document(load_contract(name)))
    return folder


@pytest.fixture(scope="session")
def packed(contracts_folder: Path) -> Contracts:
    return load_packed(contracts_folder)


@pytest.fixture(scope="session")
def processor(packed: Contracts) -> BatchProcessor:
    return BatchProcessor(packed, KEY)
