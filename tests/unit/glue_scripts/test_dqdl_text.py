"""Rulesets as text: what is understood of them, and that nothing else passes for understood."""

from datetime import date
from decimal import Decimal

import pytest

from contracts import load_contracts
from contracts.captured_tables import captured_contracts
from contracts.dqdl import ruleset
from lib.dqdl import parse_ruleset
from lib.dqdl_rule import Condition, Rule, Word

PUBLISHED = [contract for contract in (load_contracts() | captured_contracts()).values() if contract.is_published]


def one(text: str) -> Rule:
    (rule,) = parse_ruleset(f"Rules = [ {text} ]")
    return rule


def test_every_rule_of_every_contract_is_understood_as_it_is_written() -> None:
    assert len(PUBLISHED) > 10
    for contract in PUBLISHED:
        text = ruleset(contract)
        assert text == "Rules = [\n    " + ",\n    ".join(rule.text for rule in parse_ruleset(text)) + "\n]"


@pytest.mark.parametrize(
    ("text", "operator", "operands"),
    [
        ('ColumnValues "v" >= -1.50', ">=", (Decimal("-1.50"),)),
        ('ColumnValues "v" between 1 and 2', "between", (Decimal(1), Decimal(2))),
        ('ColumnValues "v" not between 1 and 2', "not between", (Decimal(1), Decimal(2))),
        ('ColumnValues "v" in ["a, b", NULL, EMPTY]', "in", ("a, b", Word(keyword="NULL"), Word(keyword="EMPTY"))),
        ('ColumnValues "v" not in ["a"]', "not in", ("a",)),
        ('ColumnValues "v" matches "^a\\"b]$"', "matches", ('^a"b]$',)),
        ('ColumnValues "v" > "2026-03-01"', ">", (date(2026, 3, 1),)),
        ("RowCount != 0", "!=", (Decimal(0),)),
    ],
)
def test_a_condition_is_taken_apart(text: str, operator: str, operands: tuple[object, ...]) -> None:
    assert one(text).condition == Condition(operator=operator, operands=operands)  # type: ignore[arg-type]


def test_a_rule_has_names_a_threshold_and_a_filter() -> None:
    rule = one('ColumnValues "v" <= 5 with threshold >= 0.9 where "w is not null"')
    assert (rule.type, rule.names, rule.where) == ("ColumnValues", ("v",), "w is not null")
    assert rule.threshold == Condition(operator=">=", operands=(Decimal("0.9"),))
    assert one('IsPrimaryKey "a" "b" "c"').names == ("a", "b", "c")
    assert parse_ruleset("Rules = []") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('ReferentialIntegrity "a" "b.{a}" = 1.0', "ReferentialIntegrity is not evaluated; there are: ColumnCount"),
        ('(IsComplete "a") and (IsUnique "a")', "combined by and, or are not evaluated"),
        ('CustomSql "select max(v) from primary" > 3', r"must be select count\(\*\) from primary where"),
        ('IsComplete "a" > 3', "IsComplete takes 1 to 1 names and no condition"),
        ('Completeness "a"', "Completeness takes 1 to 1 names and a condition"),
        ('IsUnique "a" "b"', "IsUnique takes 1 to 1 names"),
        ('IsComplete "a" with threshold > 0.5', "takes no threshold"),
        ('CustomSql "select count(*) from primary where a" = 0 where "b"', "takes no where"),
        ('RowCount > "many"', "RowCount is held against numbers"),
        ('ColumnValues "a" > avg(last(3))', "'avg' is no number"),
        ('ColumnValues "a" like "b"', "'like' is no comparison"),
        ('IsComplete "a" IsComplete "b"', "'IsComplete' is no comparison"),
        ('IsComplete "a" ; RowCount > 1', "expected a word of DQDL"),
        ("RowCount between 1 2", "expected and"),
    ],
)
def test_what_is_not_understood_is_refused_and_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        one(text)


@pytest.mark.parametrize("text", ["Rules = [", "Rule = []", "Rules = [] and more", 'Rules = [IsComplete "a",]', ""])
def test_a_text_that_is_no_ruleset_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="rule"):
        parse_ruleset(text)
