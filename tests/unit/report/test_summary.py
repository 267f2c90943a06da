"""The report on a terminal."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

from local.report.summary import print_summary, summary
from tests.support.sample_report import ACCOUNTING, FILES, REPORT, REVENUE


def test_the_whole_summary_is_short_aligned_and_ends_with_the_verdict() -> None:
    stream = io.StringIO()
    print_summary(REPORT, stream=stream)
    assert stream.getvalue() == (
        "Records\n"
        "  sent                                 1,050\n"
        "  different ones                       1,000\n"
        "  stored                                 990\n"
        "  quarantined, missing_field               6\n"
        "  quarantined, not_json                    4\n"
        "  lost                                     0\n"
        "  seen twice by a reader                   0\n"
        "  resources deployed                      42\n"
        "\n"
        "Revenue GBP\n"
        "  United Kingdom              1,234,567.8905\n"
        "  EIRE <& $5>                         0.00\n"
        "  2010-12-01                  1,234,600.00\n"
        "  2010-12-03                        -32.1095\n"
        "  total                       1,234,567.8905\n"
        "  expected from the files     1,234,567.8905\n"
        "\n"
        "Seconds\n"
        "  deploy                                61.2\n"
        "  send                                   2.5\n"
        "\n"
        "Nothing lost, nothing twice, revenue equal to the source files to the last digit.\n"
    )


def test_of_many_countries_and_days_the_first_and_the_last_stand_for_all() -> None:
    days = {date(2010, 12, day): Decimal(day) for day in range(1, 32)}
    countries = {f"country {number}": Decimal(100 - number) for number in range(36)}
    text = summary(replace(REPORT, revenue=replace(REVENUE, by_day=days, by_country=countries)))
    assert "31 more countries" in text
    assert "27 more days" in text
    assert [f"2010-12-{day:02}" in text for day in (1, 2, 3, 29, 30, 31)] == [True, True, False, False, True, True]


def test_a_broken_promise_is_the_last_thing_said() -> None:
    text = summary(replace(REPORT, accounting=replace(ACCOUNTING, lost=1, lost_ids=("order_placed-1",))))
    assert text.endswith("\nPROBLEM: Lost records: 1, such as order_placed-1.")


def test_without_source_files_nothing_is_said_about_them() -> None:
    text = summary(replace(REPORT, reconciliation=None))
    assert "files" not in text
    assert text.endswith("\nNothing lost, nothing twice.")


def test_each_file_of_another_source_is_told_with_its_verdict() -> None:
    lines = [" ".join(line.split()) for line in summary(replace(REPORT, files=FILES)).splitlines()]
    assert lines[lines.index("Files") + 1 :][:3] == [
        "erp_returns/2011-01.csv 848 of 849 rows stored",
        "web_logs/access.log.gz forwarded",
        "crm_users/<users>.ndjson refused by its header",
    ]
