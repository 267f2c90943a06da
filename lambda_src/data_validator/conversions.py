"""One value of a file into what its column stores, or a `Rejection`: compiled once per column from the contract."""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from data_validator.file_contract import TakenColumn
from data_validator.registry import FileFormat
from data_validator.times import TIMES, time_limits, time_reader, year_reader
from shared.money import Money
from shared.rejection import Reason, Rejection
from shared.runtime_contract import Column
from shared.text_masking import SURE, TextMask
from shared.tokens import Tokens

Conversion = Callable[[Any], Any]

# ASCII digits only: int() and float() also take the digits of every other script, and blanks and underscores.
WHOLE = re.compile(r"-?[0-9]{1,19}")
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
LIMITS = {"int": (-(2**31), 2**31 - 1), "bigint": (-(2**63), 2**63 - 1)}
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def conversion(taken: TakenColumn, form: FileFormat, tokens: Tokens) -> Conversion:
    """The function from a value as read to the value as stored; None for what means null.

    Stored are texts, tokens, whole numbers, floats, bools, units of an amount, and days or microseconds since 1970.
    """
    nulls = form.null_values | taken.null_values
    read = _reader(taken, form, tokens)
    required, name, dropped = taken.column.required, taken.name, str.maketrans("", "", taken.drop_characters)

    def convert(value: Any) -> Any:
        if type(value) is str:
            bare = value.strip()
            if bare in nulls:
                value = None
            elif dropped:
                value = bare.translate(dropped)
        stored = None if value is None else _placed(read, value, name)
        if stored is None and required:
            raise Rejection(Reason.MISSING_FIELD, f"{name} is required")
        return stored

    return convert


def _placed(read: Conversion, value: Any, name: str) -> Any:
    try:
        return read(value)
    except Rejection as rejection:
        raise Rejection(rejection.reason, f"{name}: {rejection.detail}") from rejection


def _reader(taken: TakenColumn, form: FileFormat, tokens: Tokens) -> Conversion:
    column, rules, from_text = taken.column, taken.column.rules, form.kind == "csv"
    if taken.date_part:
        return _bounded(year_reader(taken.date_part, form), (rules.get("minimum"), rules.get("maximum")))
    if column.type in TIMES:
        return _bounded(time_reader(column.type, form), time_limits(column.type, rules))
    if column.type.startswith("decimal"):
        return _amount(column)
    readers: dict[str, Callable[[], Conversion]] = {
        "string": lambda: _text(taken, tokens),
        "boolean": lambda: _boolean(form),
        "int": lambda: _whole(column.type, rules, from_text=from_text),
        "bigint": lambda: _whole(column.type, rules, from_text=from_text),
        "double": lambda: _number(rules, from_text=from_text),
    }
    if column.type not in readers:
        raise ValueError(f"column {column.name}: this code fills no {column.type}; a table of files holds scalars")
    return readers[column.type]()


def _amount(column: Column) -> Conversion:
    rules = column.rules
    units = Money(*column.digits).units
    limits = [None if (limit := rules.get(name)) is None else units(str(limit)) for name in ("minimum", "maximum")]
    return _bounded(lambda value: units(value.strip() if isinstance(value, str) else value), (limits[0], limits[1]))


def _text(taken: TakenColumn, tokens: Tokens) -> Conversion:
    rules = taken.column.rules
    pattern = re.compile(rules["pattern"]) if "pattern" in rules else None
    allowed = frozenset(rules["enum"]) if "enum" in rules else None
    shortest, longest = rules.get("minLength", 0), rules.get("maxLength", math.inf)
    token = tokens.of(taken.token) if taken.token else None
    # Where the form of the values is laid down there is no room for an address.
    mask = None if token or pattern or allowed else TextMask(SURE, tokens)

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            raise Rejection(Reason.WRONG_TYPE, "expected text")
        if found := UNSTORABLE.search(value):
            reason = Reason.NUL_BYTE if found[0] == "\0" else Reason.BAD_UNICODE
            raise Rejection(reason, "expected text without NULs and half characters")
        if allowed is not None and value not in allowed:
            raise Rejection(Reason.BAD_FORMAT, f"expected one of {', '.join(sorted(allowed))}")
        if pattern and not pattern.fullmatch(value):
            raise Rejection(Reason.BAD_FORMAT, f"expected {pattern.pattern}")
        if not shortest <= len(value) <= longest:
            raise Rejection(Reason.BAD_FORMAT, f"expected {shortest} to {longest} characters")
        return token(value) if token else mask(value) if mask else value

    return read


def _boolean(form: FileFormat) -> Conversion:
    meanings = dict.fromkeys(form.true_values, True) | dict.fromkeys(form.false_values, False)
    texts = ", ".join(sorted(meanings))

    def read(value: Any) -> bool:
        if isinstance(value, bool):
            return value
        meaning = meanings.get(value.strip()) if isinstance(value, str) else None
        if meaning is None:
            raise Rejection(Reason.WRONG_TYPE, f"expected one of {texts}")
        return meaning

    return read


def _whole(type_: str, rules: Mapping[str, Any], *, from_text: bool) -> Conversion:
    lowest, highest = LIMITS[type_]
    limits = max(rules.get("minimum", lowest), lowest), min(rules.get("maximum", highest), highest)

    def read(value: Any) -> int:
        if from_text and WHOLE.fullmatch(bare := value.strip()):
            return int(bare)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise Rejection(Reason.WRONG_TYPE, "expected a whole number")

    return _bounded(read, limits)


def _number(rules: Mapping[str, Any], *, from_text: bool) -> Conversion:
    def read(value: Any) -> float:
        if from_text and NUMBER.fullmatch(bare := value.strip()):
            number = float(bare)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            number = float(value)
        else:
            raise Rejection(Reason.WRONG_TYPE, "expected a number such as 0.25 or 2.5e-05")
        if not math.isfinite(number):
            raise Rejection(Reason.NOT_FINITE, "expected a number that a double can hold")
        return number

    return _bounded(read, (rules.get("minimum"), rules.get("maximum")))


def _bounded(read: Conversion, limits: tuple[Any, Any]) -> Conversion:
    lowest, highest = limits
    if lowest is None and highest is None:
        return read

    def bounded(value: Any) -> Any:
        found = read(value)
        if (lowest is not None and found < lowest) or (highest is not None and found > highest):
            raise Rejection(Reason.OUT_OF_RANGE, "outside the contract's minimum and maximum")
        return found

    return bounded
