"""What a rule's condition is of a column of rows, and of a number that was measured; both as Glue Data Quality has it.

``between`` leaves its bounds out. Null breaks everything but ``!=`` and ``not in``, unless NULL is named. ``matches``
is of the whole value, and an empty value matches nothing. A condition on a date looks at the day of a timestamp.
"""

import operator
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812

from lib.dqdl_rule import Condition, Operand, Word

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def holds_of_value(column: Column, condition: Condition) -> Column:
    """Whether it holds, row by row; never null."""
    return F.coalesce(_holds(column, condition), F.lit(False))


def holds_of_number(value: Fraction | int, condition: Condition) -> bool:
    """Whether a number is as it should be."""
    bounds = [Fraction(operand) for operand in condition.operands if isinstance(operand, Decimal)]
    negated, name = condition.operator.startswith("not "), condition.operator.removeprefix("not ")
    if name == "in":
        return (value in bounds) != negated
    if name == "between":
        return (bounds[0] < value < bounds[1]) != negated
    return bool(COMPARE[name](value, bounds[0]))


def _holds(column: Column, condition: Condition) -> Column:
    name, operands = condition.operator, condition.operands
    if name in ("in", "="):
        return _any([_is(column, operand) for operand in operands])
    if name in ("not in", "!="):
        return ~_any([F.coalesce(_is(column, operand), F.lit(False)) for operand in operands])
    if name.endswith("matches"):
        matches = F.regexp_extract(column, f"^{operands[0]}$", 0) != ""
        return ~matches if name == "not matches" else matches
    value, bounds = _comparable(column, operands), [F.lit(operand) for operand in operands]
    if name.endswith("between"):
        inside = (value > bounds[0]) & (value < bounds[1])
        return ~inside if name == "not between" else inside
    compared: Column = COMPARE[name](value, bounds[0])
    return compared


def _is(column: Column, operand: Operand) -> Column:
    if not isinstance(operand, Word):
        return _comparable(column, [operand]) == F.lit(operand)
    if operand.keyword == "NULL":
        return column.isNull()
    if operand.keyword == "EMPTY":
        return column == ""
    return (F.trim(column) == "") & (column != "")


def _any(conditions: Sequence[Column]) -> Column:
    return reduce(operator.or_, conditions)


def _comparable(column: Column, operands: Sequence[Operand]) -> Column:
    return F.to_date(column) if isinstance(operands[0], date) else column
