"""The folder of real files."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_files() -> Path:
    folder = Path(os.environ.get("ECOMMERCE_DATA", ""))
    if not (folder / "adventureworks").is_dir():
        pytest.fail(f"{folder} is not there; set ECOMMERCE_DATA to the folder that holds adventureworks", pytrace=False)
    return folder
