"""Athena's view text read back, and its SQL in DuckDB's dialect."""

import base64
import json

import duckdb
import pytest

from local.lake.column_types import duckdb_type, fits
from local.lake.presto_view import decode_view, duckdb_query


def presto_view(sql: str, schema: str) -> str:
    document = {"originalSql": sql, "catalog": "awsdatacatalog", "schema": schema, "columns": []}
    return f"/* Presto View: {base64.b64encode(json.dumps(document).encode()).decode()} */"


def test_a_view_text_gives_its_sql_and_its_database() -> None:
    assert decode_view(presto_view("SELECT 1 -- £", "silver")) == ("SELECT 1 -- £", "silver")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT 1",
        "/* Presto View */",
        "/* Presto View: %% */",
        "/* Presto View: e30= */",
        "/* Presto View: W10= */",
    ],
)
def test_a_text_that_is_no_athena_view_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="view text"):
        decode_view(text)


def test_bare_tables_are_looked_up_in_the_database_of_the_view_and_names_of_the_query_are_not() -> None:
    query = duckdb_query("WITH a AS (SELECT * FROM orders) SELECT * FROM a JOIN gold.days USING (day)", schema="silver")
    assert query.reads == {("silver", "orders"), ("gold", "days")}


def test_what_athena_says_differently_means_the_same_in_duckdb() -> None:
    sql = (
        "SELECT CAST(1 AS varchar) || 'x', approx_distinct(a), date_diff('day', DATE '2010-12-01', DATE '2010-12-03'), "
        "json_extract_scalar('{\"k\": \"v\"}', '$.k') FROM (VALUES 1, 2) AS t (a)"
    )
    assert duckdb.sql(duckdb_query(sql, schema="main").sql).fetchall() == [("1x", 2, 2, "v")]


def test_sql_that_athena_would_not_take_is_refused() -> None:
    with pytest.raises(ValueError, match="not SQL that Athena would take"):
        duckdb_query("SELECT FROM WHERE", schema="silver")


def test_hive_types_have_a_duckdb_type_and_an_unknown_one_lists_them() -> None:
    assert [duckdb_type(name) for name in ("string", "int", "decimal(18,4)")] == ["VARCHAR", "INTEGER", "DECIMAL(18,4)"]
    with pytest.raises(ValueError, match=r"'map<string,int>', readable are: string, .*decimal\(p,s\)"):
        duckdb_type("map<string,int>")


def test_only_a_timestamp_may_be_stored_in_several_ways() -> None:
    assert fits("TIMESTAMP WITH TIME ZONE", "TIMESTAMP")
    assert not fits("DECIMAL(38,4)", "DECIMAL(18,4)")
    assert not fits("VARCHAR", "TIMESTAMP")
