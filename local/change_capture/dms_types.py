"""MySQL's types as DMS writes them to Parquet, and values of either way of reading as Arrow takes them.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.MySQL.html#CHAP_Source.MySQL.DataTypes
https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.S3.html#CHAP_Target.S3.DataTypes
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from arro3.core import Array, DataType

from local.change_capture.table_shape import Column

EPOCH_DAY = date(1970, 1, 1).toordinal()
SIGNED = {
    "tinyint": DataType.int8(),
    "smallint": DataType.int16(),
    "mediumint": DataType.int32(),
    "int": DataType.int32(),
    "bigint": DataType.int64(),
}
UNSIGNED = {
    "tinyint": DataType.uint8(),
    "smallint": DataType.uint16(),
    "mediumint": DataType.uint32(),
    "int": DataType.uint32(),
    "bigint": DataType.uint64(),
}
OCTETS = frozenset(
    {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "geometry", "point", "linestring", "polygon"}
)
MOMENTS = frozenset({"datetime", "timestamp"})


def arrow_type(column: Column) -> DataType:
    """What DMS makes of it; everything it has no type for is text."""
    kind = column.kind
    if kind in SIGNED:
        return (UNSIGNED if column.unsigned else SIGNED)[kind]
    if kind == "decimal":
        return DataType.decimal128(column.precision, column.scale)
    if kind == "bit":
        return DataType.bool() if column.precision == 1 else DataType.binary()
    if kind in OCTETS:
        return DataType.binary()
    return _OTHERS.get(kind, DataType.timestamp("us") if kind in MOMENTS else DataType.utf8())


def arrow_array(column: Column, values: Sequence[Any]) -> Array:
    """Values as the client or the log of changes gave them."""
    type_, convert = arrow_type(column), _converter(column)
    plain = [None if value is None else convert(value) for value in values]
    if column.kind == "decimal":
        return Array(plain, DataType.utf8()).cast(type_)
    if column.kind == "date":
        return Array(plain, DataType.int32()).cast(type_)
    if column.kind in MOMENTS:
        return Array(plain, DataType.int64()).cast(type_)
    return Array(plain, type_)


def _converter(column: Column) -> Callable[[Any], Any]:
    kind = column.kind
    if kind in SIGNED or kind == "year":
        return int
    if kind == "bit":
        return _bit if column.precision == 1 else lambda value: _bits(value, column.precision)
    if kind == "set":
        return lambda value: _in_order(column.choices, value)
    if kind in OCTETS:
        return _octets
    if kind in MOMENTS:
        return _micros
    return _CONVERTERS.get(kind, _text)


def _octets(value: Any) -> bytes:
    """The log's reader decodes octets by a codec that Python does not know; no octets Python takes for text unasked."""
    return value.encode() if isinstance(value, str) else bytes(value)


def _bits(value: Any, width: int) -> bytes:
    """The client hands out octets, the log a text of noughts and ones."""
    return value if isinstance(value, bytes) else int(value, 2).to_bytes((width + 7) // 8)


def _bit(value: Any) -> bool:
    return _bits(value, 1) != b"\0"


def _micros(value: Any) -> int | None:
    if not isinstance(value, datetime):  # a date that is none, as 0000-00-00: DMS writes null
        return None
    since = value.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)


def _days(value: Any) -> int | None:
    return value.toordinal() - EPOCH_DAY if isinstance(value, date) else None


def _in_order(choices: Sequence[str], value: Any) -> str:
    chosen = set(value.split(",")) if isinstance(value, str) else value
    return ",".join(choice for choice in choices if choice in chosen)


def _clock(value: Any) -> str:
    """``-838:59:59``, with the fraction where there is one."""
    micros = abs(value) // timedelta(microseconds=1)
    seconds, fraction = divmod(micros, 10**6)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return ("-" if value < timedelta(0) else "") + text + (f".{fraction:06d}" if fraction else "")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


_OTHERS = {
    "float": DataType.float32(),
    "double": DataType.float64(),
    "date": DataType.date32(),
    "year": DataType.int16(),
}
_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "float": float,
    "double": float,
    "date": _days,
    "time": _clock,
    "decimal": lambda value: format(Decimal(value), "f"),
}
