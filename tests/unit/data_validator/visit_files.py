"""A small source, ``visits``, with a column of every type and a rule of every kind, and files of it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from config.file_format import FileFormat
from config.source import Source
from tests.unit.data_validator.validator_world import World, contract_document, package, world

COLUMNS: tuple[Mapping[str, Any], ...] = (
    {"name": "visit_id", "type": "bigint", "required": True, "key": True, "minimum": 1, "sourceName": "id"},
    {"name": "email_token", "type": "string", "tokenOf": "email", "maxLength": 40, "sourceName": "email"},
    {"name": "code", "type": "string", "required": True, "pattern": "^[A-Z]{2}[0-9]{2}$"},
    {"name": "colour", "type": "string", "enum": ["red", "blue"]},
    {"name": "note", "type": "string", "minLength": 2, "maxLength": 60},
    {"name": "amount", "type": "decimal(10,2)", "minimum": 0, "dropCharacters": "$,"},
    {"name": "rate", "type": "double", "minimum": 0, "maximum": 1},
    {"name": "pages", "type": "int", "nullValues": ["none"]},
    {"name": "is_new", "type": "boolean"},
    {"name": "day", "type": "date", "required": True, "minimum": "2000-01-01", "maximum": "2099-12-31"},
    {"name": "seen_at", "type": "timestamp"},
    {"name": "birth_year", "type": "int", "datePart": "year", "sourceName": "born"},
)
HEADER = ("id", "email", "code", "colour", "note", "amount", "rate", "pages", "is_new", "day", "seen_at", "born")
GOOD: Mapping[str, str] = {
    "id": "1",
    "email": "Jane.Roe@example.org",
    "code": "AB12",
    "colour": "red",
    "note": "all well",
    "amount": "$1,234.50 ",
    "rate": "2.5e-1",
    "pages": "7",
    "is_new": "Y",
    "day": "2026-11-01",
    "seen_at": "2026-11-01T10:00:00+02:00",
    "born": "1980-05-14",
}
JSON_GOOD: Mapping[str, Any] = {**GOOD, "id": 1, "rate": 0.25, "pages": 7, "is_new": True, "amount": "1234.50"}
PARTITIONS = (
    {"name": "year", "type": "int", "partition": True, "minimum": 2000, "maximum": 2030},
    {"name": "month", "type": "int", "partition": True, "minimum": 1, "maximum": 12},
)
CSV: Mapping[str, Any] = {"true_values": ("Y",), "false_values": ("N",), "null_values": ("", "NA")}


def visits(form: FileFormat | None = None, **fields: Any) -> Source:
    """The source, with another format or other bounds."""
    described = {"kind": "file", "owner": "tests", "schedule": "daily", "freshness_hours": 26, "error_threshold": 0.5}
    return Source(
        name="visits", contract="visits", format=form or FileFormat(kind="csv", **CSV), **{**described, **fields}
    )


def visit_world(
    folder: Path,
    source: Source | None = None,
    *,
    columns: Sequence[Mapping[str, Any]] = COLUMNS,
    max_bytes: int = 1 << 30,
    **contract: Any,
) -> World:
    """A validator that knows this one source."""
    document = contract_document("visits", columns, ignored_source_columns=["remark"], **contract)
    return world(package(folder / "contracts", [source or visits()], {"visits": document}), max_bytes=max_bytes)


def row(**changes: str) -> list[str]:
    """A good row, but for some values."""
    return list({**GOOD, **changes}.values())


def rows(count: int, **changes: str) -> list[list[str]]:
    """Good rows with ids from 1."""
    return [row(**{"id": str(number), **changes}) for number in range(1, count + 1)]


def csv_file(*lines: Sequence[str], header: Sequence[str] = HEADER) -> bytes:
    return "".join(f"{','.join(map(_quoted, line))}\n" for line in (header, *lines)).encode()


def json_lines(*documents: Mapping[str, Any]) -> bytes:
    return "".join(f"{json.dumps(document)}\n" for document in documents).encode()


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in ',"\n\r') else value
