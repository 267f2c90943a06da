"""The measurement of the data_validator compares like with like."""

import io
from pathlib import Path

import pytest
from arro3.io import read_parquet

from bench import plain_validator
from bench.validator_throughput import KEY, customers, measure, plain, users, validator


@pytest.mark.parametrize(("source", "body"), [("crm_customers", customers(500, 1)), ("crm_users", users(500, 1))])
def test_both_sides_store_and_set_aside_the_same_rows(tmp_path: Path, source: str, body: bytes) -> None:
    assert validator(tmp_path)(source, body) == plain(source, body) == (495, 5)


def test_the_plain_side_writes_the_same_columns_but_for_where_they_came_from() -> None:
    _, _, parquet = plain_validator.customers(customers(10, 1), KEY)
    names = read_parquet(io.BytesIO(parquet)).read_all().schema.names
    assert {"customer_key", "email_token", "birth_year", "annual_income", "_source_line"} < set(names)


def test_files_come_from_their_seed() -> None:
    assert customers(50, 1) == customers(50, 1) != customers(50, 2)
    assert users(50, 1) == users(50, 1) != users(50, 2)


def test_nothing_is_measured_in_no_rounds() -> None:
    with pytest.raises(ValueError, match="give at least 1"):
        measure(rounds=0)
