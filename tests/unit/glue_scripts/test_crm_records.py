"""Do the four deliveries mean the same by the same words, and does a record change only when it says otherwise?"""

from datetime import datetime
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lib.crm_records import ATTRIBUTES, records
from tests.support.crm_deliveries import address, customer, on, phone, received, user

# User 2 was born in summer 1995 and tells their age in March, December and the two Januaries behind.
DELIVERIES = (
    customer(1, gender="F", education=" Bachelors ", occupation=" ", birth_year=1980, email="e1"),
    customer(1, day=1, gender="F", education="Bachelors", birth_year=1980, email="e1"),
    customer(1, day=2, gender="F", education="Bachelors", birth_year=1980, email="e2"),
    user(1, gender="m", country="uk", state=" HI", age=30, email="e3"),
    user(2, age=30),
    user(2, day=280, age=31),
    user(2, day=310, age=31),
    user(2, day=680, age=32),
    user(3, age=30),
    user(3, day=5, age=44),
    user(3, day=6, age=44),
    user(4, gender="x"),
    address(7, "e1"),
    address(7, "e9", number=2),
    phone(7, "p1", kind=3),
)


@pytest.fixture(scope="module")
def states(spark: SparkSession) -> dict[tuple[str, datetime], dict[str, Any]]:
    rows = records(received(spark, DELIVERIES)).collect()
    found = {(row.record, row.arrived.astimezone(on(0).tzinfo)): row.asDict() for row in rows}
    assert len(found) == len(rows)
    return found


def changes_of(states: dict[tuple[str, datetime], dict[str, Any]], record: str) -> list[tuple[int, dict[str, Any]]]:
    return sorted(((arrived - on(0)).days, row) for (name, arrived), row in states.items() if name == record)


def test_a_record_is_named_by_its_source_and_key(states: dict[tuple[str, datetime], dict[str, Any]]) -> None:
    assert {name for name, _ in states} == {
        *("crm_customers:1", "crm_users:1", "crm_users:2", "crm_users:3", "crm_users:4"),
        *("crm_emails:7/1", "crm_emails:7/2", "crm_phones:7/3"),
    }
    assert {row["person"] for (name, _), row in states.items() if ":7/" in name} == {"7"}


def test_words_are_the_same_in_all_sources(states: dict[tuple[str, datetime], dict[str, Any]]) -> None:
    ((_, told),) = changes_of(states, "crm_users:1")
    assert (told["gender"], told["country"], told["state"], told["birth_year"]) == ("M", "GB", "HI", 1996)
    assert changes_of(states, "crm_users:4")[0][1]["gender"] is None


def test_a_delivery_that_says_the_same_is_no_change(states: dict[tuple[str, datetime], dict[str, Any]]) -> None:
    told = changes_of(states, "crm_customers:1")
    assert [(day, row["email_token"], row["education"], row["occupation"]) for day, row in told] == [
        (0, "e1", "Bachelors", None),
        (2, "e2", "Bachelors", None),
    ]
    assert {row["first_arrived"] for _, row in told} == {told[0][1]["arrived"]}


def test_birthdays_narrow_the_year_of_birth_once(states: dict[tuple[str, datetime], dict[str, Any]]) -> None:
    assert [(day, row["birth_year"]) for day, row in changes_of(states, "crm_users:2")] == [(0, 1996), (280, 1995)]


def test_an_age_that_contradicts_the_earlier_ones_replaces_them(
    states: dict[tuple[str, datetime], dict[str, Any]],
) -> None:
    assert [(day, row["birth_year"]) for day, row in changes_of(states, "crm_users:3")] == [(0, 1996), (5, 1982)]


def test_a_source_says_nothing_of_what_it_does_not_hold(states: dict[tuple[str, datetime], dict[str, Any]]) -> None:
    ((_, number),) = changes_of(states, "crm_phones:7/3")
    assert {name for name in ATTRIBUTES if number[name] is not None} == {"phone_token"}


def test_of_two_files_of_one_moment_the_one_counts_that_the_view_shows(spark: SparkSession) -> None:
    table, row = customer(1, email="second")
    both = [(table, {**row, "_file_sha256": "zz"}), customer(1, email="first")]
    for rows in (both, both[::-1]):
        assert [found.email_token for found in records(received(spark, rows)).collect()] == ["second"]
