"""Does each customer's history say what was true from when to when, and of whom it was believed?"""

import itertools
from datetime import UTC
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lib.crm_run import customers
from lib.history import versions
from tests.support.crm_deliveries import FIRST, address, customer, phone, received, user

DELIVERIES = (
    # Two sources, of which the more trusted one says nothing of the country.
    customer(1, email="e1", gender="F", birth_year=1980, children=0),
    user(1, email="e1", gender="F", age=45, country="US", day=1),
    customer(1, email="e1", gender="F", birth_year=1980, children=0, day=2),
    user(1, email="e1", gender="F", age=45, country="GB", day=3),
    customer(1, email="e1", gender="F", birth_year=1980, children=1, day=4),
    # Two records of one source: the one that changed last is believed.
    user(20, email="e2", state="HI"),
    user(21, email="e2", state="AR", day=1),
    user(20, email="e2", state="TX", day=2),
    # What a trusted source does not know any more, another one may say.
    customer(30, email="e3", gender="M"),
    user(30, email="e3", gender=None, persona="books"),
    customer(30, email="e3", gender=None, day=5),
    # Missing from every later export.
    customer(40, email="e4"),
    # A person known by number and address only.
    address(50, "e5"),
    phone(50, "p5"),
    phone(50, "p6", day=2),
)


def told(spark: SparkSession, deliveries: Any = DELIVERIES) -> list[dict[str, Any]]:
    rows = customers(received(spark, deliveries)).collect()
    return sorted((row.asDict() for row in rows), key=lambda row: (row["customer_id"], row["valid_from"]))


@pytest.fixture(scope="module")
def history(spark: SparkSession) -> list[dict[str, Any]]:
    return told(spark)


def days(row: dict[str, Any]) -> tuple[int, int | None]:
    ends = [row["valid_from"], row["valid_to"]]
    first, last = (None if end is None else (end.astimezone(UTC) - FIRST).days for end in ends)
    assert first is not None
    return first, last


def of(history: list[dict[str, Any]], column: str, value: str, *shown: str) -> list[Any]:
    """From when to when, and the columns shown, of the customer with this number."""
    found = [row for row in history if value in (row[column] or "").split(",")]
    ids = {row["customer_id"] for row in found}
    return [(*days(row), *(row[name] for name in shown)) for row in history if row["customer_id"] in ids]


def test_a_version_begins_when_an_attribute_changes_and_ends_the_one_before(history: list[dict[str, Any]]) -> None:
    assert of(history, "crm_customer_keys", "1", "crm_user_ids", "country", "children") == [
        (0, 1, None, None, 0),
        (1, 3, "1", "US", 0),
        (3, 4, "1", "GB", 0),
        (4, None, "1", "GB", 1),
    ]


def test_of_one_sources_records_the_one_that_changed_last_is_believed(history: list[dict[str, Any]]) -> None:
    assert of(history, "crm_user_ids", "20", "state", "crm_user_ids") == [
        (0, 1, "HI", "20"),
        (1, 2, "AR", "20,21"),
        (2, None, "TX", "20,21"),
    ]


def test_who_says_nothing_overrules_nobody(history: list[dict[str, Any]]) -> None:
    assert of(history, "crm_customer_keys", "30", "gender", "persona") == [
        (0, 5, "M", "books"),
        (5, None, None, "books"),
    ]


def test_who_is_missing_from_later_exports_stays(history: list[dict[str, Any]]) -> None:
    assert of(history, "crm_customer_keys", "40", "is_current") == [(0, None, True)]


def test_a_person_without_a_row_of_their_own_is_a_customer_too(history: list[dict[str, Any]]) -> None:
    assert of(history, "crm_person_ids", "50", "email_token", "phone_token", "source_records") == [
        (0, 2, "e5", "p5", 2),
        (2, None, "e5", "p6", 2),
    ]


def test_each_customer_has_one_open_version_and_no_moment_two(history: list[dict[str, Any]]) -> None:
    for _, rows in itertools.groupby(history, key=lambda row: row["customer_id"]):
        mine = list(rows)
        assert [row["is_current"] for row in mine] == [False] * (len(mine) - 1) + [True]
        assert [row["valid_to"] for row in mine] == [*(row["valid_from"] for row in mine[1:]), None]


def test_the_same_deliveries_in_any_order_give_the_same_history(
    spark: SparkSession, history: list[dict[str, Any]]
) -> None:
    shuffled = [*DELIVERIES[::-2], *DELIVERIES[:4], *DELIVERIES[::2], *DELIVERIES[1::2]]
    assert told(spark, shuffled) == history


def test_a_value_that_comes_back_is_a_version_of_its_own(spark: SparkSession) -> None:
    states = spark.createDataFrame(
        [("k", 1, "a"), ("k", 2, "a"), ("k", 3, None), ("k", 4, "a")], "k string, at int, v string"
    )
    found = versions(states, key="k", at="at", attributes=["v"]).orderBy("valid_from").collect()
    assert [(row.v, row.valid_from, row.valid_to, row.is_current) for row in found] == [
        ("a", 1, 3, False),
        (None, 3, 4, False),
        ("a", 4, None, True),
    ]
