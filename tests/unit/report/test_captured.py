"""What is said of captured tables, and whether a table of silver is what it was to come to."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from local.change_capture.merged import compare_published
from local.report.captured import Captured, Difference
from local.report.demo_report import document
from local.report.page import page
from local.report.summary import summary
from tests.support.sample_report import REPORT

ALBUMS = Difference(table="Chinook.Album", rows=2, only_source=0, only_merged=0)
CAPTURED = Captured(schemas=["Chinook"], loaded=3, changes=4, files=5, bronze=[ALBUMS], silver=[ALBUMS])
SOURCES = {
    "Chinook.Genre": "SELECT * FROM (VALUES (1, 'Rock'), (2, NULL), (2, NULL)) AS t(GenreId, Name)",
    "Chinook.Customer": "SELECT 1 AS CustomerId",
    "sakila.language": "SELECT 1 AS language_id",
}


@pytest.fixture
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """One published table, with the columns of its contract."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE chinook_genre (genre_id INTEGER, name VARCHAR, _change_seq VARCHAR)")
        connection.execute("INSERT INTO chinook_genre VALUES (1, 'Rock', '7'), (2, NULL, NULL), (2, NULL, '8')")
        yield connection


def test_a_published_table_is_held_against_its_source_row_for_row(lake: duckdb.DuckDBPyConnection) -> None:
    (found,) = compare_published(lake, SOURCES)
    assert found == Difference(table="Chinook.Genre", rows=3, only_source=0, only_merged=0)
    lake.execute("DELETE FROM chinook_genre WHERE _change_seq = '8'")
    lake.execute("UPDATE chinook_genre SET name = 'Pop' WHERE genre_id = 1")
    (found,) = compare_published(lake, SOURCES)
    assert (found.only_source, found.only_merged, found.equal) == (2, 1, False)


def test_columns_of_tokens_are_not_compared(lake: duckdb.DuckDBPyConnection) -> None:
    plain = "1 AS customer_id, 'x' AS company, 'x' AS city, 'x' AS state, 'x' AS country, 5 AS support_rep_id"
    lake.execute(f"CREATE TABLE chinook_customer AS SELECT {plain}, 'f00' AS email_token")
    source = "SELECT 1 AS CustomerId, 'x' AS Company, 'x' AS City, 'x' AS State, 'x' AS Country, 5 AS SupportRepId"
    (found,) = compare_published(lake, {"Chinook.Customer": source})
    assert found.equal


def test_the_report_says_how_many_tables_are_equal() -> None:
    report = replace(REPORT, captured=CAPTURED)
    assert report.problems == REPORT.problems
    assert "1 of 1 tables" in summary(report)
    assert document(report)["captured"]["silver"] == [
        {"table": "Chinook.Album", "rows": 2, "only_source": 0, "only_merged": 0}
    ]
    assert "Chinook.Album" in page(report)
    assert document(REPORT)["captured"] is None


def test_a_table_that_differs_is_a_problem_with_its_place() -> None:
    wrong = replace(ALBUMS, only_source=1_200, only_merged=3)
    report = replace(REPORT, captured=replace(CAPTURED, silver=[wrong]))
    problem = "Chinook.Album: silver lacks 1,200 rows of the source, and has 3 others."
    assert problem in report.problems
    assert f"PROBLEM: {problem}" in summary(report)
    assert "1,200 missing, 3 others" in page(report)
    assert "not merged here" in page(replace(report, captured=replace(CAPTURED, silver=[])))
