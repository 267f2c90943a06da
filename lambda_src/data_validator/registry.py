"""The source registry as it is packed beside the code: which source a file belongs to and what it is held against."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from data_validator.file_contract import FileContract, load_file_contract

# The key prefix for what the function itself writes to bronze.
VERDICTS = "_verdicts/"


class UnknownPrefixError(ValueError):
    """When a file belongs to no source: the rule that announced it and the registry must be brought together."""


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """How the files of a source are written, see config/file_format.py."""

    kind: Literal["csv", "json_lines", "json"]
    encoding: str
    delimiter: str
    quote: str | None
    row_end: str | None
    header: bool
    columns: tuple[str, ...]
    date_formats: tuple[str, ...]
    null_values: frozenset[str]
    true_values: frozenset[str]
    false_values: frozenset[str]
    compression: str | None


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file source. ``rules`` is a digest of all that a file of it is held against."""

    name: str
    prefix: str
    contract: FileContract
    error_threshold: float
    min_rows: int
    max_rows: int | None
    freshness_hours: int | None
    format: FileFormat
    rules: str

    @property
    def table(self) -> str:
        return self.contract.table.name


class Registry:
    """All file sources."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources

    def source_of(self, key: str) -> Source:
        """The source a key belongs to; UnknownPrefixError lists the prefixes there are."""
        for source in self.sources.values():
            if key.startswith(source.prefix):
                return source
        prefixes = ", ".join(source.prefix for source in self.sources.values())
        raise UnknownPrefixError(
            f"{key}: below no registered prefix ({prefixes}); register the source in config/sources.py and deploy, "
            "then send the message again from the dead-letter queue"
        )


def load_registry(folder: Path) -> Registry:
    """The registry of the folder; ValueError names the file that is missing or does not fit."""
    path = folder / "sources.json"
    if not path.is_file():
        raise ValueError(f"{path}: missing; package it with config.sources.validator_document")
    document = json.loads(path.read_bytes())
    return Registry({name: _source(name, entry, folder) for name, entry in document["sources"].items()})


def _source(name: str, entry: Mapping[str, Any], folder: Path) -> Source:
    contract = load_file_contract(folder, entry["contract"])
    if entry["table"] != contract.table.name:
        raise ValueError(f"source {name}: table {entry['table']!r} differs from the contract's {contract.table.name!r}")
    rules = json.dumps(entry, sort_keys=True).encode() + (folder / f"{entry['contract']}.json").read_bytes()
    return Source(
        name=name,
        prefix=entry["prefix"],
        contract=contract,
        error_threshold=entry["error_threshold"],
        min_rows=entry["min_rows"],
        max_rows=entry["max_rows"],
        freshness_hours=entry["freshness_hours"],
        format=_format(entry["format"]),
        rules=sha256(rules).hexdigest()[:16],
    )


def _format(entry: Mapping[str, Any]) -> FileFormat:
    texts = {name: frozenset(entry[name]) for name in ("null_values", "true_values", "false_values")}
    orders = {name: tuple(entry[name]) for name in ("columns", "date_formats")}
    return FileFormat(**{**entry, **texts, **orders})
