"""The lake by SQL: the catalog says which tables there are, the objects in S3 say what is in them.

In: the endpoint of an AWS and the names of Glue databases. Out: a `Lake`, in which every database is a schema and every
table and view stands under its own name, so ``SELECT count(*) FROM orders`` means what it means to Athena.
"""

# ruff: noqa: S608  every name and every string is quoted on its way into SQL

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from types import TracebackType
from typing import Any, Self

import duckdb

from local.lake.catalogue import CataloguedColumn, CataloguedTable, read_catalogue
from local.lake.column_types import duckdb_type, fits
from local.lake.object_reader import connect, literal, quoted
from local.lake.presto_view import DuckDbQuery, decode_view, duckdb_query
from local.lake.scans import by_path, by_registration
from local.lambda_service.aws_clients import aws_client


@dataclass(frozen=True, kw_only=True)
class Lake:
    """An open lake. ``objects`` counts what lies in S3 below each table with a location."""

    connection: duckdb.DuckDBPyConnection
    objects: Mapping[str, int]

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query answers; bare table names are looked up in all databases."""
        return self.connection.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Forget everything read; called for you at the end of ``with``."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_lake(*, endpoint: str, region: str, databases: Sequence[str], keep: bool = False) -> Lake:
    """The databases as DuckDB schemas of the same names.

    A table is read from S3 whenever it is asked; with ``keep`` once, now, and later objects are not seen. A table
    without objects is empty; without ``keep`` it stays so until the lake is opened again. A column that a file lacks is
    null there. A type that differs from the catalog's is a ValueError, as Athena would refuse the file.
    """
    tables = list(read_catalogue(aws_client("glue", endpoint=endpoint, region=region), databases))
    connection = connect(endpoint=endpoint, region=region)
    try:
        for database in databases:
            connection.execute(f"CREATE SCHEMA {quoted(database)}")
        objects = {
            table.name: _define_table(connection, table, keep=keep) for table in tables if table.view_text is None
        }
        _define_views(connection, [table for table in tables if table.view_text is not None])
        connection.execute(f"SET search_path = {literal(','.join(databases))}")
    except BaseException:
        connection.close()
        raise
    return Lake(connection=connection, objects=objects)


def _define_table(connection: duckdb.DuckDBPyConnection, table: CataloguedTable, *, keep: bool) -> int:
    """Create the table; returns how many objects it has."""
    objects, scan = by_registration(connection, table) if table.registered is not None else by_path(connection, table)
    source, found = "(SELECT 1 WHERE false)", dict[str, str]()
    if objects:
        source = scan
        if keep:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE as_read AS SELECT * FROM {source}")
            source = "as_read"
        found = _types(connection, f"SELECT * FROM {source}")
    columns = ", ".join(_column(table, column, found) for column in (*table.columns, *table.partitions))
    kind = "TABLE" if keep or not objects else "VIEW"
    connection.execute(f"CREATE {kind} {quoted(table.database, table.name)} AS SELECT {columns} FROM {source}")
    connection.execute("DROP TABLE IF EXISTS as_read")
    return objects


def _column(table: CataloguedTable, column: CataloguedColumn, found: Mapping[str, str]) -> str:
    try:
        expected = duckdb_type(column.type)
    except ValueError as error:
        raise ValueError(f"{table.place}, column {column.name}: {error}") from error
    type_ = found.get(column.name)
    if type_ is not None and not fits(type_, expected):
        raise ValueError(
            f"{table.place}, column {column.name}: the files below {table.location} hold {type_}, the catalog says "
            f"{column.type}; write the files as the contract says, or remove those of another version"
        )
    value = quoted(column.name) if type_ is not None else "NULL"
    return f"CAST({value} AS {expected}) AS {quoted(column.name)}"


def _define_views(connection: duckdb.DuckDBPyConnection, views: Sequence[CataloguedTable]) -> None:
    """Create the views, those first that others read."""
    by_name = {(view.database, view.name): view for view in views}
    queries = {key: _query(view) for key, view in by_name.items()}
    order = TopologicalSorter({key: query.reads & queries.keys() for key, query in queries.items()})
    for key in order.static_order():
        _define_view(connection, by_name[key], queries[key])


def _query(view: CataloguedTable) -> DuckDbQuery:
    try:
        sql, schema = decode_view(view.view_text or "")
        return duckdb_query(sql, schema=schema)
    except ValueError as error:
        raise ValueError(f"{view.place}: {error}") from error


def _define_view(connection: duckdb.DuckDBPyConnection, view: CataloguedTable, query: DuckDbQuery) -> None:
    try:
        connection.execute(f"CREATE VIEW {quoted(view.database, view.name)} AS {query.sql}")
    except duckdb.CatalogException as error:
        raise ValueError(f"{view.place}: {error}") from error
    stated = {column.name: duckdb_type(column.type) for column in view.columns}
    found = _types(connection, f"SELECT * FROM {quoted(view.database, view.name)}")
    if list(found.items()) != list(stated.items()):
        raise ValueError(f"{view.place}: its query gives {found}, the catalog says {stated}; Athena calls that stale")


def _types(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    return {name: str(type_) for name, type_, *_ in connection.execute(f"DESCRIBE {query}").fetchall()}
