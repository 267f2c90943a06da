"""Revenue from the shop's files, read a second way, against the lake."""

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from local.report.ledger import find_fates
from local.report.reconciliation import Reconciliation, reconcile_csv
from local.report.revenue import revenue_of_stored
from local.shop.online_retail import read_events
from tests.support.lake_tables import empty_lake, insert_order

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
FIRST_DAY = """\
536365,85123A,"HEART, WHITE",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,85123A,"HEART, WHITE",6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536366,22633,"SAID ""WARM"" ",3,2010-12-01 09:00:00,0.001,, EIRE\u00a0
536366,22633,NO PRICE,3,2010-12-01 09:00:00,0,,EIRE
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527.0,United Kingdom
A563185,B,Adjust bad debt,1,2010-12-01 14:51:00,-11062.06,,United Kingdom
536367,M,TWO COUNTRIES,1,2010-12-01 23:59:00,1.00,1,United Kingdom
536367,M,TWO COUNTRIES,1,2010-12-01 23:58:00,2.00,1,France
536368,M,OVER MIDNIGHT,1,2010-12-01 23:59:00,4.00,1,United Kingdom
"""
SECOND_DAY = """\
536368,M,OVER MIDNIGHT,1,2010-12-02 00:01:00,8.00,1,United Kingdom
536369,M,LATER FIRST,1,2010-12-02 10:05:00,1.5,2,Spain
536369,M,EARLIER SECOND,-2,2010-12-01T22:05:00-03:00,0.25,2,Spain
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "2010-12-01.csv.gz").write_bytes(gzip.compress(("\ufeff" + HEADER + FIRST_DAY).encode()))
    (tmp_path / "2010-12-02.csv").write_text(HEADER + SECOND_DAY, encoding="utf-8")
    return tmp_path


def store(folder: Path, *, without: str = "") -> duckdb.DuckDBPyConnection:
    """The lake after every order of the folder went through the shop, without one of them."""
    lake = empty_lake()
    lake.execute("SET TimeZone = 'UTC'")
    for record in read_events(folder):
        order = json.loads(record.data)
        amounts = [str(item["quantity"] * Decimal(item["unit_price"])) for item in order["items"]]
        occurred_at = datetime.fromisoformat(order["occurred_at"]).replace(tzinfo=None)
        if record.identity != without:
            insert_order(lake, record.identity, *amounts, country=order["country"], occurred_at=occurred_at)
    find_fates(lake, dict.fromkeys(record.identity for record in read_events(folder)))
    return lake


def reconciled(folder: Path, lake: duckdb.DuckDBPyConnection) -> Reconciliation:
    return reconcile_csv(folder, lake=lake, actual=revenue_of_stored(lake))


def test_files_and_lake_agree_by_day_and_country_to_the_last_digit(folder: Path) -> None:
    found = reconciled(folder, store(folder))
    assert found.differences == {}
    assert found.expected.total == Decimal("-11042.957")
    assert found.expected.by_day == {
        date(2010, 12, 1): Decimal("-11051.957"),
        date(2010, 12, 2): Decimal("9.00"),
    }
    assert found.expected.by_country == {
        "France": Decimal(2),
        "Spain": Decimal(1),
        "EIRE": Decimal("0.003"),
        "United Kingdom": Decimal("-11045.96"),
    }


def test_every_event_of_the_shop_is_found_in_the_files(folder: Path) -> None:
    lake = store(folder)
    reconciled(folder, lake)
    named = {event_id for (event_id,) in lake.execute("SELECT event_id FROM expected_orders").fetchall()}
    assert named == {record.identity for record in read_events(folder)}
    assert {"order_placed-536367:2", "order_placed-536368:2010-12-02", "order_cancelled-C536379"} <= named


def test_orders_that_were_not_stored_are_not_expected(folder: Path) -> None:
    found = reconciled(folder, store(folder, without="order_adjusted-A563185"))
    assert found.differences == {}
    assert found.expected.total == Decimal("19.103")


def test_an_amount_that_changed_on_the_way_is_a_difference_of_its_day_and_country(folder: Path) -> None:
    lake = store(folder)
    for table, column in (("orders_received", "total_amount"), ("order_items_received", "line_amount")):
        lake.execute(f"UPDATE {table} SET {column} = 8.0001 WHERE event_id LIKE '%:2010-12-02'")  # noqa: S608
    ten_thousandth = Decimal("0.0001")
    assert reconciled(folder, lake).differences == {
        "total": ten_thousandth,
        "day 2010-12-02": ten_thousandth,
        "country United Kingdom": ten_thousandth,
    }


def test_orders_that_stand_in_no_file_are_a_difference(folder: Path) -> None:
    lake = store(folder)
    insert_order(lake, "order_placed-1", "0.00", country="Atlantis")
    find_fates(lake, {"order_placed-1": None})
    found = reconciled(folder, lake)
    assert found.differences == {"day 2010-12-01": Decimal(0), "country Atlantis": Decimal(0)}
