"""Who is one customer? Each test has names, addresses and numbers of its own; all are resolved together, once."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lib.crm_records import records
from lib.identity import customers_of
from tests.support.crm_deliveries import address, customer, on, phone, received, user

Delivered = Iterable[tuple[str, Mapping[str, Any]]]

SAME_PERSON = (
    customer(1, email="same", first_name_token="Ann", birth_year=1980, gender="F"),
    user(1, email="same", name_token="Ann Lee", age=45, gender="F"),
    address(1, "same"),
    phone(1, "p-same"),
    phone(1, "p-same-work", kind=3),
)
# As in the real data: addresses are made from names, and two who are called alike share one.
NAMESAKES = (
    user(10, email="namesake", name_token="Mark J", age=31, gender="M"),
    user(11, email="namesake", name_token="Mark J", age=52, gender="M"),
    user(12, email="namesake", name_token="Mark J", age=52, gender="M"),
    address(10, "namesake"),
)
COUPLE = (
    customer(20, email="couple", first_name_token="Eve", last_name_token="Roe", birth_year=1970, gender="F"),
    customer(21, email="couple", first_name_token="Tom", last_name_token="Roe", birth_year=1970, gender="M"),
    customer(22, email="couple", first_name_token="Eve", last_name_token="Roe", birth_year=1970, gender="F"),
)
MARRIED = (
    customer(30, email="married", first_name_token="Mia", last_name_token="Old", birth_year=1990),
    customer(31, email="married", first_name_token="Mia", last_name_token="New", birth_year=1990),
)
COUNTER = tuple(user(number, email="counter") for number in range(40, 45))
FEW = tuple(user(number, email="few") for number in range(46, 50))
# A person with two addresses, of which each leads to somebody else.
CHAIN = (
    customer(50, email="chain-1", first_name_token="Kim", birth_year=1950),
    address(50, "chain-1", number=1),
    address(50, "chain-2", number=2),
    customer(51, email="chain-2", first_name_token="Lou", birth_year=1999),
)
LONG_CHAIN = (
    address(60, "long-1"),
    customer(60, email="long-1"),
    address(61, "long-1"),
    address(61, "long-2", number=2),
    address(62, "long-2"),
    address(62, "long-3", number=2),
    user(60, email="long-3"),
)
MOVED = (
    customer(70, email="moved-old", first_name_token="Ida", last_name_token="May", birth_year=1985),
    address(70, "moved-old"),
    phone(70, "p-moved"),
    customer(71, email="moved-new", first_name_token="Ida", last_name_token="May", birth_year=1985),
    address(71, "moved-new"),
    phone(71, "p-moved"),
)
HOUSEHOLD = (
    customer(80, email="house-1", first_name_token="Dan", last_name_token="Fox", birth_year=1960),
    address(80, "house-1"),
    phone(80, "p-house"),
    customer(81, email="house-2", first_name_token="Pam", last_name_token="Fox", birth_year=1960),
    address(81, "house-2"),
    phone(81, "p-house"),
    phone(82, "p-house"),
)
NOTHING = (customer(90), customer(91), user(90), user(91))
# What is told of these on a later day changes who they are.
JOINING = (user(100, email="join"), customer(100, email="join", day=2))
MERGING = (
    user(110, email="merge-1"),
    customer(110, email="merge-2", day=1),
    address(110, "merge-1", day=2),
    address(110, "merge-2", number=2, day=2),
)
LEAVING = (customer(120, email="leave"), user(120, email="leave"), user(120, email="left", day=2))
ALL = (
    *(SAME_PERSON + NAMESAKES + COUPLE + MARRIED + COUNTER + FEW + CHAIN),
    *(LONG_CHAIN + MOVED + HOUSEHOLD + NOTHING + JOINING + MERGING + LEAVING),
)


def resolved(spark: SparkSession, rows: Delivered) -> dict[str, str]:
    """The customer of each record."""
    found = customers_of(records(received(spark, rows))).collect()
    assert len({row.record for row in found}) == len(found)
    return {row.record: row.customer_id for row in found}


@pytest.fixture(scope="module")
def customers(spark: SparkSession) -> dict[str, str]:
    return resolved(spark, ALL)


@pytest.fixture(scope="module")
def earlier(spark: SparkSession) -> dict[str, str]:
    """The same before the last day."""
    return resolved(spark, [(table, row) for table, row in ALL if row["_arrival_ts"] < on(2)])


def groups(customers: Mapping[str, str], rows: Delivered) -> list[set[str]]:
    """The records of some rows as they are one customer, without their sources' common beginning."""
    names = sorted(_record(table, row) for table, row in rows)
    ids = list(dict.fromkeys(customers[name] for name in names))
    return [{name.removeprefix("crm_") for name in names if customers[name] == one} for one in ids]


