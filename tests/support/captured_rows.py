"""A captured table of two columns and files of its rows, as DMS would write them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.captured_table import CapturedTable
from lib.table_contract import TableColumn, TableContract

Row = tuple[str, int | None, str | None, int | None, int | None]  # operation, key, value, old key, number
FOLDER = "cdc/shop/Thing"
KEY = b"never-to-be-seen-0123456789abcdef"
SCHEMA = pa.schema(
    [
        ("Op", pa.string()),
        ("Id", pa.int32()),
        ("Mail", pa.string()),
        ("_old_Id", pa.int32()),
        ("_change_seq", pa.string()),
        ("_commit_ts", pa.string()),
    ]
)


def masking_key() -> bytes:
    """What workers call for it; they find it here by its name."""
    return KEY


def number(place: int) -> str:
    """A change's number: two in a second, so that its time orders nothing; the day changes with every tenth."""
    return f"202611{10 + place // 10:02d}12000000{place:019d}"


def _column(name: str, type_: str, *, required: bool = True, **rules: object) -> TableColumn:
    return TableColumn(name=name, type=type_, required=required, rules=tuple(rules.items()))


def _contract(
    name: str, columns: Sequence[TableColumn], partitions: Sequence[str], keys: tuple[str, ...]
) -> TableContract:
    return TableContract(
        name=name,
        version="1.0.0",
        zone="silver",
        columns=tuple(columns),
        partitions=tuple(_column(partition, "int") for partition in partitions),
        received_partitions=(),
        keys=keys,
        ruleset="",
        captured_from="shop.Thing",
    )


ID = _column("id", "int", sourceName="Id")
MAIL = _column("mail_token", "string", required=False, sourceName="Mail", tokenOf="email")
NUMBER = _column("_change_seq", "string", required=False)
THING = CapturedTable(
    state=_contract("shop_thing", (ID, MAIL, NUMBER), ("_part",), ("id",)),
    changes=_contract(
        "shop_thing_changes",
        (
            _column("_op", "string"),
            NUMBER,
            _column("_commit_ts", "timestamp"),
            ID,
            MAIL,
            _column("_old_id", "int", required=False),
        ),
        ("year", "month", "day"),
        ("_change_seq",),
    ),
)


def record(row: Row) -> dict[str, object]:
    operation, key, value, old, place = row
    return {
        "Op": operation,
        "Id": key,
        "Mail": value,
        "_old_Id": old,
        "_change_seq": None if place is None else number(place),
        "_commit_ts": "2026-11-23 12:00:00.000000",
    }


def write(folder: Path, name: str, rows: Sequence[Row], schema: pa.Schema = SCHEMA) -> Path:
    """A file of ``rows`` below the table's folder."""
    path = folder / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([record(row) for row in rows], schema=schema), path)
    return path


@dataclass
class Shop:
    """A source with a table whose rows come, change, change keys and go at random."""

    dice: random.Random
    rows: dict[int, str] = field(default_factory=dict)
    changes: list[Row] = field(default_factory=list)

    def change(self, times: int, keys: int = 12) -> None:
        for _ in range(times):
            self._change(self.dice.randrange(keys), self.dice.randrange(keys))

    def load(self) -> list[Row]:
        return [("I", key, value, None, None) for key, value in self.rows.items()]

    def _change(self, key: int, other: int) -> None:
        place, value = len(self.changes) + 1, f"person{self.dice.randrange(10**6)}@example.org"
        if key not in self.rows:
            self.rows[key] = value
            self.changes.append(("I", key, value, None, place))
        elif self.dice.random() < 0.3:
            self.changes.append(("D", key, self.rows.pop(key), None, place))
        elif other not in self.rows and self.dice.random() < 0.5:
            self.rows[other] = self.rows.pop(key)
            self.changes.append(("U", other, self.rows[other], key, place))
        else:
            self.rows[key] = value
            self.changes.append(("U", key, value, key, place))
