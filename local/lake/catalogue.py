"""Reads a Glue catalog: database names go in, its tables and views come out as plain data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
class RegisteredPartition:
    """A partition that the catalog names one by one, with its values in the order of the table's partition columns."""

    values: tuple[str, ...]
    location: str


@dataclass(frozen=True, kw_only=True)
class CataloguedTable:
    """A table, or a view, whose text is ``view_text``.

    A table is the objects below ``location``; with ``registered`` those of its partitions alone, wherever they lie.
    """

    database: str
    name: str
    columns: tuple[CataloguedColumn, ...]
    partitions: tuple[CataloguedColumn, ...] = ()
    location: str = ""
    view_text: str | None = None
    registered: tuple[RegisteredPartition, ...] | None = None

    @property
    def place(self) -> str:
        """How a message names it."""
        return f"Glue table {self.database}.{self.name}"


def read_catalogue(glue: "GlueClient", databases: Sequence[str]) -> Iterator[CataloguedTable]:
    """Every table and view of the databases; a table of another kind is a ValueError."""
    for database in databases:
        for page in glue.get_paginator("get_tables").paginate(DatabaseName=database):
            for table in page["TableList"]:
                found = _table(database, table)
                yield replace(found, registered=tuple(_registered(glue, found))) if _is_registered(table) else found


def _is_registered(table: Any) -> bool:
    """Whether its partitions are those that are registered, instead of those that the path can name."""
    return bool(table.get("PartitionKeys")) and table.get("Parameters", {}).get("projection.enabled") != "true"


def _registered(glue: "GlueClient", table: CataloguedTable) -> Iterator[RegisteredPartition]:
    pages = glue.get_paginator("get_partitions").paginate(DatabaseName=table.database, TableName=table.name)
    for page in pages:
        for partition in page["Partitions"]:
            location = partition["StorageDescriptor"]["Location"]
            yield RegisteredPartition(values=tuple(partition["Values"]), location=f"{location.rstrip('/')}/")


def _table(database: str, table: Any) -> CataloguedTable:
    kind, storage = table.get("TableType"), table.get("StorageDescriptor", {})
    if kind not in (EXTERNAL_TABLE, VIRTUAL_VIEW):
        raise ValueError(
            f"Glue table {database}.{table['Name']}: table type is {kind!r}, "
            f"readable are {EXTERNAL_TABLE} and {VIRTUAL_VIEW}; correct it where the table is declared"
        )
    if table.get("Parameters", {}).get("table_type", "").upper() == "ICEBERG":
        raise ValueError(
            f"Glue table {database}.{table['Name']} is Iceberg's, whose objects do not say which of them count; "
            "ask it through Spark, or set batch.table_format to parquet"
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
