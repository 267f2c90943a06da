"""The file sources with their contracts, held against each other: what neither can know of the other by itself."""

from collections.abc import Iterable
from pathlib import Path

from config.source import Source
from config.sources import file_sources
from contracts import Contract, load_contract
from contracts.loader import FOLDER

# What every table filled from files ends with.
ORIGIN = ("_source_file", "_source_line", "_file_sha256", "_arrival_ts")
PARTITIONS = ("year", "month")


def with_contracts(sources: Iterable[Source], folder: Path = FOLDER) -> dict[Source, Contract]:
    """Each file source with the contract of its table; ValueError names the source and what does not fit."""
    found = {source: load_contract(str(source.contract), folder) for source in file_sources(sources)}
    for source, contract in found.items():
        _check_table(source, contract)
        _check_columns(source, contract)
    return found


def _check_table(source: Source, contract: Contract) -> None:
    place = f"source {source.name}: contract {contract.name}"
    if not contract.received_as or contract.database != "silver":
        raise ValueError(f"{place} is no table of silver; give it the properties database, zone and receivedAs")
    if not contract.keys:
        raise ValueError(f"{place} has no primaryKey; without one nobody can say which of two rows is the later")
    if tuple(column.name for column in contract.data_columns)[-len(ORIGIN) :] != ORIGIN:
        raise ValueError(f"{place} does not end with the columns {', '.join(ORIGIN)}, which say where a row came from")
    partitions = tuple(column.name for column in contract.partitions)
    if partitions not in ((), PARTITIONS) or bool(partitions) != bool(contract.partition_by):
        raise ValueError(f"{place} is partitioned by {partitions}; use none, or year and month of a partitionBy")


def _check_columns(source: Source, contract: Contract) -> None:
    place = f"source {source.name}: contract {contract.name}"
    taken = {column.source: column.name for column in contract.source_columns}
    if both := taken.keys() & set(contract.ignored_source_columns):
        raise ValueError(f"{place} takes {sorted(both)} and ignores them; say one of it")
    if source.format is None or not source.format.columns:
        return
    there = set(source.format.columns)
    if missing := {*taken, *contract.ignored_source_columns} - there:
        raise ValueError(f"{place} names {sorted(missing)}; the files' columns are {', '.join(source.format.columns)}")
    if unsaid := there - {*taken, *contract.ignored_source_columns}:
        raise ValueError(f"{place} says nothing of {sorted(unsaid)}; take them, or list them in ignoredSourceColumns")
