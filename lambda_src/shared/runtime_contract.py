"""The data contracts as they are packed beside the code: a folder of JSON documents in, frozen data classes out."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DECIMAL = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")
HOURLY = ("year", "month", "day", "hour")
# What a column of whole numbers holds.
WHOLE_NUMBERS = {"int": (-(2**31), 2**31 - 1), "bigint": (-(2**63), 2**63 - 1)}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column or member; ``type`` as Hive writes it, ``rules`` such as pattern or maxLength by name."""

    name: str
    type: str
    required: bool
    pii: str | None
    partition: bool
    rules: Mapping[str, Any]
    fields: tuple["Column", ...]

    @property
    def digits(self) -> tuple[int, int]:
        """Precision and scale of a decimal."""
        match = DECIMAL.fullmatch(self.type)
        if not match:
            raise ValueError(f"column {self.name!r} is {self.type}, expected decimal(p,s)")
        return int(match[1]), int(match[2])


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One dataset: an event if nothing partitions it, otherwise a table with a partition per hour."""

    name: str
    version: str
    columns: tuple[Column, ...]

    @property
    def data_columns(self) -> tuple[Column, ...]:
        """Columns that stand in the files, in order."""
        return tuple(column for column in self.columns if not column.partition)

    @property
    def major_version(self) -> str:
        return self.version.partition(".")[0]

    def column(self, name: str) -> Column:
        """The column ``name``; ValueError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ValueError(f"contract {self.name}: no column {name!r}; the code and the contract must change together")


def load_hourly_table(folder: Path, name: str) -> Contract:
    """The contract of a table with a partition per hour; ValueError names what is missing or does not fit."""
    contract = load_contract(folder, name)
    partitions = tuple(column.name for column in contract.columns if column.partition)
    if partitions != HOURLY:
        raise ValueError(f"{folder / name}.json: partitions are {partitions}, this code writes {HOURLY}")
    return contract


def load_contract(folder: Path, name: str) -> Contract:
    """The contract ``name`` as it is packed; ValueError names the file that is missing."""
    path = folder / f"{name}.json"
    if not path.is_file():
        raise ValueError(f"{path}: missing; package it with contracts.runtime_document(load_contract({name!r}))")
    document = json.loads(path.read_bytes())
    return Contract(
        name=document["name"],
        version=document["version"],
        columns=tuple(_column(column) for column in document["columns"]),
    )


def _column(document: Mapping[str, Any]) -> Column:
    rules = dict(document)
    return Column(
        name=rules.pop("name"),
        type=rules.pop("type"),
        required=rules.pop("required"),
        pii=rules.pop("pii", None),
        partition=rules.pop("partition", False),
        fields=tuple(_column(field) for field in rules.pop("fields", ())),
        rules=rules,
    )
