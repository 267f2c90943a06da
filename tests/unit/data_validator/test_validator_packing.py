"""What is packed with the function: a registry and contracts that fit each other, or an error at the start."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.sources import SOURCES, file_sources
from data_validator.conversions import conversion
from data_validator.registry import UnknownPrefixError, load_registry
from shared.tokens import Tokens
from tests.unit.data_validator.validator_world import KEY, contract_document, package
from tests.unit.data_validator.visit_files import COLUMNS, visits


def packed(folder: Path, columns: Any = COLUMNS, **rest: Any) -> Path:
    return package(folder, [visits()], {"visits": contract_document("visits", columns, **rest)})


def test_every_registered_file_source_can_be_read(tmp_path: Path) -> None:
    registry = load_registry(package(tmp_path))
    assert set(registry.sources) == {source.name for source in file_sources(SOURCES)}
    for source in file_sources(SOURCES):
        assert registry.source_of(f"{source.prefix}2026/11/a.csv").name == source.name


@pytest.mark.parametrize("key", ["other/a.csv", "visit/a.csv", "_verdicts/visits/a.json"])
def test_a_key_below_no_prefix_belongs_to_no_source(tmp_path: Path, key: str) -> None:
    with pytest.raises(UnknownPrefixError, match="below no registered prefix"):
        load_registry(packed(tmp_path)).source_of(key)


def test_the_digest_of_the_rules_changes_with_contract_and_registry(tmp_path: Path) -> None:
    first = load_registry(packed(tmp_path / "1")).sources["visits"].rules
    assert load_registry(packed(tmp_path / "2")).sources["visits"].rules == first
    assert load_registry(packed(tmp_path / "3", COLUMNS[:-1])).sources["visits"].rules != first
    other = package(tmp_path / "4", [visits(min_rows=2)], {"visits": contract_document("visits", COLUMNS)})
    assert load_registry(other).sources["visits"].rules != first


def test_missing_documents_are_named(tmp_path: Path) -> None:
    folder = packed(tmp_path)
    (folder / "visits.json").unlink()
    with pytest.raises(ValueError, match=r"visits\.json: missing; package it"):
        load_registry(folder)
    (folder / "sources.json").unlink()
    with pytest.raises(ValueError, match=r"sources\.json: missing; package it"):
        load_registry(folder)


def test_a_table_without_its_origin_is_refused(tmp_path: Path) -> None:
    folder = packed(tmp_path)
    document = json.loads((folder / "visits.json").read_text())
    document["columns"].pop()
    (folder / "visits.json").write_text(json.dumps(document))
    with pytest.raises(ValueError, match="the last columns of a table of files are _source_file"):
        load_registry(folder)


def test_partitions_without_a_date_to_take_them_from_are_refused(tmp_path: Path) -> None:
    year = {"name": "year", "type": "int", "partition": True}
    with pytest.raises(ValueError, match="use none, or year and month"):
        load_registry(packed(tmp_path, [*COLUMNS, year]))


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"name": "a", "type": "struct"}, "this code fills no struct"),
        ({"name": "a", "type": "int", "datePart": "month"}, "this code takes year"),
    ],
)
def test_a_column_this_code_cannot_fill_is_refused(tmp_path: Path, column: Any, message: str) -> None:
    source = load_registry(packed(tmp_path, [column])).sources["visits"]
    with pytest.raises(ValueError, match=message):
        conversion(source.contract.taken[0], source.format, Tokens(KEY))
