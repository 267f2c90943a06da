"""The sums that gold is measured by: straight from the files, and every difference with its place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from local.report.gold import DaySales, differences, expected_daily_sales, found_daily_sales, totals

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
FIRST, SECOND = date(2010, 12, 1), date(2010, 12, 2)
ENGLAND = (FIRST, "England", "GBP")
LINES = {
    FIRST: (
        "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,England\n"
        '536365,71053," LANTERN, WHITE ",6,2010-12-01 08:26:00,3.39,17850.0, England \n'
        "536366,85123A,HEART,1,2010-12-01 09:00:00,2.55,17850,England\n"
        "536367,85123A,damaged,-3,2010-12-01 09:30:00,0.0,,England\n"
        "C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527.0,England\n"
        "A563185,B,Adjust bad debt,1,2010-12-01 14:50:00,11062.06,,England\n"
    ),
    SECOND: "536500,85123A,HEART,2,2010-12-02 08:00:00,0.125,,France\n",
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for day, lines in LINES.items():
        (tmp_path / f"{day}.csv").write_text(HEADER + lines)
    return tmp_path


def test_a_day_is_summed_from_its_lines(files: Path) -> None:
    assert expected_daily_sales(files)[ENGLAND] == DaySales(
        net_revenue=Decimal("11072.75"), orders=3, cancellations=1, units=10, returned_units=1, active_customers=1
    )


def test_days_and_countries_are_told_apart_and_days_can_be_chosen(files: Path) -> None:
    assert set(expected_daily_sales(files)) == {ENGLAND, (SECOND, "France", "GBP")}
    assert set(expected_daily_sales(files, [SECOND])) == {(SECOND, "France", "GBP")}


def test_totals_are_by_currency(files: Path) -> None:
    assert {currency: day.net_revenue for currency, day in totals(expected_daily_sales(files)).items()} == {
        "GBP": Decimal("11073.00")
    }


def test_equal_sums_have_no_difference(files: Path) -> None:
    assert differences(expected_daily_sales(files), expected_daily_sales(files)) == []


def test_a_difference_names_its_day_and_value(files: Path) -> None:
    expected = expected_daily_sales(files)
    found = expected | {ENGLAND: replace(expected[ENGLAND], units=9)}
    assert differences(expected, found) == ["2010-12-01, England, GBP: units is 9, the files come to 10"]


def test_what_one_side_lacks_is_a_difference(files: Path) -> None:
    expected = expected_daily_sales(files)
    (missing,), (more,) = (
        differences(expected, expected_daily_sales(files, [FIRST])),
        differences({}, {ENGLAND: expected[ENGLAND]}),
    )
    assert missing.startswith("2010-12-02, France, GBP: not in gold")
    assert more.startswith("2010-12-01, England, GBP: not in the files")


def test_a_day_that_stands_in_gold_twice_is_refused() -> None:
    row = "DATE '2010-12-01' AS sale_date, 'England' AS country, 'GBP' AS currency, 1.5 AS net_revenue, 1 AS orders"
    rest = "0 AS cancellations, 1 AS units, 0 AS returned_units, 1 AS active_customers"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE daily_sales AS SELECT {row}, {rest} FROM range(2)")  # noqa: S608
        with pytest.raises(ValueError, match="2010-12-01, England, GBP: stands in daily_sales twice"):
            found_daily_sales(connection)
