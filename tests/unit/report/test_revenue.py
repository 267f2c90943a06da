"""The worth of the stored orders, to the last digit."""

from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

from local.report.amounts import exact_text, grouped_text
from local.report.ledger import find_fates
from local.report.revenue import Revenue, revenue_of_stored
from tests.support.lake_tables import NOON, empty_lake, insert_order


@pytest.fixture
def lake() -> duckdb.DuckDBPyConnection:
    return empty_lake()


def revenue(lake: duckdb.DuckDBPyConnection, *event_ids: str) -> Revenue:
    find_fates(lake, dict.fromkeys(event_ids))
    return revenue_of_stored(lake)


def test_revenue_is_summed_exactly_by_day_and_by_falling_country(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "0.0001", "0.1000", country="Germany")
    insert_order(lake, "order_placed-2", "99999999999999.9999", country="EIRE", occurred_at=NOON + timedelta(days=1))
    insert_order(lake, "order_cancelled-3", "-0.2000", country="Germany")
    found = revenue(lake, "order_placed-1", "order_placed-2", "order_cancelled-3")
    assert found.total == Decimal("99999999999999.9000")
    assert found.by_day == {date(2010, 12, 1): Decimal("-0.0999"), date(2010, 12, 2): Decimal("99999999999999.9999")}
    assert list(found.by_country) == ["EIRE", "Germany"]
    assert found.currency == "GBP"


def test_repeats_and_the_orders_of_others_add_nothing(lake: duckdb.DuckDBPyConnection) -> None:
    for sequence_number in ("1", "1", "2"):
        insert_order(lake, "order_placed-1", "2.00", _sequence_number=sequence_number)
    insert_order(lake, "order_placed-of-yesterday", "7.00")
    assert revenue(lake, "order_placed-1").total == Decimal(2)


def test_an_order_without_one_of_its_lines_is_an_error_that_names_it(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "2.00", "0.00")
    lake.execute("DELETE FROM order_items_received WHERE line_number = 2")
    with pytest.raises(ValueError, match=r"1 orders disagree .*order_placed-1: 2 lines worth 2.0000, found 1 worth 2"):
        revenue(lake, "order_placed-1")


def test_an_order_whose_lines_are_worth_something_else_is_an_error(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "2.00", total_amount=Decimal("2.0001"))
    with pytest.raises(ValueError, match=r"1 lines worth 2.0001, found 1 worth 2.0000"):
        revenue(lake, "order_placed-1")


def test_amounts_of_different_currencies_are_never_added_up(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "2.00")
    insert_order(lake, "order_placed-2", "3.00")
    insert_order(lake, "order_placed-3", "500.00", currency="EUR")
    found = revenue(lake, "order_placed-1", "order_placed-2", "order_placed-3")
    assert (found.currency, found.total, found.other_currencies) == ("GBP", Decimal(5), {"EUR": Decimal(500)})
    assert sum(found.by_day.values()) == sum(found.by_country.values()) == Decimal(5)


def test_nothing_stored_is_worth_nothing(lake: duckdb.DuckDBPyConnection) -> None:
    assert revenue(lake) == Revenue(currency="", total=Decimal(0), by_day={}, by_country={})


@pytest.mark.parametrize(
    ("amount", "text", "grouped"),
    [
        ("139.1200", "139.12", "139.12"),
        ("0.0050", "0.005", "0.005"),
        ("1234567.1", "1234567.10", "1,234,567.10"),
        ("-1234.5678", "-1234.5678", "-1,234.5678"),
        ("-0.0500", "-0.05", "-0.05"),
        ("-0.0000", "0.00", "0.00"),
        ("7", "7.00", "7.00"),
        ("1E+3", "1000.00", "1,000.00"),
        ("12345678901234567890123456789012.1234", "12345678901234567890123456789012.1234", None),
    ],
)
def test_money_as_text_keeps_every_digit_and_shows_two_decimals(amount: str, text: str, grouped: str | None) -> None:
    assert exact_text(Decimal(amount)) == text
    assert grouped is None or grouped_text(Decimal(amount)) == grouped


def test_what_is_no_number_is_no_money() -> None:
    with pytest.raises(ValueError, match="amount is NaN"):
        exact_text(Decimal("NaN"))
