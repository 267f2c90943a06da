"""Fixtures of the shop's tests: small folders of CSV files, and the folder of the real ones."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
WriteDay = Callable[..., Path]


@pytest.fixture
def write_day(tmp_path: Path) -> WriteDay:
    """Writes one day's file and gives the folder: ``write_day("2010-12-01.csv", "536365,...")``."""

    def write(name: str, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        data = "".join(f"{line}\n" for line in (header, *lines)).encode(encoding)
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return tmp_path

    return write


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; without it the facts about it are unproven, which is a failure and not a skip."""
    folder = os.environ.get("ECOMMERCE_DATA", "")
    if not folder or not (Path(folder) / "online_retail" / "by_day").is_dir():
        pytest.fail(
            f"ECOMMERCE_DATA is {folder!r}, expected the folder that holds online_retail/by_day/*.csv.gz: "
            "export ECOMMERCE_DATA=<folder>, or run make test, which sets it",
            pytrace=False,
        )
    return Path(folder)
