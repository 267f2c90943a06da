"""A rule of DQDL, and which rules are evaluated here: what is not in `ARITY` is refused."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# By rule type: how many names it takes at least and at most, and whether it is held against something.
ARITY: dict[str, tuple[int, int, bool]] = {
    "ColumnCount": (0, 0, True),
    "ColumnLength": (1, 1, True),
    "ColumnValues": (1, 1, True),
    "Completeness": (1, 1, True),
    "CustomSql": (1, 1, True),
    "IsComplete": (1, 1, False),
    "IsPrimaryKey": (1, 20, False),
    "IsUnique": (1, 1, False),
    "RowCount": (0, 0, True),
    "Sum": (1, 1, True),
    "Uniqueness": (1, 20, True),
}
WITH_THRESHOLD = frozenset({"ColumnValues"})
WITHOUT_WHERE = frozenset({"ColumnCount", "CustomSql"})
COUNT = "select count(*) from primary where"
COUNTED = re.compile(r"select count\(\*\) from primary where (.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Word:
    """A value that is none: NULL, EMPTY or WHITESPACES_ONLY."""

    keyword: str


Operand = Decimal | date | str | Word


@dataclass(frozen=True, kw_only=True)
class Condition:
    """``operator`` is a comparison, ``in``, ``between`` or ``matches``; with ``not `` in front, or without."""

    operator: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule; ``names`` are columns, of CustomSql its statement. ``text`` is as it was written."""

    text: str
    type: str
    names: tuple[str, ...]
    condition: Condition | None = None
    threshold: Condition | None = None
    where: str | None = None

    def __post_init__(self) -> None:
        if self.type not in ARITY:
            raise ValueError(f"rule {self.text}: {self.type} is not evaluated; there are: {', '.join(ARITY)}")
        fewest, most, compared = ARITY[self.type]
        if not fewest <= len(self.names) <= most or compared != (self.condition is not None):
            held = "a condition" if compared else "no condition"
            raise ValueError(f"rule {self.text}: {self.type} takes {fewest} to {most} names and {held}")
        if self.threshold and self.type not in WITH_THRESHOLD:
            raise ValueError(f"rule {self.text}: {self.type} takes no threshold")
        if self.where and self.type in WITHOUT_WHERE:
            raise ValueError(f"rule {self.text}: {self.type} takes no where")
        of_numbers = [self.threshold, None if self.type == "ColumnValues" else self.condition]
        if not all(isinstance(operand, Decimal) for found in of_numbers if found for operand in found.operands):
            raise ValueError(f"rule {self.text}: {self.type} is held against numbers")
        if self.type == "CustomSql" and not COUNTED.fullmatch(self.names[0]):
            raise ValueError(f"rule {self.text}: its statement must be {COUNT} and a condition")

    @property
    def counted(self) -> str:
        """Of CustomSql: what is true of the rows that its statement counts."""
        match = COUNTED.fullmatch(self.names[0])
        return match[1] if match else ""
