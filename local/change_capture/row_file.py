"""Rows of one table as a Parquet file of DMS's: the operation, the source's columns, and what the mappings add."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from arro3.core import Array, DataType, Field, RecordBatch, Schema
from arro3.io import write_parquet

from config.table_mappings import OPERATION
from local.change_capture.capture_task import CaptureTask
from local.change_capture.dms_types import arrow_array, arrow_type
from local.change_capture.table_shape import Column, Table


@dataclass(frozen=True, kw_only=True)
class Row:
    """``number`` None: of the full load, which has no changes. ``before`` is the whole row as it was."""

    operation: str
    values: dict[str, Any]
    commit_time: str
    number: str | None = None
    before: dict[str, Any] | None = None


def parquet(task: CaptureTask, table: Table, rows: Sequence[Row]) -> bytes:
    """The file. A column that was added later is null in rows from before."""
    fields, arrays = [], []

    def add(name: str, type_: DataType, array: Array) -> None:
        fields.append(Field(name, type_, nullable=True))
        arrays.append(array)

    def add_text(name: str, values: list[str | None]) -> None:
        add(name, DataType.utf8(), Array(values, DataType.utf8()))

    def add_column(name: str, column: Column, values: list[Any]) -> None:
        add(name, arrow_type(column), arrow_array(column, values))

    add_text(OPERATION, [row.operation for row in rows])
    for column in task.rules.columns(table):
        add_column(column.name, column, [row.values.get(column.name) for row in rows])
    for name, key in task.rules.old_keys(table).items():
        add_column(name, table.column(key), [row.before and row.before.get(key) for row in rows])
    if task.rules.change_number_column:
        add_text(task.rules.change_number_column, [row.number for row in rows])
    add_text(task.commit_column, [row.commit_time for row in rows])
    batch = RecordBatch.from_arrays(arrays, schema=Schema(fields))
    file = io.BytesIO()
    write_parquet(batch, file, compression="snappy")
    return file.getvalue()
