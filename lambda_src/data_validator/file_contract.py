"""The contract of a file source: what is taken from a row of the file, under which rules, and where it goes.

A folder of packed documents in, a frozen `FileContract` out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.runtime_contract import Column, Contract, load_contract

# What every table of files ends with; it comes from the file itself, not from its rows.
ORIGIN = ("_source_file", "_source_line", "_file_sha256", "_arrival_ts")
PARTITIONS = ((), ("year", "month"))


@dataclass(frozen=True, kw_only=True)
class TakenColumn:
    """A column of the table and where its value stands in a row of the file: a header, or a dotted path in JSON."""

    column: Column
    source: str
    token: str | None
    null_values: frozenset[str]
    drop_characters: str
    date_part: str | None

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.source.split("."))


@dataclass(frozen=True, kw_only=True)
class FileContract:
    """``key`` are positions in ``taken``; without any, equal rows are rows of their own."""

    table: Contract
    taken: tuple[TakenColumn, ...]
    key: tuple[int, ...]
    ignored: tuple[str, ...]
    partition_by: int | None

    @property
    def sources(self) -> tuple[str, ...]:
        """What a file must have, in the contract's order."""
        return tuple(dict.fromkeys(taken.source for taken in self.taken))

    @property
    def is_personal(self) -> bool:
        """Whether rows hold personal data, of which tokens are stored or a part."""
        return any(taken.token or taken.date_part for taken in self.taken)


def load_file_contract(folder: Path, name: str) -> FileContract:
    """The contract ``name`` as it is packed; ValueError names the file and what does not fit."""
    table = load_contract(folder, name)
    document: Mapping[str, Any] = json.loads((folder / f"{name}.json").read_bytes())
    columns = table.data_columns
    place = folder / f"{name}.json"
    if tuple(column.name for column in columns[-len(ORIGIN) :]) != ORIGIN:
        raise ValueError(f"{place}: the last columns of a table of files are {', '.join(ORIGIN)}")
    partitions = tuple(column.name for column in table.columns if column.partition)
    if partitions not in PARTITIONS or bool(partitions) != bool(document.get("partition_by")):
        raise ValueError(f"{place}: partitions are {partitions}; use none, or year and month of a column partitionBy")
    taken = tuple(_taken(column) for column in columns[: -len(ORIGIN)])
    names = [column.name for column in taken]
    return FileContract(
        table=table,
        taken=taken,
        key=_key(columns, names),
        ignored=tuple(document.get("ignored_source_columns", ())),
        partition_by=names.index(document["partition_by"]) if partitions else None,
    )


def _taken(column: Column) -> TakenColumn:
    rules = column.rules
    return TakenColumn(
        column=column,
        source=rules.get("sourceName", column.name),
        token=rules.get("tokenOf"),
        null_values=frozenset(rules.get("nullValues", ())),
        drop_characters=rules.get("dropCharacters", ""),
        date_part=rules.get("datePart"),
    )


def _key(columns: tuple[Column, ...], taken: list[str]) -> tuple[int, ...]:
    """Positions of the key; none if the line itself is part of it, for then no two rows can share it."""
    key = [column.name for column in columns if column.rules.get("key")]
    return tuple(map(taken.index, key)) if set(key) <= set(taken) else ()
