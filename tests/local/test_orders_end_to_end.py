"""Do real orders arrive, once each, to the cent?"""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from local.demo.flow import ask
from local.demo.platform import Platform
from local.demo.run import Source, run
from local.report.demo_report import DemoReport, document
from local.shop.shop_day import generate
from tests.support.three_days import BAD, amount, bad_records, rows, source


def test_every_record_is_stored_or_set_aside_and_none_twice(report: DemoReport, three_days: Path) -> None:
    account = report.accounting
    invoices = {row["InvoiceNo"] for row in rows(three_days)}
    assert account.stored == len(invoices)
    assert sum(account.quarantined.values()) == BAD
    assert account.sent_unique == account.stored + sum(account.quarantined.values())
    assert (account.lost, account.duplicates, account.misjudged) == (0, 0, 0)


def test_each_bad_record_is_set_aside_for_its_own_reason(report: DemoReport) -> None:
    expected: dict[str, int] = defaultdict(int)
    for record in bad_records():
        expected[str(record.expected_reason)] += 1
    assert report.accounting.quarantined == expected


def test_revenue_is_that_of_the_files_per_day_and_country_to_the_last_digit(
    report: DemoReport, three_days: Path
) -> None:
    by_day: dict[str, Decimal] = defaultdict(Decimal)
    by_country: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(three_days):
        by_day[row["InvoiceDate"][:10]] += amount(row)
        by_country[row["Country"]] += amount(row)
    assert {day.isoformat(): value for day, value in report.revenue.by_day.items()} == by_day
    assert report.revenue.by_country == by_country
    assert report.revenue.total == sum(map(amount, rows(three_days)))


def test_running_again_adds_nothing_to_what_a_reader_sees(
    report: DemoReport, platform: Platform, three_days: Path
) -> None:
    again = run(source(three_days), work_dir=platform.work_dir)
    assert again.accounting.received["orders"].sent_again == report.accounting.stored
    same = ("sent", "sent_unique", "stored", "quarantined", "lost", "duplicates", "stored_in_lake", "revenue")
    before, after = document(report), document(again)
    assert {key: after[key] for key in same} == {key: before[key] for key in same}


def test_no_personal_data_of_the_generated_shop_stands_in_any_column_of_the_lake(platform: Platform) -> None:
    run(Source(name="generated", records=generate(2_000)), work_dir=platform.work_dir)
    planted = ("@example.", "192.0.2.", "198.51.100.", "203.0.113.")
    with ask(platform) as lake:
        for table in ("orders_received", "order_items_received", "quarantine_received"):
            described = lake.rows(f"DESCRIBE {table}")
            texts = [name for name, type_, *_ in described if type_ == "VARCHAR"]
            found = " OR ".join(f"contains({name}, '{value}')" for name in texts for value in planted)
            assert lake.rows(f"SELECT count(*) FROM {table} WHERE {found}") == [(0,)]  # noqa: S608
        assert lake.rows("SELECT count(*) > 0 FROM orders_live_with_tokens WHERE customer_email_token IS NOT NULL") == [
            (True,)
        ]
