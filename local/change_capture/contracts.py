"""``python -m local.change_capture.contracts DATA``: writes the contracts of the captured tables from their databases.

Loads the databases of ``DATA`` into a MariaDB of its own, reads their tables there, and writes ``contracts/captured``.
What silver calls a column, which are tokens, and which stay behind follows from ``config/shop_databases.py``.
"""

import json
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from config.sources import CAPTURED_SCHEMAS
from config.table_mappings import CapturedSchema, snake_case, table_mappings
from contracts.captured_tables import CAPTURED
from contracts.loader import SUFFIX
from local.change_capture.dms_types import OCTETS, SIGNED
from local.change_capture.full_load import snapshot
from local.change_capture.mapping_rules import MappingRules, read_rules
from local.change_capture.table_shape import Column, Table
from local.shop_database import ShopDatabase, start, stop
from local.shop_database.scripts import load, scripts_in

LOGICAL = {
    "int": "integer",
    "bigint": "integer",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "string": "string",
}
CHANGE_SEQ = (
    "- {name: _change_seq, logicalType: string, physicalType: string, required: false, description: Number of the last "
    "change to the row; null if it is as it was loaded., logicalTypeOptions: {pattern: '^[0-9]{35}$'}}"
)
PART = (
    "- {name: _part, logicalType: integer, physicalType: int, required: true, partitioned: true, "
    "partitionKeyPosition: 1, description: 'A hash of the key, by the number of parts; 0 where there is one.', "
    "logicalTypeOptions: {minimum: 0}}"
)


def contracts_of(database: ShopDatabase, schemas: tuple[CapturedSchema, ...] = CAPTURED_SCHEMAS) -> dict[str, str]:
    """Of each captured table its contract in YAML, by the name of the file."""
    rules = read_rules(table_mappings(schemas))
    personal = {f"{schema.name}.{column}": kind for schema in schemas for column, kind in schema.personal}
    with closing(database.connect()) as connection:
        tables = snapshot(connection).tables(rules)
    return {f"{silver_name(table)}{SUFFIX}": contract_of(table, rules, personal) for table in tables}


def silver_name(table: Table) -> str:
    """``chinook_invoice_line`` for ``Chinook.InvoiceLine``."""
    return f"{snake_case(table.schema)}_{snake_case(table.name)}"


def contract_of(table: Table, rules: MappingRules, personal: dict[str, str]) -> str:
    """The contract of the table's state; ValueError if nobody could tell its rows apart."""
    place, name = f"{table.schema}.{table.name}", silver_name(table)
    if not table.key:
        raise ValueError(f"{place} has no key: its rows cannot be told apart; give it one, or leave it out of tables")
    if both := [key for key in table.key if f"{place}.{key}" in personal]:
        raise ValueError(f"{place}: {both} are of the key and personal; two values may share a token, so a key is none")
    kinds = {column.name: personal.get(f"{place}.{column.name}") for column in table.columns}
    columns = [_property(place, column, table.key, kinds[column.name]) for column in rules.columns(table)]
    keys = ", ".join(snake_case(key) for key in table.key)
    return f"""\
apiVersion: v3.1.0
kind: DataContract
id: urn:ecommerce:contract:{name}
name: {name}
version: 1.0.0
status: active
domain: {snake_case(table.schema)}
description:
  purpose: The table {place} of the shop's database as it is now.
  limitations: As old as the last merge of its changes.
team:
  name: data-platform
customProperties:
  - {{property: database, value: silver}}
  - {{property: zone, value: silver}}
  - {{property: published, value: true}}
  - {{property: capturedFrom, value: {place}}}
schema:
  - name: {name}
    physicalType: table
    dataGranularityDescription: One row per row of the source.
    properties:
      {f"{chr(10)}      ".join([*columns, CHANGE_SEQ, PART])}
    quality:
      - {{type: library, metric: duplicateValues, arguments: {{properties: [{keys}]}}, mustBe: 0}}
"""


def silver_type(place: str, column: Column) -> str:
    """What the column is in silver, of what DMS makes of it in Parquet."""
    kind = column.kind
    if kind in SIGNED:
        wide = {"bigint": "decimal(20,0)"} if column.unsigned else {"bigint": "bigint"}
        return wide.get(kind, "bigint" if column.unsigned and kind in ("mediumint", "int") else "int")
    if kind == "decimal":
        return f"decimal({column.precision},{column.scale})"
    if kind in OCTETS or kind == "float" or (kind == "bit" and column.precision > 1):
        raise ValueError(f"{place}.{column.name} is {column.written}, which silver has no type for: put it in dropped")
    known = {"bit": "boolean", "date": "date", "datetime": "timestamp", "timestamp": "timestamp", "year": "int"}
    return known.get(kind, "double" if kind == "double" else "string")


def _property(place: str, column: Column, key: tuple[str, ...], token_of: str | None) -> str:
    type_ = silver_type(place, column)
    name = snake_case(column.name) + ("_token" if token_of else "")
    what = f"Keyed hash of {column.name}" if token_of else column.name
    # A token of nothing is null, and so is a date that is none.
    required = not column.nullable and not token_of and type_ not in ("date", "timestamp")
    parts = [
        f"name: {name}",
        f"logicalType: {LOGICAL.get(type_, 'number')}",
        f"physicalType: {json.dumps(type_) if '(' in type_ else type_}",
        f"required: {json.dumps(required)}",
    ]
    if column.name in key:
        parts += ["primaryKey: true", f"primaryKeyPosition: {1 + key.index(column.name)}"]
    if token_of:
        parts.append("classification: token")
    # The choices of an enum are not: they change at the source without a word.
    written = column.written.partition("(")[0] if column.choices else column.written
    parts.append(f"description: {json.dumps(f'{what} at the source, {written}.')}")
    custom = [f"{{property: sourceName, value: {column.name}}}"]
    custom += [f"{{property: tokenOf, value: {token_of}}}"] if token_of else []
    parts.append(f"customProperties: [{', '.join(custom)}]")
    return f"- {{{', '.join(parts)}}}"


def main(data: Path) -> None:
    """Writes the files, and takes away those of tables that are gone."""
    with TemporaryDirectory() as folder:
        database = start(Path(folder))
        try:
            load(database, scripts_in(data))
            contracts = contracts_of(database)
        finally:
            stop(Path(folder))
    for path in CAPTURED.glob(f"*{SUFFIX}"):
        path.unlink()
    for name, text in contracts.items():
        (CAPTURED / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(contracts)} contracts into {CAPTURED.relative_to(CAPTURED.parent.parent)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