def _record(table: str, row: Mapping[str, Any]) -> str:
    number = row.get("customer_key") or row.get("user_id")
    return f"{table}:{number or '{}/{}'.format(row['person_id'], row.get('address_id') or row.get('kind_id'))}"


def test_every_record_is_exactly_one_customers(customers: dict[str, str]) -> None:
    assert set(customers) == {_record(table, row) for table, row in ALL}
    assert all(len(found) == 32 for found in customers.values())


def test_who_shares_an_address_and_contradicts_nobody_is_one_customer(customers: dict[str, str]) -> None:
    assert len(groups(customers, SAME_PERSON)) == 1


def test_namesakes_of_one_address_are_one_only_if_they_are_of_one_age(customers: dict[str, str]) -> None:
    assert groups(customers, NAMESAKES) == [{"emails:10/1"}, {"users:10"}, {"users:11", "users:12"}]


def test_a_couple_with_one_address_is_two_customers(customers: dict[str, str]) -> None:
    assert groups(customers, COUPLE) == [{"customers:20", "customers:22"}, {"customers:21"}]


def test_another_last_name_alone_parts_nobody(customers: dict[str, str]) -> None:
    assert len(groups(customers, MARRIED)) == 1


def test_an_address_of_many_ids_of_a_source_joins_nobody(customers: dict[str, str]) -> None:
    assert len(groups(customers, COUNTER)) == 5
    assert len(groups(customers, FEW)) == 1


def test_a_chain_whose_ends_contradict_one_another_is_taken_apart(customers: dict[str, str]) -> None:
    assert groups(customers, CHAIN) == [{"customers:50"}, {"customers:51"}, {"emails:50/1", "emails:50/2"}]


def test_any_chain_that_contradicts_nothing_is_one_customer(customers: dict[str, str]) -> None:
    assert len(groups(customers, LONG_CHAIN)) == 1


def test_a_telephone_number_joins_those_of_one_name_and_year(customers: dict[str, str]) -> None:
    assert len(groups(customers, MOVED)) == 1


def test_a_telephone_number_alone_joins_no_household(customers: dict[str, str]) -> None:
    assert groups(customers, HOUSEHOLD) == [
        {"customers:80", "emails:80/1", "phones:80/1"},
        {"customers:81", "emails:81/1", "phones:81/1"},
        {"phones:82/1"},
    ]


def test_nobody_is_joined_by_what_is_missing(customers: dict[str, str]) -> None:
    assert len(groups(customers, NOTHING)) == 4


def test_a_customer_keeps_the_id_when_a_record_joins(earlier: dict[str, str], customers: dict[str, str]) -> None:
    # It comes from a more trusted source, and later.
    assert len(groups(customers, JOINING)) == 1
    assert customers["crm_customers:100"] == customers["crm_users:100"] == earlier["crm_users:100"]


def test_when_two_become_one_the_older_id_stays(earlier: dict[str, str], customers: dict[str, str]) -> None:
    assert earlier["crm_users:110"] != earlier["crm_customers:110"]
    assert {customers[_record(table, row)] for table, row in MERGING} == {earlier["crm_users:110"]}


def test_what_is_known_last_decides_and_the_first_record_keeps_the_id(
    earlier: dict[str, str], customers: dict[str, str]
) -> None:
    assert earlier["crm_users:120"] == earlier["crm_customers:120"] == customers["crm_customers:120"]
    assert groups(customers, LEAVING) == [{"customers:120"}, {"users:120"}]


def test_of_whom_nothing_new_is_told_the_id_stays(earlier: dict[str, str], customers: dict[str, str]) -> None:
    told = {_record(table, row) for rows in (JOINING, MERGING, LEAVING) for table, row in rows}
    assert {name: customers[name] for name in earlier if name not in told} == {
        name: found for name, found in earlier.items() if name not in told
    }
