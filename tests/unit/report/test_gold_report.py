import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from local.report.demo_report import document
from local.report.gold import DaySales
from local.report.gold_report import Gold, PublishedContent, gold_of
from local.report.page import page
from local.report.summary import summary
from tests.support.sample_report import REPORT

SALES = DaySales(net_revenue=Decimal("90.50"), orders=2, cancellations=1, units=9, returned_units=1, active_customers=2)
GOLD = Gold(
    sales={"GBP": SALES},
    currency="GBP",
    by_day={date(2010, 12, 1): Decimal("90.50")},
    orders=3,
    duplicates=0,
    missing=0,
    foreign=0,
    unequal=(),
    tables={"orders": PublishedContent(rows=3, digest="0123456789abcdef", same_as_before=True)},
    jobs=("order_etl: SUCCEEDED in 1.0 s",),
)
CSV = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1,A,a,4,2010-12-01 08:00:00,25.00,17850,United Kingdom
C2,A,a,-1,2010-12-01 09:00:00,25.00,17850,United Kingdom
"""


@pytest.fixture
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two orders seen live and published, and the day they come to."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA x_gold")
        for name in ("orders", "orders_live", "stored_orders"):
            connection.execute(
                f"CREATE TABLE {name} AS SELECT unnest(['order_placed-1', 'order_cancelled-C2']) AS event_id"
            )
        connection.execute(
            "CREATE TABLE x_gold.daily_sales AS SELECT DATE '2010-12-01' AS sale_date, 'United Kingdom' AS country, "
            "'GBP' AS currency, 75.00::DECIMAL(18, 4) AS net_revenue, 1 AS orders, 1 AS cancellations, 3 AS units, "
            "1 AS returned_units, 1 AS active_customers"
        )
        connection.execute("SET search_path = 'main,x_gold'")
        yield connection


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "2010-12-01.csv").write_text(CSV, encoding="utf-8")
    return tmp_path


def gold(lake: duckdb.DuckDBPyConnection, files: Path | None, before: dict[str, str] | None = None) -> Gold:
    return gold_of(lake, csv_folder=files, before=before or {}, jobs=[])


def test_gold_that_is_what_the_files_come_to_is_no_problem(lake: duckdb.DuckDBPyConnection, files: Path) -> None:
    found = gold(lake, files)
    assert (found.unequal, found.problems) == ([], ())
    assert (found.orders, found.by_day) == (2, {date(2010, 12, 1): Decimal("75.0000")})


def test_a_cent_that_differs_from_the_files_is_one(lake: duckdb.DuckDBPyConnection, files: Path) -> None:
    lake.execute("UPDATE x_gold.daily_sales SET net_revenue = net_revenue + 0.01")
    [problem] = gold(lake, files).problems
    assert problem.startswith(
        "Day-wise sales differ from the source files in 1 values: 2010-12-01, United Kingdom, GBP"
    )


def test_an_order_that_stands_there_twice_is_one(lake: duckdb.DuckDBPyConnection) -> None:
    lake.execute("INSERT INTO orders VALUES ('order_placed-1')")
    assert gold(lake, None).problems == ("Orders that stand in the published table more than once: 1.",)


def test_an_order_that_is_not_published_or_never_came_is_one(lake: duckdb.DuckDBPyConnection) -> None:
    lake.execute("UPDATE orders SET event_id = 'order_placed-9' WHERE event_id = 'order_placed-1'")
    assert gold(lake, None).problems == ("Orders stored and not published: 1; the other way round: 1.",)


def test_orders_of_the_erp_come_past_the_stream(lake: duckdb.DuckDBPyConnection) -> None:
    lake.execute("INSERT INTO orders VALUES ('erp:SO43697')")
    assert gold(lake, None).problems == ()


def test_with_orders_of_other_runs_in_the_lake_nothing_is_compared(
    lake: duckdb.DuckDBPyConnection, files: Path
) -> None:
    lake.execute("DELETE FROM stored_orders WHERE event_id = 'order_placed-1'")
    assert gold(lake, files).unequal is None


def test_the_same_rows_in_another_order_have_the_digest_of_the_run_before(lake: duckdb.DuckDBPyConnection) -> None:
    before = {name: table.digest for name, table in gold(lake, None).tables.items()}
    lake.execute("CREATE OR REPLACE TABLE orders AS SELECT * FROM orders ORDER BY event_id")
    assert gold(lake, None, before).tables["orders"].same_as_before is True
    lake.execute("INSERT INTO orders VALUES ('order_placed-1')")
    assert gold(lake, None, before).tables["orders"].same_as_before is False


def test_the_report_shows_gold_everywhere() -> None:
    report = replace(REPORT, gold=GOLD)
    assert re.search(r"net revenue GBP +90\.50", summary(report))
    assert re.search(r"orders +3 rows 01234567 \(equal\)", summary(report))
    assert summary(report).endswith("gold to the cent.")
    assert document(report)["gold"]["sales"]["GBP"]["net_revenue"] == "90.50"
    assert "Gold: net revenue by day" in page(report)
    assert "0123456789abcdef" in page(report)


def test_a_problem_of_gold_is_a_problem_of_the_run() -> None:
    assert replace(REPORT, gold=replace(GOLD, duplicates=2)).problems == (
        "Orders that stand in the published table more than once: 2.",
    )


def test_without_jobs_the_report_says_nothing_of_gold() -> None:
    assert document(REPORT)["gold"] is None
    assert "Gold" not in summary(REPORT)
