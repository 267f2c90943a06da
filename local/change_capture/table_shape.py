"""What a table of the source looks like: its columns, their MySQL types, its key."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CHOICES = re.compile(r"'((?:[^']|'')*)'")
QUERY = """
    SELECT table_schema, table_name, column_name, data_type, column_type, numeric_precision, numeric_scale,
           character_maximum_length, is_nullable, extra, column_key
      FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema IN %s AND table_type = 'BASE TABLE' {more}
     ORDER BY table_schema, table_name, ordinal_position"""


@dataclass(frozen=True, kw_only=True)
class Column:
    """``kind`` is the type's bare name (``varchar``), ``written`` all of it (``smallint(5) unsigned``)."""

    name: str
    kind: str
    written: str
    precision: int = 0
    scale: int = 0
    length: int = 0
    nullable: bool = True
    generated: bool = False

    @property
    def unsigned(self) -> bool:
        return "unsigned" in self.written

    @property
    def choices(self) -> list[str]:
        """Of an enum or a set, in their order."""
        return [choice.replace("''", "'") for choice in CHOICES.findall(self.written)]


@dataclass(frozen=True, kw_only=True)
class Table:
    schema: str
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def sql(self) -> str:
        return f"`{self.schema}`.`{self.name}`"

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def shapes_of(connection: Any, schemas: Sequence[str], *, table: str | None = None) -> list[Table]:
    """The base tables of ``schemas``, or the one called ``table``; views have no changes of their own."""
    more = "AND table_name = %s" if table else ""
    with connection.cursor() as cursor:
        cursor.execute(QUERY.format(more=more), [list(schemas), table] if table else [list(schemas)])
        found = cursor.fetchall()
    rows: dict[tuple[str, str], list[Any]] = {}
    for row in found:
        rows.setdefault((row[0], row[1]), []).append(row)
    return [_table(schema, name, columns) for (schema, name), columns in rows.items()]


def _table(schema: str, name: str, rows: list[Any]) -> Table:
    key = tuple(row[2] for row in rows if row[10] == "PRI")
    return Table(schema=schema, name=name, columns=tuple(_column(row) for row in rows), key=key)


def _column(row: Any) -> Column:
    _, _, name, kind, written, precision, scale, length, nullable, extra, _ = row
    return Column(
        name=name,
        kind=kind.lower(),
        written=written,
        precision=precision or 0,
        scale=scale or 0,
        length=length or 0,
        nullable=nullable == "YES",
        generated="GENERATED" in extra,
    )
