"""report.json and report.html of a run."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from local.report.demo_report import DemoReport, document, write_report
from local.report.page import page
from local.report.reconciliation import Reconciliation
from local.report.revenue import Revenue
from local.report.svg import VARIABLES
from tests.support.sample_report import ACCOUNTING, FILES, REPORT, REVENUE

NO_REVENUE = Revenue(currency="", total=Decimal(0), by_day={}, by_country={})


class Page(HTMLParser):
    """What of a page the tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def all(self, attribute: str) -> list[str]:
        return [value for name, value in self.attributes if name == attribute]


@pytest.fixture(scope="module")
def text() -> str:
    return page(REPORT)


def test_the_json_has_the_counts_as_numbers_and_the_money_as_text_with_every_digit() -> None:
    found = document(REPORT)
    assert {name: found[name] for name in ("sent", "sent_unique", "stored", "quarantined", "lost", "duplicates")} == {
        "sent": 1050,
        "sent_unique": 1000,
        "stored": 990,
        "quarantined": {"not_json": 4, "missing_field": 6},
        "lost": 0,
        "duplicates": 0,
    }
    assert found["revenue"] == {
        "currency": "GBP",
        "total": "1234567.8905",
        "by_day": {"2010-12-01": "1234600.00", "2010-12-03": "-32.1095"},
        "by_country": {"United Kingdom": "1234567.8905", "EIRE <& $5>": "0.00"},
        "other_currencies": {},
    }
    assert found["seconds"] == {"deploy": 61.235, "send": 2.5}
    assert (found["resources_applied"], found["objects"]) == (42, {"orders_received": 7})
    assert found["received"] == {"orders": {"rows": 1100, "delivered_again": 60, "sent_again": 50}}
    assert (found["schema_version"], found["problems"], found["versions"]) == ("1.0", [], {"DuckDB": "1.5.5"})


def test_the_expected_revenue_is_stated_when_it_is_known() -> None:
    known = document(REPORT)["reconciliation"]
    assert (known["expected"]["total"], known["difference"], known["differences"]) == ("1234567.8905", "0.00", {})
    assert document(replace(REPORT, reconciliation=None))["reconciliation"] is None


def test_writing_the_same_report_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_report(REPORT, tmp_path / "build" / "demo")]
    again = write_report(REPORT, tmp_path / "build" / "demo")
    assert [path.name for path in again] == ["report.json", "report.html"]
    assert [path.read_bytes() for path in again] == first
    assert json.loads(first[0]) == document(REPORT)


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        (replace(REPORT, accounting=replace(ACCOUNTING, sent=0)), "Nothing was sent."),
        (
            replace(REPORT, accounting=replace(ACCOUNTING, lost=2, lost_ids=("a", "b"))),
            "Lost records: 2, such as a, b.",
        ),
        (
            replace(REPORT, accounting=replace(ACCOUNTING, duplicates=1)),
            "Events or lines that a reader sees more than once: 1.",
        ),
        (
            replace(REPORT, accounting=replace(ACCOUNTING, misjudged=1, misjudgements=("a: expected b, found c",))),
            "Bad records not set aside for their reason: 1, such as a: expected b, found c.",
        ),
        (
            replace(
                REPORT,
                reconciliation=Reconciliation(
                    expected=REVENUE,
                    actual=REVENUE,
                    differences={
                        name: Decimal("0.5") for name in ("total", "day 2010-12-01", "country A", "country B")
                    },
                ),
            ),
            "Revenue differs from the source files: "
            "total by 0.50, day 2010-12-01 by 0.50, country A by 0.50 and 1 more.",
        ),
    ],
)
def test_a_promise_that_was_not_kept_is_told_in_the_json_and_on_the_page(report: DemoReport, problem: str) -> None:
    assert document(report)["problems"] == [problem]
    shown = page(report)
    assert "Not as promised." in shown
    assert problem in shown


def test_the_page_asks_nobody_for_anything(text: str) -> None:
    parsed = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "image"} & set(parsed.tags)
    assert parsed.all("src") == []
    assert [target for target in parsed.all("href") + parsed.all("xlink:href") if not target.startswith("#")] == []
    assert "://" not in text
    assert "@import" not in text
    assert [target for target in re.findall(r"url\(([^)]*)\)", text) if not target.startswith("#")] == []


def test_every_reference_inside_the_page_has_one_target(text: str) -> None:
    parsed = Page(text)
    ids = parsed.all("id")
    assert len(ids) == len(set(ids))
    references = {target[1:] for target in parsed.all("xlink:href")} | set(re.findall(r"url\(#([^)]*)\)", text))
    labels = {name for names in parsed.all("aria-labelledby") for name in names.split()}
    assert references | labels <= set(ids)


def test_every_picture_has_a_title_a_description_and_its_numbers_in_a_table(text: str) -> None:
    tags = Page(text).tags
    assert tags.count("svg") == 4
    assert tags.count("desc") == 4
    assert tags.count("details") == 4
    assert tags.count("table") >= 4 + 2
    assert Page(text).all("role") == ["img"] * 4


def test_the_pictures_take_the_colours_of_the_page(text: str) -> None:
    assert [stand_in for stand_in in VARIABLES if stand_in in text] == []
    drawn = set(re.findall(r"(?:fill|stroke): ?(#[0-9a-f]{6})", text))
    assert drawn == set()
    assert text.count("var(--blue)") > len(REVENUE.by_day)


def test_what_stands_in_the_data_cannot_become_markup(text: str) -> None:
    assert "EIRE <& $5>" not in text
    assert text.count("EIRE &lt;&amp; $5&gt;") == 2


def test_a_run_without_orders_has_a_page_without_pictures() -> None:
    accounting = replace(ACCOUNTING, sent=0, sent_unique=0, stored=0, quarantined={}, received={})
    empty = replace(REPORT, accounting=accounting, revenue=NO_REVENUE, reconciliation=None, seconds={})
    shown = page(empty)
    assert "svg" not in Page(shown).tags
    assert shown.count("No orders were stored.") == 2


def test_files_of_other_sources_stand_in_both_reports_by_their_verdict() -> None:
    report = replace(REPORT, files=FILES)
    assert [(file["file"], file["outcome"], file["stored"]) for file in document(report)["files"]] == [
        ("2011-01.csv", "accepted", 848),
        ("access.log.gz", "forwarded", 0),
        ("<users>.ndjson", "refused", 0),
    ]
    text = page(report)
    assert "&lt;users&gt;.ndjson" in text
    assert "by its header" in text
    assert "Files of the other sources" not in page(REPORT)
