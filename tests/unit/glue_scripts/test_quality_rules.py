"""What each rule of DQDL says of rows, nulls among them: the verdicts that Glue Data Quality would give."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from lib.dqdl import parse_ruleset
from lib.quality import evaluate

GOOD, BAD = True, False
DAY, NEXT_DAY = date(2026, 3, 1), date(2026, 3, 2)
Values = list[Any]

# Type and values of the column v, and of each rule whether it holds.
TABLE: dict[str, tuple[str, Values, dict[str, bool]]] = {
    "numbers": (
        "int",
        [1, 2, 3],
        {
            'ColumnValues "v" >= 1': GOOD,
            'ColumnValues "v" > 1': BAD,
            'ColumnValues "v" <= 3': GOOD,
            'ColumnValues "v" < 3': BAD,
            'ColumnValues "v" = 1': BAD,
            'ColumnValues "v" != 4': GOOD,
            'ColumnValues "v" != 3': BAD,
            'ColumnValues "v" in [1, 2, 3, 4]': GOOD,
            'ColumnValues "v" in [1, 2]': BAD,
            'ColumnValues "v" not in [4, 5]': GOOD,
            'ColumnValues "v" not in [3]': BAD,
            'ColumnValues "v" between 0 and 4': GOOD,
            # The bounds themselves are outside.
            'ColumnValues "v" between 1 and 3': BAD,
            'ColumnValues "v" not between 3 and 9': GOOD,
            'ColumnValues "v" not between 2 and 9': BAD,
            'ColumnValues "v" > -1': GOOD,
            'ColumnValues "v" <= 2 with threshold > 0.6': GOOD,
            'ColumnValues "v" <= 2 with threshold > 0.7': BAD,
            'ColumnValues "v" > 1 where "v <> 1"': GOOD,
            'ColumnValues "v" > 2 where "v <> 1"': BAD,
            "RowCount = 3": GOOD,
            "RowCount > 3": BAD,
            "RowCount between 2 and 4": GOOD,
            "RowCount in [1, 2]": BAD,
            'RowCount = 2 where "v > 1"': GOOD,
            "ColumnCount = 1": GOOD,
            "ColumnCount = 2": BAD,
            'Sum "v" = 6': GOOD,
            'Sum "v" > 6': BAD,
            'Sum "v" = 5 where "v > 1"': GOOD,
            'CustomSql "select count(*) from primary where v * 2 > 5" = 1': GOOD,
            'CustomSql "select count(*) from primary where v > 9" != 0': BAD,
            'IsUnique "v"': GOOD,
            'IsPrimaryKey "v"': GOOD,
            'Uniqueness "v" = 1.0': GOOD,
        },
    ),
    "numbers and null": (
        "int",
        [1, 2, None],
        {
            'IsComplete "v"': BAD,
            'IsComplete "v" where "v > 0"': GOOD,
            'Completeness "v" > 0.6': GOOD,
            'Completeness "v" > 0.7': BAD,
            'Completeness "v" = 1.0 where "v > 0"': GOOD,
            'ColumnValues "v" >= 1': BAD,
            'ColumnValues "v" in [1, 2]': BAD,
            'ColumnValues "v" in [1, 2, NULL]': GOOD,
            'ColumnValues "v" != 3': GOOD,
            'ColumnValues "v" not in [3, 4]': GOOD,
            'ColumnValues "v" not in [3, NULL]': BAD,
            'ColumnValues "v" != NULL': BAD,
            'ColumnValues "v" = NULL': BAD,
            'ColumnValues "v" between 0 and 9': BAD,
            'ColumnValues "v" not between 5 and 9': BAD,
            'ColumnValues "v" >= 1 with threshold > 0.5': GOOD,
            'Sum "v" = 3': GOOD,
            'IsUnique "v"': GOOD,
            'IsPrimaryKey "v"': BAD,
            'CustomSql "select count(*) from primary where v < 0" = 0': GOOD,
        },
    ),
    "one number twice": (
        "int",
        [1, 1, 2, 3],
        {
            'IsUnique "v"': BAD,
            'IsUnique "v" where "v > 1"': GOOD,
            'IsPrimaryKey "v"': BAD,
            'Uniqueness "v" = 0.5': GOOD,
            'Uniqueness "v" > 0.5': BAD,
        },
    ),
    "texts": (
        "string",
        ["a1", "b22", "c333"],
        {
            'ColumnValues "v" matches "[a-c][0-9]+"': GOOD,
            # Of a part of it is not enough.
            'ColumnValues "v" matches "[a-c]"': BAD,
            'ColumnValues "v" matches "^[a-c][0-9]+$"': GOOD,
            'ColumnValues "v" not matches "[x-z].*"': GOOD,
            'ColumnValues "v" not matches "a.*"': BAD,
            'ColumnValues "v" in ["a1", "b22", "c333"]': GOOD,
            'ColumnValues "v" in ["a1", "b22"]': BAD,
            'ColumnLength "v" <= 4': GOOD,
            'ColumnLength "v" < 4': BAD,
            'ColumnLength "v" between 1 and 5': GOOD,
            'ColumnLength "v" between 2 and 5': BAD,
        },
    ),
    "texts, an empty one, blanks and null": (
        "string",
        ["a1", "", "  ", None],
        {
            'ColumnValues "v" in ["a1", EMPTY, WHITESPACES_ONLY, NULL]': GOOD,
            'ColumnValues "v" in ["a1", EMPTY, NULL]': BAD,
            'ColumnValues "v" in ["a1", WHITESPACES_ONLY, NULL]': BAD,
            'ColumnValues "v" not in [EMPTY]': BAD,
            'ColumnValues "v" matches ".*"': BAD,
            'ColumnLength "v" <= 2': GOOD,
            # Null is a text without signs.
            'ColumnLength "v" >= 0': GOOD,
            'ColumnLength "v" >= 1 where "v is not null"': BAD,
            'IsComplete "v"': BAD,
        },
    ),
    "days": (
        "date",
        [DAY, NEXT_DAY],
        {
            'ColumnValues "v" >= "2026-03-01"': GOOD,
            'ColumnValues "v" > "2026-03-01"': BAD,
            'ColumnValues "v" in ["2026-03-01", "2026-03-02"]': GOOD,
            'ColumnValues "v" between "2026-03-01" and "2026-03-03"': BAD,
        },
    ),
    "moments": (
        "timestamp",
        [datetime(2026, 3, 1, 23, 59, tzinfo=UTC)],
        {
            # Of a moment the day counts.
            'ColumnValues "v" <= "2026-03-01"': GOOD,
            'ColumnValues "v" > "2026-03-01"': BAD,
            'ColumnValues "v" = "2026-03-01"': GOOD,
        },
    ),
    "amounts": (
        "decimal(18,4)",
        [Decimal("0.1"), Decimal("0.2")],
        {
            # As doubles they come to 0.30000000000000004.
            'Sum "v" = 0.3': GOOD,
            'ColumnValues "v" >= 0.1': GOOD,
            'ColumnValues "v" > 0.1': BAD,
        },
    ),
    "nothing": (
        "int",
        [],
        {
            'IsComplete "v"': GOOD,
            'IsPrimaryKey "v"': GOOD,
            'IsUnique "v"': GOOD,
            'ColumnValues "v" > 5': GOOD,
            'ColumnValues "v" > 5 with threshold > 0.9': GOOD,
            'Completeness "v" > 0.9': GOOD,
            'Uniqueness "v" > 0.9': GOOD,
            'CustomSql "select count(*) from primary where v > 5" = 0': GOOD,
            "RowCount = 0": GOOD,
            "RowCount > 0": BAD,
            'Sum "v" = 0': BAD,
            "ColumnCount = 1": GOOD,
        },
    ),
}


def column(spark: SparkSession, kind: str, values: Values) -> DataFrame:
    return spark.createDataFrame([(value,) for value in values], f"v {kind}")


@pytest.mark.parametrize("name", TABLE)
def test_each_rule_says_what_glue_would_say(spark: SparkSession, name: str) -> None:
    kind, values, rules = TABLE[name]
    verdict = evaluate(column(spark, kind, values), parse_ruleset(f"Rules = [{', '.join(rules)}]"))
    assert {result.rule: result.passed for result in verdict.results} == rules


def test_several_columns_are_unique_together(spark: SparkSession) -> None:
    pairs = spark.createDataFrame([(1, 1), (1, 2), (2, 1), (3, None), (None, None), (None, None)], "a int, b int")
    rules = {
        'Uniqueness "a" "b" = 1.0': GOOD,  # a row of nulls alone is none
        'Uniqueness "a" = 0.5': GOOD,
        'IsPrimaryKey "a" "b"': BAD,
        'IsPrimaryKey "a" "b" where "b is not null"': GOOD,
    }
    verdict = evaluate(pairs, parse_ruleset(f"Rules = [{', '.join(rules)}]"))
    assert {result.rule: result.passed for result in verdict.results} == rules


def test_null_beside_a_value_is_a_value_of_its_own(spark: SparkSession) -> None:
    pairs = spark.createDataFrame([(1, None), (1, None)], "a int, b int")
    (result,) = evaluate(pairs, parse_ruleset('Rules = [Uniqueness "a" "b" = 1.0]')).results
    assert not result.passed


def test_a_rule_that_fails_says_by_how_much_and_shows_no_value(spark: SparkSession) -> None:
    rules = 'Rules = [ColumnValues "v" in ["a"], IsPrimaryKey "v", RowCount > 9, Sum "n" > 1]'
    rows = spark.createDataFrame([("jane@example.org", None)] * 3 + [("a", None)], "v string, n int")
    reasons = [result.reason for result in evaluate(rows, parse_ruleset(rules)).results]
    assert reasons == [
        "Value: 0.25 does not meet the constraint requirement! 3 of 4 rows break it.",
        "Value: 0.25 does not meet the constraint requirement! 3 of 4 rows break it.",
        "Value: 4.0 does not meet the constraint requirement!",
        "Value: NULL does not meet the constraint requirement!",
    ]


def test_rows_are_read_once_whatever_number_of_rules_counts_them(spark: SparkSession) -> None:
    tracker = spark.sparkContext.statusTracker()
    rows = column(spark, "int", list(range(5)))
    spark.sparkContext.setJobGroup("quality", "one pass")
    rules = ", ".join(f'ColumnValues "v" != {number}' for number in range(10, 40))
    evaluate(rows, parse_ruleset(f"Rules = [{rules}]"))
    once = len(tracker.getJobIdsForGroup("quality"))
    spark.sparkContext.setJobGroup("quality", "one rule")
    evaluate(rows, parse_ruleset('Rules = [ColumnValues "v" != 1]'))
    assert len(tracker.getJobIdsForGroup("quality")) == 2 * once
