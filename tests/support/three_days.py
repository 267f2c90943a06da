"""Three real days of orders, and one record of each kind that must be set aside."""

import csv
import gzip
from decimal import Decimal
from itertools import chain
from pathlib import Path

from local.demo.run import Source
from local.shop.online_retail import read_events
from local.shop.order_record import Record
from local.shop.shop_day import generate

BAD = 54  # two of each known fault


def bad_records() -> list[Record]:
    """Records that break the contract, each knowing the reason it must be set aside for."""
    return list(generate(BAD, bad_share=1.0, repeat_share=0.0, late_share=0.0))


def source(folder: Path) -> Source:
    """The orders of the folder's days, then the bad records."""
    return Source(name="three days", records=chain(read_events(folder), bad_records()), csv_folder=folder)


def rows(folder: Path) -> list[dict[str, str]]:
    """The lines of the files, read without any code of the product."""
    return [row for path in sorted(folder.iterdir()) for row in csv.DictReader(gzip.open(path, "rt", encoding="utf-8"))]


def amount(row: dict[str, str]) -> Decimal:
    return Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
