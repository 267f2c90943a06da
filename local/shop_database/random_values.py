"""A value that fits a column, by chance: another one than it had."""

import random
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from local.change_capture.table_shape import Column

INTEGER_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 48}
LETTERS = "abcdefghijklmnopqrstuvwxyzäéßłж東🔔 "
FIRST_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
NULL_SHARE = 0.1
LONGEST_TEXT = 24

Dice = random.Random


def value_for(column: Column, dice: Dice, *, not_this: Any = None) -> Any:
    """None now and then where the column allows it."""
    if column.nullable and not_this is not None and dice.random() < NULL_SHARE:
        return None
    for _ in range(20):
        value = _MAKERS.get(column.kind, _text)(column, dice)
        if value != not_this:
            return value
    return not_this


def _integer(column: Column, dice: Dice) -> int:
    bits = INTEGER_BITS[column.kind]
    return dice.randrange(1, 2**bits if column.unsigned else 2 ** (bits - 1))


def _decimal(column: Column, dice: Dice) -> Decimal:
    units = dice.randrange(10 ** min(column.precision, 15))
    return Decimal(units).scaleb(-column.scale)


def _text(column: Column, dice: Dice) -> str:
    length = dice.randint(1, max(1, min(column.length or LONGEST_TEXT, LONGEST_TEXT)))
    # Blanks at the end of a CHAR are none.
    return "".join(dice.choices(LETTERS, k=length)).strip() or "x"


def _octets(column: Column, dice: Dice) -> bytes:
    length = min(column.length or LONGEST_TEXT, LONGEST_TEXT)
    return dice.randbytes(length if column.kind == "binary" else dice.randint(1, length))


def _moment(column: Column, dice: Dice) -> datetime:
    digits = int(column.written.partition("(")[2].rstrip(")") or 0)
    micros = dice.randrange(5 * 365 * 86_400 * 10**6)
    return (FIRST_MOMENT + timedelta(microseconds=micros - micros % 10 ** (6 - digits))).replace(tzinfo=None)


def _point(_column: Column, dice: Dice) -> bytes:
    """MySQL's own form: the reference system, then well-known binary."""
    return struct.pack("<IBIdd", 0, 1, 1, dice.uniform(-180, 180), dice.uniform(-90, 90))


def _some_of_the_choices(column: Column, dice: Dice) -> str:
    return ",".join(choice for choice in column.choices if dice.random() < 0.5)


_MAKERS: dict[str, Callable[[Column, Dice], Any]] = {
    **dict.fromkeys(INTEGER_BITS, _integer),
    **dict.fromkeys(("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"), _octets),
    **dict.fromkeys(("datetime", "timestamp"), _moment),
    **dict.fromkeys(("geometry", "point"), _point),
    **dict.fromkeys(("float", "double"), lambda _column, dice: dice.randrange(10**6) / 64),
    "decimal": _decimal,
    "date": lambda column, dice: _moment(column, dice).date(),
    "time": lambda _column, dice: timedelta(seconds=dice.randrange(-3_000_000, 3_000_000)),
    "year": lambda _column, dice: dice.randint(1902, 2155),
    "bit": lambda column, dice: dice.getrandbits(column.precision or 1).to_bytes((column.precision + 7) // 8 or 1),
    "enum": lambda column, dice: dice.choice(column.choices),
    "set": _some_of_the_choices,
}
