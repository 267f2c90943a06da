"""Whether rows may be published: a ruleset and a DataFrame go in, a verdict for each rule comes out.

The rows are read once for all that is counted row by row, and once more for each set of columns that must be unique,
of which only these columns are read. Of no rows every rule holds but RowCount, ColumnCount and Sum: Glue says of them
that no rule does, and a day whose orders were all withdrawn could never be published. The rules see what is about to
be published; that a key is unique across partitions, whoever computes them must know.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from lib.dqdl import parse_ruleset
from lib.dqdl_rule import Rule
from lib.rule_conditions import holds_of_number, holds_of_value
from lib.table_contract import TableContract

# What is unique: the columns, and of which rows.
Unique = tuple[tuple[str, ...], str | None]


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """One rule in DQDL, and why it failed; None: it did not."""

    rule: str
    passed: bool
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What all rules say of some rows."""

    results: tuple[RuleResult, ...]

    @property
    def passed(self) -> bool:
        """Whether no rule failed."""
        return all(result.passed for result in self.results)


@dataclass(frozen=True, kw_only=True)
class Occurrences:
    """Of the rows that have any of some columns: how many there are, and how many have them for themselves."""

    rows: int
    alone: int


def audit_of(contract: TableContract) -> Callable[[DataFrame], Verdict]:
    """What a table's publishing asks before it commits; ValueError here, if its rules cannot be evaluated."""
    rules = parse_ruleset(contract.ruleset) if contract.ruleset else ()
    return lambda rows: evaluate(rows, rules)


def evaluate(rows: DataFrame, rules: Sequence[Rule]) -> Verdict:
    """The verdict of each rule, in their order."""
    counts = _count(rows, rules)
    wanted = {_unique(rule) for rule in rules if rule.type in ("IsUnique", "IsPrimaryKey", "Uniqueness")}
    occurrences = {unique: _occurrences(rows, unique) for unique in sorted(wanted, key=repr)}
    return Verdict(results=tuple(_judge(rule, place, counts, occurrences) for place, rule in enumerate(rules)))


def _count(rows: DataFrame, rules: Sequence[Rule]) -> Mapping[str, Any]:
    """Of each rule what is measured, ``<place>`` and ``<place>_of``, in one pass over the rows."""
    measured: dict[str, Column] = {}
    for place, rule in enumerate(rules):
        among = F.expr(rule.where) if rule.where else F.lit(True)
        measured[f"{place}"] = _measure(rule, among, len(rows.columns))
        measured[f"{place}_of"] = _number_of(among)
    found = rows.select(*[column.alias(name) for name, column in measured.items()]).first() if rules else None
    return found.asDict() if found else {}


def _measure(rule: Rule, among: Column, columns: int) -> Column:
    """A count of rows that break the rule, or what its condition is of."""
    match rule.type:
        case "ColumnCount":
            return F.lit(columns)
        case "CustomSql":
            return _number_of(F.expr(rule.counted))
        case "Sum":
            return F.sum(F.when(among, F.col(rule.names[0])))
    return _number_of(among & ~_kept(rule))


def _kept(rule: Rule) -> Column:
    """Whether a row keeps the rule."""
    match rule.type:
        case "IsComplete" | "IsPrimaryKey" | "Completeness":
            return reduce(operator.and_, [F.col(name).isNotNull() for name in rule.names])
        case "ColumnValues" if rule.condition:
            return holds_of_value(F.col(rule.names[0]), rule.condition)
        case "ColumnLength" if rule.condition:
            # Glue takes null for a text without signs.
            return holds_of_value(F.coalesce(F.length(rule.names[0]), F.lit(0)), rule.condition)
    return F.lit(False)


def _judge(rule: Rule, place: int, counts: Mapping[str, Any], occurrences: Mapping[Unique, Occurrences]) -> RuleResult:
    measured, among = counts[f"{place}"], counts[f"{place}_of"]
    match rule.type:
        case "RowCount" | "ColumnCount" | "CustomSql" | "Sum":
            return _compared(rule, None if measured is None else Fraction(measured))
        case "Completeness":
            return _compared(rule, Fraction(among - measured, among) if among else None, nothing_passes=True)
        case "Uniqueness":
            found = occurrences[_unique(rule)]
            return _compared(rule, Fraction(found.alone, found.rows) if found.rows else None, nothing_passes=True)
        case "IsUnique" | "IsPrimaryKey":
            found = occurrences[_unique(rule)]
            repeated = found.rows - found.alone
            missing = measured if rule.type == "IsPrimaryKey" else 0
            return _broken(rule, max(repeated, missing), among)
    return _broken(rule, measured, among)


def _compared(rule: Rule, value: Fraction | None, *, nothing_passes: bool = False) -> RuleResult:
    held = value is not None and rule.condition is not None and holds_of_number(value, rule.condition)
    passed = held or (value is None and nothing_passes)
    return RuleResult(rule=rule.text, passed=passed, reason=None if passed else _reason(value))


def _broken(rule: Rule, broken: int, among: int) -> RuleResult:
    value = Fraction(among - broken, among) if among else Fraction(1)
    passed = holds_of_number(value, rule.threshold) if rule.threshold and among else broken == 0
    reason = None if passed else f"{_reason(value)} {broken:,} of {among:,} rows break it."
    return RuleResult(rule=rule.text, passed=passed, reason=reason)


def _reason(value: Fraction | None) -> str:
    """As Glue puts it."""
    return f"Value: {'NULL' if value is None else float(value)} does not meet the constraint requirement!"


def _occurrences(rows: DataFrame, unique: Unique) -> Occurrences:
    names, where = unique
    named = rows.where(where) if where else rows
    groups = named.select(*names).na.drop(how="all").groupBy(*names).count()
    alone = F.count(F.when(F.col("count") == 1, 1))
    found = groups.agg(F.coalesce(F.sum("count"), F.lit(0)).alias("rows"), alone.alias("alone")).first()
    return Occurrences(rows=found["rows"], alone=found["alone"]) if found else Occurrences(rows=0, alone=0)


def _unique(rule: Rule) -> Unique:
    return rule.names, rule.where


def _number_of(condition: Column) -> Column:
    return F.count(F.when(condition, 1))
