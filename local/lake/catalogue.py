"""Reads a Glue catalog: database names go in, its tables and views come out as plain data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

EXTERNAL_TABLE = "EXTERNAL_TABLE"
VIRTUAL_VIEW = "VIRTUAL_VIEW"


@dataclass(frozen=True, kw_only=True)
class CataloguedColumn:
    """A column as the catalog states it; ``type`` is Hive's word."""

    name: str
    type: str


@dataclass(frozen=True, kw_only=True)
class CataloguedTable:
    """A table: objects below ``location``, or a view, whose text is ``view_text``."""

    database: str
    name: str
    columns: tuple[CataloguedColumn, ...]
    partitions: tuple[CataloguedColumn, ...] = ()
    location: str = ""
    view_text: str | None = None

    @property
    def place(self) -> str:
        """How a message names it."""
        return f"Glue table {self.database}.{self.name}"


def read_catalogue(glue: "GlueClient", databases: Sequence[str]) -> Iterator[CataloguedTable]:
    """Every table and view of the databases; a table of another kind is a ValueError."""
    for database in databases:
        for page in glue.get_paginator("get_tables").paginate(DatabaseName=database):
            for table in page["TableList"]:
                yield _table(database, table)


def _table(database: str, table: Any) -> CataloguedTable:
    kind, storage = table.get("TableType"), table.get("StorageDescriptor", {})
    if kind not in (EXTERNAL_TABLE, VIRTUAL_VIEW):
        raise ValueError(
            f"Glue table {database}.{table['Name']}: table type is {kind!r}, "
            f"readable are {EXTERNAL_TABLE} and {VIRTUAL_VIEW}; correct it where the table is declared"
        )
    return CataloguedTable(
        database=database,
        name=table["Name"],
        columns=_columns(storage.get("Columns", ())),
        partitions=_columns(table.get("PartitionKeys", ())),
        location=storage.get("Location", ""),
        view_text=table.get("ViewOriginalText", "") if kind == VIRTUAL_VIEW else None,
    )


def _columns(columns: Sequence[Any]) -> tuple[CataloguedColumn, ...]:
    return tuple(CataloguedColumn(name=column["Name"], type=column["Type"]) for column in columns)
