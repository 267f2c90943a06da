"""Firehose's record format conversion: JSON documents in, Parquet by the columns of a Glue table out.

Of the types only those that the catalogue's tables here have; a table with another is a ValueError.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from arro3.core import Array, DataType, Field, RecordBatch, Schema, Table
from arro3.io import write_parquet

from local.firehose.transformation import Transformed
from local.firehose.undelivered import Undelivered

MICROSECONDS = 1_000_000


class Conversion:
    """``columns`` are types by name, as Glue has them. Members that are no column are dropped, others become null."""

    def __init__(self, columns: Mapping[str, str], *, compression: str) -> None:
        if unknown := {type_ for type_ in columns.values() if type_ not in TYPES}:
            raise ValueError(f"columns of {', '.join(sorted(unknown))} are not written here; there are: {list(TYPES)}")
        self._columns = dict(columns)
        self._compression = {"SNAPPY": "snappy", "GZIP": "gzip(6)"}.get(compression, "uncompressed")

    def converted(self, documents: Sequence[Transformed]) -> tuple[bytes | None, list[Undelivered]]:
        """A file, None without rows, and the documents that are none of this table."""
        rows: list[dict[str, Any]] = []
        bad: list[Undelivered] = []
        for record, document in documents:
            try:
                rows.append(self._row(document))
            except (ValueError, TypeError, AttributeError, OverflowError) as error:
                bad.append(
                    Undelivered(
                        record=record,
                        step="format-conversion-failed",
                        raw=document,
                        code="DataFormatConversion.MalformedData",
                        message=str(error),
                    )
                )
        return self._parquet(rows) if rows else None, bad

    def _row(self, document: bytes) -> dict[str, Any]:
        members = {name.lower(): value for name, value in json.loads(document).items()}
        return {name: _value(type_, members.get(name)) for name, type_ in self._columns.items()}

    def _parquet(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        fields = [Field(name, TYPES[type_][1], nullable=True) for name, type_ in self._columns.items()]
        arrays = [
            Array([row[name] for row in rows], TYPES[type_][2]).cast(TYPES[type_][1])
            for name, type_ in self._columns.items()
        ]
        file = io.BytesIO()
        batch = RecordBatch.from_arrays(arrays, schema=Schema(fields))
        write_parquet(Table.from_batches([batch]), file, compression=self._compression, skip_arrow_metadata=True)
        return file.getvalue()


def _value(type_: str, value: Any) -> Any:
    return None if value is None else TYPES[type_][0](value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _moment(value: Any) -> int:
    """Microseconds since 1970: of a text in UTC, or of seconds."""
    if isinstance(value, int | float):
        return round(value * MICROSECONDS)
    found = datetime.fromisoformat(value)
    return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * MICROSECONDS)


# What reads a value, what the file holds, and what it is put there as.
TYPES: dict[str, tuple[Callable[[Any], Any], DataType, DataType]] = {
    "string": (_text, DataType.utf8(), DataType.utf8()),
    "int": (int, DataType.int32(), DataType.int32()),
    "bigint": (int, DataType.int64(), DataType.int64()),
    "double": (float, DataType.float64(), DataType.float64()),
    "boolean": (bool, DataType.bool(), DataType.bool()),
    "timestamp": (_moment, DataType.timestamp("us"), DataType.int64()),
}
