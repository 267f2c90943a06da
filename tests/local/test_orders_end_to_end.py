"""Do real orders arrive, once each, to the cent, whatever is killed on the way?"""

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest

from local.demo.platform import Platform
from local.demo.run import Source, run
from local.lambda_service.status import progress as delivery_progress
from local.report.demo_report import DemoReport, document
from local.shop.online_retail import read_events
from local.shop.order_record import Record
from local.shop.shop_day import generate

BAD = 54  # two of each known fault
MANY = 60_000


def bad_records() -> list[Record]:
    """Records that break the contract, each knowing the reason it must be set aside for."""
    return list(generate(BAD, bad_share=1.0, repeat_share=0.0, late_share=0.0))


def source(folder: Path) -> Source:
    return Source(name="three days", records=chain(read_events(folder), bad_records()), csv_folder=folder)


def rows(folder: Path) -> list[dict[str, str]]:
    return [row for path in sorted(folder.iterdir()) for row in csv.DictReader(gzip.open(path, "rt", encoding="utf-8"))]


def amount(row: dict[str, str]) -> Decimal:
    return Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])


@pytest.fixture(scope="module")
def report(platform: Platform, three_days: Path) -> DemoReport:
    return run(source(three_days), work_dir=platform.work_dir)


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


def demo(platform: Platform, folder: Path, *arguments: str) -> list[str]:
    report_dir = ["--report-dir", str(folder)]
    return [sys.executable, "-m", "local.demo", "--work-dir", str(platform.work_dir), *report_dir, *arguments]


def delivered(platform: Platform) -> int:
    status = delivery_progress(platform.work_dir)
    return status.tally.records_delivered if status else 0


def kill_in_mid_stream(platform: Platform, folder: Path, log: Path) -> None:
    """Starts the demo, waits until its first records are being processed, kills it."""
    before = delivered(platform)
    with log.open("w") as output:
        process = subprocess.Popen(
            demo(platform, folder, "--events", str(MANY)), stdout=output, stderr=output, cwd=Path.cwd()
        )
        try:
            while delivered(platform) == before:
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == -signal.SIGKILL


def test_a_demo_killed_in_mid_stream_ends_green_when_started_again(platform: Platform, tmp_path: Path) -> None:
    kill_in_mid_stream(platform, tmp_path, tmp_path / "killed.log")
    assert "(100%)" not in (tmp_path / "killed.log").read_text(), "killed too late: everything was sent"
    subprocess.run(demo(platform, tmp_path, "--events", str(MANY)), check=True, cwd=Path.cwd())
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["sent"] == MANY
    assert report["sent_unique"] == report["stored"] + sum(report["quarantined"].values())
    assert (report["lost"], report["duplicates"], report["misjudged"]) == (0, 0, 0)
    assert report["received"]["orders"]["sent_again"] > report["sent"] - report["sent_unique"]
    assert "<svg" in (tmp_path / "report.html").read_text()


def test_no_personal_data_of_the_generated_shop_stands_in_any_column_of_the_lake(platform: Platform) -> None:
    from local.demo.flow import ask  # noqa: PLC0415  beside its only use: DuckDB starts slowly

    planted = ("@example.", "192.0.2.", "198.51.100.", "203.0.113.")
    with ask(platform) as lake:
        for table in ("orders_received", "order_items_received", "quarantine_received"):
            described = lake.rows(f"DESCRIBE {table}")
            texts = [name for name, type_, *_ in described if type_ == "VARCHAR"]
            found = " OR ".join(f"contains({name}, '{value}')" for name in texts for value in planted)
            assert lake.rows(f"SELECT count(*) FROM {table} WHERE {found}") == [(0,)]  # noqa: S608
        assert lake.rows("SELECT count(*) > 0 FROM orders WHERE customer_email_token IS NOT NULL") == [(True,)]


def test_everything_killed_at_once_starts_afresh_and_gives_the_same_figures(
    report: DemoReport, platform: Platform, three_days: Path
) -> None:
    os.kill(platform.aws.pid, signal.SIGKILL)
    again = document(run(source(three_days), work_dir=platform.work_dir))
    before = document(report)
    same = ("sent", "sent_unique", "stored", "quarantined", "lost", "duplicates", "revenue", "resources_applied")
    assert {key: again[key] for key in same} == {key: before[key] for key in same}
