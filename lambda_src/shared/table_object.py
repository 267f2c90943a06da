"""One object of a table: rows by column in, a key and Parquet bytes out. The same records give the same key and bytes.

Timestamps are written in UTC without zone, to the millisecond, counted in microseconds: Athena's `timestamp` has no
zone, and Trino, its engine, writes Parquet so itself (https://github.com/trinodb/trino/pull/9465). Amounts come as
units of their last decimal.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from arro3.compute import mul
from arro3.core import Array, DataType, Field, RecordBatch, Schema, Table
from arro3.io import write_parquet

from shared.runtime_contract import Column, Contract

# Level 3 costs two to four times as much time for a few per cent of size.
COMPRESSION = "zstd(1)"


@dataclass(frozen=True, kw_only=True)
class LakeObject:
    """An object of a table, to be written: ``zone`` is ``silver`` or ``quarantine``."""

    zone: str
    table: str
    key: str
    body: bytes
    records: int
    rows: int


def object_key(table: str, hour: int, shard_id: str, sequence_numbers: Sequence[str]) -> str:
    """``<table>/year=.../hour=.../<shard>-<first>-<last>-<n>-<hash>.parquet``; ``hour`` counts from 1970.

    The name says which records are inside, so a retry of the same records overwrites, and nothing else ever does.
    """
    moment = datetime.fromtimestamp(hour * 3600, UTC)
    partition = f"year={moment:%Y}/month={moment:%m}/day={moment:%d}/hour={moment:%H}"
    digest = sha256("\n".join(sequence_numbers).encode()).hexdigest()[:16]
    first, last = sequence_numbers[0], sequence_numbers[-1]
    return f"{table}/{partition}/{shard_id}-{first}-{last}-{len(sequence_numbers)}-{digest}.parquet"


class TableFormat:
    """Writes the rows of one contract, which must have exactly ``columns``, in any order.

    ``distinct`` names those whose values hardly ever repeat.
    """

    def __init__(self, contract: Contract, *, columns: Sequence[str], distinct: Sequence[str]) -> None:
        self._contract = contract
        self._columns = contract.data_columns
        if differing := {column.name for column in self._columns}.symmetric_difference(columns):
            raise ValueError(f"contract {contract.name}: this code and the contract differ in {sorted(differing)}")
        self._schema = Schema([_field(column) for column in self._columns])
        # A dictionary of values that do not repeat is built, looked through and then thrown away.
        self._options: dict[str, Any] = {
            "compression": COMPRESSION,
            "column_dictionary_enabled": dict.fromkeys(distinct, False),
            "skip_arrow_metadata": True,
        }

    def array(self, name: str, values: Sequence[Any]) -> Array:
        """Values of the column ``name`` as Arrow; None is null.

        Given as texts, integers, floats, days or microseconds since 1970, or units of an amount.
        """
        return _array(self._contract.column(name), values)

    def parquet(self, arrays: Mapping[str, Array]) -> bytes:
        """The file, in the contract's order of columns; an error of Arrow if a required column holds null."""
        return self.parquet_of([self.batch(arrays)])

    def batch(self, arrays: Mapping[str, Array]) -> RecordBatch:
        """Rows in the contract's order of columns; an error of Arrow if a required column holds null."""
        return RecordBatch.from_arrays([arrays[column.name] for column in self._columns], schema=self._schema)

    def parquet_of(self, batches: Sequence[RecordBatch]) -> bytes:
        """One file of several batches, in their order."""
        file = io.BytesIO()
        write_parquet(Table.from_batches(batches), file, **self._options)
        return file.getvalue()


def _field(column: Column) -> Field:
    return Field(column.name, _arrow_type(column), nullable=not column.required)


def _arrow_type(column: Column) -> DataType:
    if column.type.startswith("decimal"):
        return DataType.decimal128(*column.digits)
    return _ARROW_TYPES[column.type]


def _array(column: Column, values: Sequence[Any]) -> Array:
    type_ = _arrow_type(column)
    if column.type == "timestamp":
        # Athena shows milliseconds. What it rounded up could show another hour than the row's partition.
        return Array([value and value - value % 1_000 for value in values], DataType.int64()).cast(type_)
    if column.type == "date":  # days since 1970
        return Array(values, DataType.int32()).cast(type_)
    if column.type.startswith("decimal"):
        return _amounts(Array(values, DataType.int64()), type_, column.digits[1])
    return Array(values, type_)


def _amounts(units: Array, type_: DataType, scale: int) -> Array:
    """Units times 10^-scale, in decimal arithmetic. A cast from text would round, and turn the unreadable to null."""
    one_unit = Array([f"{10**-scale:.{scale}f}"], DataType.utf8()).cast(DataType.decimal128(scale + 1, scale))[0]
    return mul(units.cast(DataType.decimal128(19, 0)), one_unit).cast(type_)


_ARROW_TYPES = {
    "string": DataType.utf8(),
    "boolean": DataType.bool(),
    "int": DataType.int32(),
    "bigint": DataType.int64(),
    "double": DataType.float64(),
    "date": DataType.date32(),
    "timestamp": DataType.timestamp("us"),
}
