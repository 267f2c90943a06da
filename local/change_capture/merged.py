"""Bronze's rows put together to the source's tables again, in DuckDB: what the lake's merge has to come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from local.change_capture.capture_task import CaptureTask
from local.change_capture.full_load import Snapshot
from local.change_capture.row_file import Row, parquet
from local.change_capture.table_shape import Table
from local.lake.object_reader import literal, quoted


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Rows that only one side has; ``rows`` is how many the source has."""

    table: str
    rows: int
    only_source: int
    only_merged: int

    @property
    def equal(self) -> bool:
        return not self.only_source and not self.only_merged


def captured(task: CaptureTask, table: Table) -> str:
    """SQL of all rows of a table in bronze, file by file."""
    place = f"s3://{task.bucket}/{task.folder}/{table.schema}/{table.name}/**/*.parquet"
    return f"read_parquet({literal(place)}, union_by_name = true, filename = true, file_row_number = true)"


def merged(task: CaptureTask, table: Table, *, order: str) -> str:
    """SQL of the table as it is after the last change, by the order of one column.

    A full load's rows have no number and come before all changes. A changed key is the end of the row under its old
    key. Changes that came twice are one.
    """
    columns = [column.name for column in task.rules.columns(table)]
    old = {key: name for name, key in task.rules.old_keys(table).items()}
    moved = " OR ".join(f"{quoted(old[key])} IS DISTINCT FROM {quoted(key)}" for key in table.key)
    then = ", ".join(f"{quoted(old[name])} AS {quoted(name)}" if name in old else quoted(name) for name in columns)
    listed, key = _listed(columns), _listed(table.key)
    number = f"coalesce({quoted(order)}, '') AS _place"
    return f"""
        WITH bronze AS (SELECT * FROM {captured(task, table)}),
        states AS (
            SELECT {listed}, Op = 'D' AS _gone, {number} FROM bronze
            UNION ALL SELECT {then}, true, {number} FROM bronze WHERE Op = 'U' AND ({moved})),
        latest AS (
            SELECT * FROM states QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _place DESC) = 1)
        SELECT {listed} FROM latest WHERE NOT _gone"""  # noqa: S608  names of the source's tables, quoted


def compare(
    lake: duckdb.DuckDBPyConnection, task: CaptureTask, source: Snapshot, tables: Sequence[Table], *, order: str
) -> list[Difference]:
    """Each table of the source with what bronze makes of it."""
    return [_difference(lake, task, source, table, order) for table in tables]


def _difference(
    lake: duckdb.DuckDBPyConnection, task: CaptureTask, source: Snapshot, table: Table, order: str
) -> Difference:
    rows = [row for some in source.rows(table) for row in some]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "source.parquet"
        file.write_bytes(parquet(task, table, [Row(operation="I", values=row, commit_time="") for row in rows]))
        listed = _listed([column.name for column in task.rules.columns(table)])
        there = f"SELECT {listed} FROM read_parquet({literal(str(file))})"  # noqa: S608
        here = merged(task, table, order=order)
        missing, more = (_count(lake, f"({a}) EXCEPT ALL ({b})") for a, b in ((there, here), (here, there)))
    return Difference(table=f"{table.schema}.{table.name}", rows=len(rows), only_source=missing, only_merged=more)


def _count(lake: duckdb.DuckDBPyConnection, query: str) -> int:
    found: Any = lake.execute(f"SELECT count(*) FROM ({query})").fetchone()  # noqa: S608
    return int(found[0])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in names)
