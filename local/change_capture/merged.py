"""Bronze's rows put together to the source's tables again, in DuckDB: what the lake's merge has to come to."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from config.table_mappings import CHANGE_SEQ
from contracts.captured_tables import CHANGES, captured_contracts
from contracts.contract import Contract
from local.change_capture.capture_task import CaptureTask
from local.change_capture.full_load import Snapshot
from local.change_capture.row_file import Row, parquet
from local.change_capture.table_shape import Table
from local.lake.column_types import duckdb_type
from local.lake.object_reader import literal, quoted
from local.report.captured import Difference


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


def compare_published(lake: duckdb.DuckDBPyConnection, sources: Mapping[str, str]) -> list[Difference]:
    """Each published table with ``sources``: by ``schema.table`` the SQL of the rows that it was to come to.

    Columns of tokens are left out, and tables that are not in the lake.
    """
    there = {name for (name,) in lake.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    contracts = [contract for name, contract in captured_contracts().items() if not name.endswith(CHANGES)]
    return [
        _from_published(lake, contract, sources[str(contract.captured_from)])
        for contract in contracts
        if contract.name in there and contract.captured_from in sources
    ]


def _from_published(lake: duckdb.DuckDBPyConnection, contract: Contract, source: str) -> Difference:
    plain = [column for column in contract.data_columns if column.name != CHANGE_SEQ and not column.option("tokenOf")]
    as_published = ", ".join(
        f"CAST({quoted(column.source)} AS {duckdb_type(column.type)}) AS {quoted(column.name)}" for column in plain
    )
    there = f"SELECT {as_published} FROM ({source})"  # noqa: S608
    here = f"SELECT {_listed([column.name for column in plain])} FROM {quoted(contract.name)}"  # noqa: S608
    missing, more = _both_ways(lake, there, here)
    rows = _count(lake, there)
    return Difference(table=str(contract.captured_from), rows=rows, only_source=missing, only_merged=more)


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
        missing, more = _both_ways(lake, there, here)
    return Difference(table=f"{table.schema}.{table.name}", rows=len(rows), only_source=missing, only_merged=more)


def _both_ways(lake: duckdb.DuckDBPyConnection, there: str, here: str) -> tuple[int, int]:
    """How many rows only the one has, and how many only the other."""
    return _count(lake, f"({there}) EXCEPT ALL ({here})"), _count(lake, f"({here}) EXCEPT ALL ({there})")


def _count(lake: duckdb.DuckDBPyConnection, query: str) -> int:
    found: Any = lake.execute(f"SELECT count(*) FROM ({query})").fetchone()  # noqa: S608
    return int(found[0])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in names)
