"""Reads ``*.odcs.yaml`` into frozen data classes: YAML in, `Contract` out, no AWS and no cdktf.

Source of the format: Open Data Contract Standard v3.1.0, parsed by its own models
(https://bitol-io.github.io/open-data-contract-standard/).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import OpenDataContractStandard, SchemaProperty

from contracts.sensitivity import Sensitivity, most_sensitive, sensitivity_of

FOLDER = Path(__file__).parent
SUFFIX = ".odcs.yaml"
SCALARS = re.compile(r"string|boolean|int|bigint|timestamp|date|decimal\(\d{1,2},\d{1,2}\)")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column, or one member of a nested document.

    ``type`` is written as Hive and Glue write it; ``struct`` and ``array`` carry their members in ``fields``.
    ``pii`` is the kind of personal data (``email``, ``phone``, ``name``, ``ip``) or None. ``sensitivity`` is the
    column's own or that of its most sensitive member.
    """

    name: str
    type: str
    required: bool
    description: str
    pii: str | None = None
    sensitivity: Sensitivity = "none"
    partition: bool = False
    key: bool = False
    options: tuple[tuple[str, Any], ...] = ()
    fields: tuple["Column", ...] = ()

    def option(self, name: str) -> Any:
        """The rule ``name`` (pattern, minLength, maxLength, minimum, maximum, minItems, maxItems, enum), or None."""
        return dict(self.options).get(name)


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One dataset. ``database``, ``zone`` and ``received_as`` are None for what is not a table.

    ``full_as`` names a second view with all columns; the one called like the contract then leaves the sensitive ones
    out. None: the one view has all columns.
    """

    name: str
    version: str
    owner: str
    purpose: str
    limitations: str
    granularity: str
    columns: tuple[Column, ...]
    database: str | None = None
    zone: str | None = None
    received_as: str | None = None
    full_as: str | None = None

    @property
    def view_columns(self) -> tuple[Column, ...]:
        """Columns of the view that is called like the contract, in order."""
        return tuple(column for column in self.columns if not self.full_as or column.sensitivity == "none")

    @property
    def data_columns(self) -> tuple[Column, ...]:
        """Columns that stand in the files, in order."""
        return tuple(column for column in self.columns if not column.partition)

    @property
    def partitions(self) -> tuple[Column, ...]:
        """Columns that stand in the path, in order."""
        return tuple(column for column in self.columns if column.partition)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that identify a row."""
        return tuple(column.name for column in self.columns if column.key)


@cache
def load_contract(name: str, folder: Path = FOLDER) -> Contract:
    """The contract ``name``; ValueError names the file and what is wrong in it."""
    path = folder / f"{name}{SUFFIX}"
    if not path.is_file():
        known = ", ".join(_names(folder)) or "none"
        raise ValueError(f"{path}: no such contract; there are: {known}")
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_empty_keys(yaml.safe_load(text))
        return _contract(OpenDataContractStandard.from_string(text))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def within_years(contract: Contract, first: int, last: int) -> Contract:
    """The contract with its partition ``year`` bounded to ``first`` to ``last``; others stay as they are."""
    columns = tuple(
        replace(column, options=(("maximum", last), ("minimum", first)))
        if column.partition and column.name == "year"
        else column
        for column in contract.columns
    )
    return replace(contract, columns=columns)


def load_contracts(folder: Path = FOLDER) -> dict[str, Contract]:
    """All contracts of the folder by name, sorted."""
    return {name: load_contract(name, folder) for name in _names(folder)}


def runtime_document(contract: Contract) -> bytes:
    """What a function at run time needs of a contract, as JSON: it ships inside the function's package.

    ``{"name", "version", "columns": [{"name", "type", "required", "pii", "partition", rules..., "fields"}]}``.
    """
    document = {
        "name": contract.name,
        "version": contract.version,
        "columns": [_runtime_column(column) for column in contract.columns],
    }
    return json.dumps(document, indent=1, sort_keys=True).encode()


def _names(folder: Path) -> list[str]:
    return sorted(path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}"))


def _refuse_empty_keys(value: object) -> None:
    """Without quotes YAML cuts a text at its comma, and what follows becomes a key that the models overlook."""
    if isinstance(value, dict):
        empty = [key for key, item in value.items() if item is None]
        if empty:
            raise ValueError(f"{empty[0]!r} has no value; quote a text that holds a comma")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_empty_keys(item)


def _contract(document: OpenDataContractStandard) -> Contract:
    if not (document.apiVersion or "").startswith("v3.1."):
        raise ValueError(f"apiVersion is {document.apiVersion!r}, expected v3.1.x")
    if not document.schema_ or len(document.schema_) != 1:
        raise ValueError("a contract describes exactly one dataset under 'schema'")
    if document.name is None or document.version is None or document.description is None:
        raise ValueError("name, version and description are required")
    schema = document.schema_[0]
    custom = {str(item.property): item.value for item in document.customProperties or ()}
    return Contract(
        name=document.name,
        version=document.version,
        owner=getattr(document.team, "name", None) or "unknown",
        purpose=document.description.purpose or "",
        limitations=document.description.limitations or "",
        granularity=schema.dataGranularityDescription or "",
        columns=_columns(schema.properties or ()),
        database=custom.get("database"),
        zone=custom.get("zone"),
        received_as=custom.get("receivedAs"),
        full_as=custom.get("fullAs"),
    )


def _columns(properties: Iterable[SchemaProperty]) -> tuple[Column, ...]:
    return tuple(_column(prop) for prop in properties)


def _column(prop: SchemaProperty) -> Column:
    if not prop.name or not prop.physicalType:
        raise ValueError(f"property {prop.name!r}: name and physicalType are required")
    nested = prop.items.properties if prop.items else prop.properties
    if bool(nested) != (prop.physicalType in ("struct", "array")):
        raise ValueError(f"property {prop.name!r}: a struct or array needs members, a scalar must not have any")
    if not nested and not SCALARS.fullmatch(prop.physicalType):
        raise ValueError(f"property {prop.name!r}: unknown physicalType {prop.physicalType!r}")
    options = dict(prop.logicalTypeOptions or {})
    options.update({str(item.property): item.value for item in prop.customProperties or ()})
    classification = prop.classification or ""
    fields = _columns(nested or ())
    return Column(
        name=prop.name,
        type=prop.physicalType,
        required=bool(prop.required),
        description=prop.description or "",
        pii=classification.removeprefix("pii_") if classification.startswith("pii_") else None,
        sensitivity=most_sensitive(sensitivity_of(classification), *(field.sensitivity for field in fields)),
        partition=bool(prop.partitioned),
        key=bool(prop.primaryKey),
        options=tuple(
            sorted((key, tuple(value) if isinstance(value, list) else value) for key, value in options.items())
        ),
        fields=fields,
    )


def _runtime_column(column: Column) -> dict[str, Any]:
    known: dict[str, Any] = {"name": column.name, "type": column.type, "required": column.required}
    if column.pii:
        known["pii"] = column.pii
    if column.partition:
        known["partition"] = True
    if column.fields:
        known["fields"] = [_runtime_column(field) for field in column.fields]
    return known | dict(column.options)
