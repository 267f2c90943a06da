"""What a contract says of one column's values, as rules in DQDL."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from contracts.contract import Column

# A rule of these is inside quotes of two kinds, and Terraform looks for its own signs in it as well.
NOT_IN_RULES = ('"', "'", "\\", "${", "%{")
NESTED = ("struct", "array")


def column_rules(column: Column, place: str) -> Iterator[str]:
    """The rules on a column's values; whether it may be null is said elsewhere."""
    if column.type in NESTED:
        return
    rules: list[tuple[str, str]] = []
    if allowed := column.option("enum"):
        yield allowed_values(column, allowed, place)
    # Of a token, length and pattern are those of the value it stands for.
    if column.option("tokenOf"):
        return
    if pattern := column.option("pattern"):
        rules.append(_pattern(column.name, str(pattern), place))
    rules += _bounds(column, place)
    for native, broken in rules:
        yield native if column.required else f"CustomSql {counted(broken)} = 0"


def allowed_values(column: Column, values: Sequence[Any] | None, place: str) -> str:
    """That a text is one of ``values``, or null where the column may be."""
    if not values or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{place}: allowed are {values}, no texts; say minimum and maximum of a number")
    shown = [quoted(_plain(value, place)) for value in values] + ["NULL"] * (not column.required)
    return f"ColumnValues {quoted(column.name)} in [{', '.join(shown)}]"


def counted(condition: str) -> str:
    """The SQL, in quotes, that counts the rows of which ``condition`` is true."""
    return quoted(f"select count(*) from primary where {condition}")  # noqa: S608  conditions of our own contracts


def any_of(values: Sequence[Any], place: str) -> str:
    """``('a', 'b')`` in SQL."""
    return f"({', '.join(_sql(value, place) for value in values)})"


def quoted(text: str) -> str:
    """As DQDL has a name or a text."""
    return f'"{text}"'


def _pattern(name: str, pattern: str, place: str) -> tuple[str, str]:
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise ValueError(f"{place}: pattern {pattern!r} must begin with ^ and end with $; Glue looks at whole values")
    text = _plain(pattern, place)
    return f"ColumnValues {quoted(name)} matches {quoted(text)}", f"{name} not rlike '{text}'"


def _bounds(column: Column, place: str) -> Iterator[tuple[str, str]]:
    """Each as DQDL says it of a column that is never null, and what SQL says of values outside."""
    name = column.name
    for option, holds, broken in (("minimum", ">=", "<"), ("maximum", "<=", ">")):
        bound = column.option(option)
        if bound is not None:
            native, sql = _number_or_date(bound, column, place)
            yield f"ColumnValues {quoted(name)} {holds} {native}", f"{name} {broken} {sql}"
    for option, holds, broken in (("minLength", ">=", "<"), ("maxLength", "<=", ">")):
        length = column.option(option)
        if length is not None:
            yield f"ColumnLength {quoted(name)} {holds} {length}", f"length({name}) {broken} {length}"


def _number_or_date(value: Any, column: Column, place: str) -> tuple[str, str]:
    if column.type in ("date", "timestamp"):
        if len(str(value)) != len("2000-01-01"):
            raise ValueError(f"{place}: bound {value!r} is no day; write it as 2000-01-01")
        return quoted(str(value)), f"date '{value}'"
    number = f"{Decimal(str(value)):f}"
    return number, number


def _sql(value: Any, place: str) -> str:
    return f"'{_plain(value, place)}'" if isinstance(value, str) else str(value)


def _plain(text: str, place: str) -> str:
    if found := [sign for sign in NOT_IN_RULES if sign in text]:
        raise ValueError(
            f"{place}: {text!r} has {' '.join(found)}, which no rule can hold; write [0-9] for \\d, [.] for \\."
        )
    return text
