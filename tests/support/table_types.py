"""Columns of a table wherever it is described, in one form: pairs of a name and Hive's type."""

import io
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from contracts import Column
from tests.support.synthesis import Block

Typed = list[tuple[str, str]]
ARROW: dict[Any, str] = {
    pa.string(): "string",
    pa.large_string(): "string",
    pa.bool_(): "boolean",
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.date32(): "date",
}


def of_contract(columns: Iterable[Column]) -> Typed:
    return [(column.name, column.type) for column in columns]


def of_catalogue(table: Block) -> Typed:
    """Of a synthesized Glue table or view, those of its path last."""
    columns = table["storage_descriptor"]["columns"] + table.get("partition_keys", [])
    return [(column["name"], column["type"]) for column in columns]


def of_parquet(body: bytes) -> Typed:
    return [(field.name, _hive_type(field.type)) for field in pq.read_schema(io.BytesIO(body))]


def _hive_type(found: Any) -> str:
    if pa.types.is_decimal(found):
        return f"decimal({found.precision},{found.scale})"
    if pa.types.is_timestamp(found):
        return "timestamp"
    return ARROW[found]
