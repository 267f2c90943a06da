"""The report as a page: `DemoReport` in, one HTML text out that needs nothing but itself."""

from collections.abc import Mapping
from decimal import Decimal
from html import escape
from pathlib import Path

from local.report.amounts import grouped_text
from local.report.bar_pictures import countries_figure, days_figure, seconds_figure
from local.report.captured import captured_section
from local.report.demo_report import DemoReport
from local.report.flow_picture import flow_figure, outcomes
from local.report.gold_text import gold_sections
from local.report.page_parts import Picture, columns, key_figures, picture_section, section, table, verdict
from local.report.revenue import Revenue

STYLE = Path(__file__).with_name("page.css")
TITLE = "Orders in, answers out"
NO_ORDERS = "No orders were stored."


def page(report: DemoReport) -> str:
    """The whole page."""
    parts = [
        verdict(report.problems, _good_news(report)),
        key_figures(_figures(report)),
        _flow(report),
        _days(report),
        _countries(report),
        _accounts(report),
        _files(report),
        captured_section(report.captured),
        gold_sections(report.gold),
        _seconds(report),
        _made_with(report),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{TITLE}</title>\n<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{TITLE}</h1>\n<p class="lead">{escape(report.source)}, through the platform deployed on this machine.</p>'
        f"{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _good_news(report: DemoReport) -> str:
    news = "Every record sent is stored or quarantined, and a reader of the lake sees each event once."
    if report.reconciliation:
        news += " Revenue equals what the source files say, to the last digit."
    return news


def _figures(report: DemoReport) -> list[tuple[str, str]]:
    accounting, revenue = report.accounting, report.revenue
    return [
        ("Records sent", f"{accounting.sent:,}"),
        ("Stored", f"{accounting.stored:,}"),
        ("Quarantined", f"{sum(accounting.quarantined.values()):,}"),
        ("Lost", f"{accounting.lost:,}"),
        ("Seen twice", f"{accounting.duplicates:,}"),
        (f"Revenue {revenue.currency}".rstrip(), grouped_text(revenue.total)),
        *((f"Revenue {name}", grouped_text(amount)) for name, amount in revenue.other_currencies.items()),
    ]


def _flow(report: DemoReport) -> str:
    accounting, flows = report.accounting, outcomes(report.accounting)
    picture = Picture(
        name="flow",
        title="Where the records went",
        text=(
            f"Of {accounting.sent:,} records sent, {accounting.stored:,} are stored, "
            f"{sum(accounting.quarantined.values()):,} quarantined with their reason and {accounting.lost:,} lost; "
            f"{accounting.sent - accounting.sent_unique:,} repeat an earlier one."
        ),
        draw=lambda: flow_figure(accounting),
    )
    rows = [(flow.label, f"{flow.count:,}") for flow in flows]
    return picture_section(picture, "Records by what became of them", ("outcome", "records"), rows)


def _days(report: DemoReport) -> str:
    revenue = report.revenue
    picture = Picture(
        name="days",
        title="Revenue by day",
        text=_days_text(revenue),
        draw=lambda: days_figure(revenue.by_day, currency=revenue.currency),
    )
    rows = _amounts({day.isoformat(): amount for day, amount in revenue.by_day.items()}, revenue.total)
    return picture_section(picture, "Revenue by day (UTC)", ("day", revenue.currency), rows)


def _days_text(revenue: Revenue) -> str:
    if not revenue.by_day:
        return NO_ORDERS
    first, last = min(revenue.by_day), max(revenue.by_day)
    best = max(revenue.by_day, key=lambda day: revenue.by_day[day])
    peak = f"{best} with {grouped_text(revenue.by_day[best])} {revenue.currency}"
    if first == last:
        return f"All orders are of {peak}. Returns count against their day."
    return (
        f"Days with orders: {len(revenue.by_day):,}, from {first} to {last}. The best was {peak}. "
        "Returns count against their day."
    )


def _countries(report: DemoReport) -> str:
    revenue = report.revenue
    picture = Picture(
        name="countries",
        title="Revenue by country",
        text=_countries_text(revenue),
        draw=lambda: countries_figure(revenue.by_country, currency=revenue.currency),
    )
    rows = _amounts(revenue.by_country, revenue.total)
    return picture_section(picture, "Revenue by country", ("country", revenue.currency), rows)


def _countries_text(revenue: Revenue) -> str:
    if not revenue.by_country:
        return NO_ORDERS
    first, amount = next(iter(revenue.by_country.items()))
    share = f", {float(amount / revenue.total):.0%} of the whole" if revenue.total > 0 else ""
    leader = f"{first} leads with {grouped_text(amount)} {revenue.currency}{share}"
    return f"Countries: {len(revenue.by_country):,}. {leader}."


def _accounts(report: DemoReport) -> str:
    accounting = report.accounting
    counts = [
        ("records sent", f"{accounting.sent:,}"),
        ("different records", f"{accounting.sent_unique:,}"),
        ("stored", f"{accounting.stored:,}"),
        ("quarantined", f"{sum(accounting.quarantined.values()):,}"),
        ("lost = different - stored - quarantined", f"{accounting.lost:,}"),
        ("events or lines a reader sees twice", f"{accounting.duplicates:,}"),
        ("bad records set aside for another reason, or stored", f"{accounting.misjudged:,}"),
        ("orders in the lake, earlier runs included", f"{accounting.stored_in_lake:,}"),
    ]
    received = [
        (name, f"{rows.rows:,}", f"{rows.delivered_again:,}", f"{rows.sent_again:,}")
        for name, rows in accounting.received.items()
    ]
    return section(
        "The accounts",
        "Delivery is at least once: behind the names readers use, a row may stand several times.",
        columns(
            table("Identities of the producer's ledger, looked up in the lake", ("count", "records"), counts),
            "<div>\n"
            + table("Rows behind the views", ("table", "rows", "delivered again", "sent again"), received)
            + f"{_expected(report)}</div>\n",
        ),
    )


def _expected(report: DemoReport) -> str:
    if report.reconciliation is None:
        return ""
    expected, actual = report.reconciliation.expected, report.reconciliation.actual
    rows = [
        ("expected from the source files", grouped_text(expected.total)),
        ("found in the lake", grouped_text(actual.total)),
        ("difference", grouped_text(actual.total - expected.total)),
    ]
    return table("Revenue of the stored orders, two ways", ("revenue", expected.currency), rows)


def _files(report: DemoReport) -> str:
    if not report.files:
        return ""
    head = ("source", "file", "outcome", "rows", "stored", "in quarantine")
    counts = [
        (
            file.source,
            file.file,
            file.why or file.outcome,
            f"{file.read:,}",
            f"{file.stored:,}",
            f"{file.quarantined:,}",
        )
        for file in report.files
    ]
    text = "Each was held against its contract before anybody could read it."
    return section("Files of the other sources", text, table("Files by their verdict", head, counts))


def _seconds(report: DemoReport) -> str:
    seconds = report.seconds
    picture = Picture(
        name="seconds",
        title="Seconds per stage",
        text=f"{sum(seconds.values()):,.1f} seconds in {len(seconds)} stages.",
        draw=lambda: seconds_figure(seconds),
    )
    rows = [(stage, f"{value:,.1f}") for stage, value in seconds.items()]
    return picture_section(picture, "Seconds by stage", ("stage", "seconds"), rows)


def _made_with(report: DemoReport) -> str:
    facts = [("resources deployed", f"{report.resources_applied:,}")]
    facts += [(f"objects in S3 of {name}", f"{count:,}") for name, count in report.objects.items()]
    facts += list(report.versions.items())
    return section("Made with", "What was deployed, and by which versions.", table("Facts", ("what", "value"), facts))


def _amounts(by_name: Mapping[str, Decimal], total: Decimal) -> list[tuple[str, str]]:
    rows = [(name, grouped_text(amount)) for name, amount in by_name.items()]
    return [*rows, ("total", grouped_text(total))] if rows else []
