"""Contracts as rules of AWS Glue Data Quality."""

import dataclasses
from typing import Any

import pytest

from contracts import Column, Contract, load_contract
from contracts.contract import QualityRule
from contracts.dqdl import ruleset

NONE = (("mustBe", 0),)


def contract(*columns: Column, quality: tuple[QualityRule, ...] = (), key: str = "id") -> Contract:
    """A published table of these columns, a key before them and ``_part`` behind."""
    first, last = Column(name=key, type="string", required=True, description="", key=True), part()
    return dataclasses.replace(
        load_contract("orders"),
        name="things",
        columns=(first, *columns, last),
        published=True,
        published_by=(),
        received_as=None,
        live_as=None,
        quality=quality,
    )


def part() -> Column:
    return Column(name="_part", type="int", required=False, description="", partition=True)


def column(type_: str = "string", *, required: bool = True, **options: Any) -> Column:
    return Column(name="v", type=type_, required=required, description="", options=tuple(sorted(options.items())))


def rules(*columns: Column, quality: tuple[QualityRule, ...] = ()) -> list[str]:
    """Without that of the key and IsComplete."""
    lines = ruleset(contract(*columns, quality=quality)).splitlines()[1:-1]
    found = [line.strip().removesuffix(",") for line in lines]
    return [line for line in found if line not in ('IsPrimaryKey "id"', 'IsComplete "v"')]


def test_a_table_has_a_key_and_all_it_requires() -> None:
    text = ruleset(contract(column(), column(required=False)))
    assert text == 'Rules = [\n    IsPrimaryKey "id",\n    IsComplete "v"\n]'


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (column(enum=("a", "b")), ['ColumnValues "v" in ["a", "b"]']),
        (column(enum=("a", "b"), required=False), ['ColumnValues "v" in ["a", "b", NULL]']),
        (column(pattern="^[0-9]{2}$"), ['ColumnValues "v" matches "^[0-9]{2}$"']),
        # Bounds are inside, which they would not be of Glue's "between".
        (column("int", minimum=0, maximum=5), ['ColumnValues "v" >= 0', 'ColumnValues "v" <= 5']),
        (column("decimal(18,4)", minimum=-0.5), ['ColumnValues "v" >= -0.5']),
        (column("date", minimum="2000-01-01"), ['ColumnValues "v" >= "2000-01-01"']),
        (column(minLength=1, maxLength=64), ['ColumnLength "v" >= 1', 'ColumnLength "v" <= 64']),
        # A token is not what its value was.
        (column(tokenOf="email", maxLength=20), []),
    ],
)
def test_what_a_column_allows_is_a_rule(of: Column, expected: list[str]) -> None:
    assert rules(of) == expected


@pytest.mark.parametrize(
    ("of", "broken"),
    [
        (column("int", minimum=0, required=False), "v < 0"),
        (column("date", maximum="2030-12-31", required=False), "v > date '2030-12-31'"),
        (column(pattern="^[a-z]+$", required=False), "v not rlike '^[a-z]+$'"),
        (column(minLength=2, required=False), "length(v) < 2"),
    ],
)
def test_of_a_column_that_may_be_null_throughout_what_breaks_the_rule_is_counted(of: Column, broken: str) -> None:
    assert rules(of) == [f'CustomSql "select count(*) from primary where {broken}" = 0']  # noqa: S608


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (QualityRule(metric="nullValues", columns=("v",), limits=NONE), 'IsComplete "v"'),
        (QualityRule(metric="duplicateValues", columns=("v",), limits=NONE), 'IsUnique "v"'),
        (QualityRule(metric="duplicateValues", columns=("v", "_part"), limits=NONE), 'Uniqueness "v" "_part" = 1.0'),
        (QualityRule(metric="rowCount", limits=(("mustBeGreaterThan", 0),)), "RowCount > 0"),
        (
            QualityRule(metric="invalidValues", columns=("v",), arguments=(("validValues", ("a",)),), limits=NONE),
            'ColumnValues "v" in ["a"]',
        ),
        (
            QualityRule(
                metric="invalidValues",
                columns=("v",),
                arguments=(("validValues", ("a",)),),
                limits=(("mustBeLessThan", 5),),
            ),
            "CustomSql \"select count(*) from primary where v not in ('a')\" < 5",
        ),
        (
            QualityRule(metric="nullValues", columns=("v",), limits=(("mustBeLessOrEqualTo", 3),)),
            'CustomSql "select count(*) from primary where v is null" <= 3',
        ),
        (
            QualityRule(metric="missingValues", columns=("v",), arguments=(("missingValues", ("", "?")),), limits=NONE),
            "CustomSql \"select count(*) from primary where v is null or v in ('', '?')\" = 0",
        ),
        (
            QualityRule(metric="sql", arguments=(("condition", "v <> id"),), limits=NONE),
            'CustomSql "select count(*) from primary where v <> id" = 0',
        ),
    ],
)
def test_what_is_said_of_the_table_is_a_rule(rule: QualityRule, expected: str) -> None:
    assert rules(column(), quality=(rule,)) == [line for line in [expected] if line != 'IsComplete "v"']


def test_bounds_of_a_count_are_inside() -> None:
    rule = QualityRule(metric="rowCount", limits=(("mustBeBetween", (2, 4)),))
    assert rules(quality=(rule,)) == ["RowCount >= 2", "RowCount <= 4"]


def test_that_a_key_is_there_once_is_said_once() -> None:
    assert rules(quality=(QualityRule(metric="duplicateValues", columns=("id",), limits=NONE),)) == []


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (QualityRule(metric="freshness", columns=("v",), limits=NONE), "not checked; there are duplicateValues"),
        (QualityRule(metric="nullValues", columns=("nobody",), limits=NONE), "the published table has no nobody"),
        (QualityRule(metric="rowCount", limits=NONE, unit="percent"), "only rows are counted"),
        (QualityRule(metric="rowCount"), "nothing it is held against"),
        (QualityRule(metric="rowCount", limits=(("mustNotBeBetween", (1, 2)),)), "mustNotBeBetween is not checked"),
        (QualityRule(metric="duplicateValues", columns=("v",), limits=(("mustBe", 3),)), "no duplicate may be"),
    ],
)
def test_a_rule_that_the_jobs_could_not_check_is_refused_before_anything_is_deployed(
    rule: QualityRule, message: str
) -> None:
    with pytest.raises(ValueError, match=f"contract things: quality rule {rule.metric} of .*{message}"):
        rules(column(), quality=(rule,))


@pytest.mark.parametrize(
    ("of", "message"),
    [
        (column(pattern="[0-9]+"), "must begin with"),
        (column(pattern=r"^\d+$"), r"write \[0-9\] for"),
        (column(enum=('a"b',)), "which no rule can hold"),
        (column(enum=("${a}",)), "which no rule can hold"),
        (column("int", enum=(1, 2)), "say minimum and maximum"),
        (column("date", minimum="2000"), "write it as 2000-01-01"),
    ],
)
def test_what_cannot_stand_in_a_rule_is_refused(of: Column, message: str) -> None:
    with pytest.raises(ValueError, match=f"contract things: column v: .*{message}"):
        rules(of)
