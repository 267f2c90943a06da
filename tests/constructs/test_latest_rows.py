"""The view over a table filled from files, asked of DuckDB."""

from datetime import datetime
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from constructs.latest_rows import latest_rows
from contracts import load_contract
from local.lake.column_types import duckdb_type
from local.lake.presto_view import duckdb_query

CUSTOMERS = load_contract("crm_customers")
Row = dict[str, Any]


def row(key: int, education: str, *, hour: int, line: int = 1, sha: str = "a") -> Row:
    arrival = datetime(2026, 7, 1, hour)  # noqa: DTZ001  timestamps of the lake are UTC without saying so
    return {
        "customer_key": key,
        "education": education,
        "email_token": f"token of {education}",
        "_source_file": "crm_customers/x.csv",
        "_source_line": line,
        "_file_sha256": sha,
        "_arrival_ts": arrival,
    }


def seen(*rows: Row, full: bool = False) -> list[tuple[int, str]]:
    columns = CUSTOMERS.columns if full else CUSTOMERS.view_columns
    with duckdb.connect() as lake:
        types = ", ".join(f'"{column.name}" {duckdb_type(column.type)}' for column in CUSTOMERS.columns)
        lake.execute(f"CREATE TABLE crm_customers_received ({types})")
        for values in rows:
            names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
            lake.execute(
                f"INSERT INTO crm_customers_received ({names}) VALUES ({marks})",  # noqa: S608
                list(values.values()),
            )
        view = duckdb_query(latest_rows(CUSTOMERS, columns), schema="main").sql
        taken = "email_token" if full else "education"
        return lake.sql(f"SELECT customer_key, {taken} FROM ({view}) ORDER BY customer_key").fetchall()  # noqa: S608


def test_a_later_file_corrects_an_earlier_one_row_by_row() -> None:
    assert seen(
        row(1, "none", hour=1), row(2, "school", hour=1), row(1, "doctor", hour=5, sha="b"), row(1, "x", hour=3)
    ) == [(1, "doctor"), (2, "school")]


@pytest.mark.parametrize("turned", [False, True])
def test_of_rows_that_came_at_once_always_the_same_one_counts(turned: bool) -> None:
    rows = [row(1, "first", hour=1), row(1, "other file", hour=1, sha="b"), row(1, "last", hour=1, sha="b", line=7)]
    assert seen(*(reversed(rows) if turned else rows)) == [(1, "last")]


def test_who_may_see_tokens_sees_those_of_the_latest_row() -> None:
    assert seen(row(1, "none", hour=1), row(1, "doctor", hour=5), full=True) == [(1, "token of doctor")]


def test_what_everybody_may_ask_names_no_token() -> None:
    assert "token" not in latest_rows(CUSTOMERS, CUSTOMERS.view_columns)


@pytest.mark.parametrize("name", ["crm_users", "erp_sales", "web_sessions", "quarantined_rows"])
def test_athena_would_take_the_query_and_give_the_contracts_columns(name: str) -> None:
    contract = load_contract(name)
    query = sqlglot.parse_one(latest_rows(contract, contract.columns), dialect="athena")
    assert isinstance(query, exp.Select)
    assert query.named_selects == [column.name for column in contract.columns]
