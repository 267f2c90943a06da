"""Where a table's rows are: a table goes in, its number of objects and DuckDB's SQL to read them come out."""

# ruff: noqa: S608  every name and every string is quoted on its way into SQL

from collections.abc import Iterator, Sequence

import duckdb

from local.lake.catalogue import CataloguedTable
from local.lake.column_types import duckdb_type
from local.lake.object_reader import literal, quoted

Scan = tuple[int, str]


def by_path(connection: duckdb.DuckDBPyConnection, table: CataloguedTable) -> Scan:
    """Every object below the table's location; partitions stand in the path."""
    pattern = _below(table.location)
    types = ", ".join(f"{literal(column.name)}: {duckdb_type(column.type)}" for column in table.partitions)
    hive = f"hive_partitioning = true, hive_types = {{{types}}}" if table.partitions else "hive_partitioning = false"
    return len(_objects(connection, pattern)), f"read_parquet({literal(pattern)}, union_by_name = true, {hive})"


def by_registration(connection: duckdb.DuckDBPyConnection, table: CataloguedTable) -> Scan:
    """The objects of the registered partitions, with the values under which each is registered.

    An object below the table's location that no partition points at is of another version, and not there.
    """
    values = {partition.location: partition.values for partition in table.registered or ()}
    objects = [name for name in _listed(connection, table) if _folder(name) in values]
    if not objects:
        return 0, ""
    names = [quoted(column.name) for column in table.partitions]
    rows = [
        [literal(location), *(f"CAST({literal(value)} AS {duckdb_type(column.type)})" for value, column in each)]
        for location, found in values.items()
        for each in [list(zip(found, table.partitions, strict=True))]
    ]
    registered = ", ".join(f"({', '.join(row)})" for row in rows)
    files = ", ".join(map(literal, objects))
    return len(objects), (
        "(SELECT objects.* EXCLUDE (filename), registered.* EXCLUDE (location) "
        f"FROM read_parquet([{files}], union_by_name = true, hive_partitioning = false, filename = true) AS objects "
        f"INNER JOIN (VALUES {registered}) AS registered (location, {', '.join(names)}) "
        "ON regexp_replace(objects.filename, '[^/]*$', '') = registered.location)"
    )


def _listed(connection: duckdb.DuckDBPyConnection, table: CataloguedTable) -> Iterator[str]:
    """The objects below the table's location, in one listing, and those of partitions that lie elsewhere."""
    partitions = table.registered or ()
    if any(partition.location.startswith(table.location) for partition in partitions):
        yield from _objects(connection, _below(table.location))
    for partition in partitions:
        if not partition.location.startswith(table.location):
            yield from _objects(connection, f"{partition.location}*.parquet")


def _objects(connection: duckdb.DuckDBPyConnection, pattern: str) -> Sequence[str]:
    return [name for (name,) in connection.execute(f"SELECT file FROM glob({literal(pattern)})").fetchall()]


def _below(location: str) -> str:
    return f"{location.rstrip('/')}/**/*.parquet"


def _folder(name: str) -> str:
    return name.rpartition("/")[0] + "/"
