"""Reads ``*.odcs.yaml`` into frozen data classes: YAML in, `Contract` out, no AWS and no cdktf.

Source of the format: Open Data Contract Standard v3.1.0, parsed by its own models
(https://bitol-io.github.io/open-data-contract-standard/).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import OpenDataContractStandard, SchemaProperty

from contracts.contract import Column, Contract
from contracts.publishing import check_publishing
from contracts.quality import quality_rules
from contracts.sensitivity import most_sensitive, sensitivity_of

FOLDER = Path(__file__).parent
SUFFIX = ".odcs.yaml"
SCALARS = re.compile(r"string|boolean|int|bigint|double|timestamp|date|decimal\(\d{1,2},\d{1,2}\)")
TOKENS = ("email", "phone", "name", "ip")


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

    ``{"name", "version", "columns": [{"name", "type", "required", "pii", "partition", "key", rules..., "fields"}]}``,
    and where the contract has them ``"ignored_source_columns"`` and ``"partition_by"``.
    """
    document: dict[str, Any] = {
        "name": contract.name,
        "version": contract.version,
        "columns": [column_document(column) for column in contract.columns],
    }
    if contract.ignored_source_columns:
        document["ignored_source_columns"] = contract.ignored_source_columns
    if contract.partition_by:
        document["partition_by"] = contract.partition_by
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
    contract = Contract(
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
        ignored_source_columns=tuple(custom.get("ignoredSourceColumns") or ()),
        partition_by=custom.get("partitionBy"),
        published=bool(custom.get("published")),
        published_by=tuple(custom.get("publishedPartitions") or ()),
        live_as=custom.get("liveAs"),
        quality=quality_rules(schema),
        captured_from=custom.get("capturedFrom"),
    )
    _check_filling(contract)
    check_publishing(contract)
    return contract


def _check_filling(contract: Contract) -> None:
    """Refuses tokens that would not be told from clear text, and a partition that nothing can be taken from."""
    for column in contract.columns:
        kind = column.option("tokenOf")
        if kind and (kind not in TOKENS or column.sensitivity != "token" or column.type != "string"):
            raise ValueError(
                f"column {column.name!r} is the token of {kind!r}: it needs one of {', '.join(TOKENS)}, "
                "the classification token and the type string"
            )
    dates = [
        column.name for column in contract.data_columns if column.type in ("date", "timestamp") and column.required
    ]
    if contract.partition_by and contract.partition_by not in dates:
        raise ValueError(f"partitionBy {contract.partition_by!r} is no required date; there are: {', '.join(dates)}")


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


def column_document(column: Column) -> dict[str, Any]:
    """A column as programs at run time read it."""
    known: dict[str, Any] = {"name": column.name, "type": column.type, "required": column.required}
    if column.pii:
        known["pii"] = column.pii
    if column.partition:
        known["partition"] = True
    if column.key:
        known["key"] = True
    if column.fields:
        known["fields"] = [column_document(field) for field in column.fields]
    return known | dict(column.options)
