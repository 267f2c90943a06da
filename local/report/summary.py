"""The report for a terminal: `DemoReport` in, a screen of plain text out."""

import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from local.report.amounts import grouped_text
from local.report.captured import captured_lines
from local.report.demo_report import DemoReport
from local.report.gold_text import gold_lines
from local.report.landed import Landed

COUNTRIES = 5
DAYS_AT_EACH_END = 2
MORE = "..."
Line = tuple[str, str]


def print_summary(report: DemoReport, *, stream: TextIO | None = None) -> None:
    """Print `summary`."""
    print(summary(report), file=stream or sys.stdout)


def summary(report: DemoReport) -> str:
    """Accounts, revenue and seconds in aligned columns; the verdict stands last, where a reader's eye is."""
    blocks = {
        "Records": _records(report),
        f"Revenue {report.revenue.currency}".rstrip(): _revenue(report),
        "Files": [(f"{file.source}/{file.file}", _fate(file)) for file in report.files],
        "Captured": captured_lines(report.captured),
        "Gold": gold_lines(report.gold),
        "Seconds": [(stage, f"{seconds:,.1f}") for stage, seconds in report.seconds.items()],
    }
    lines = [line for block in blocks.values() for line in block]
    left, right = _width(label for label, _ in lines), _width(value for _, value in lines)
    text = []
    for title, block in ((title, block) for title, block in blocks.items() if block):
        text += [title, *(f"  {label:<{left}}  {value:>{right}}".rstrip() for label, value in block), ""]
    return "\n".join([*text, *_verdict(report)])


def _records(report: DemoReport) -> list[Line]:
    accounting = report.accounting
    quarantined = sorted(accounting.quarantined.items(), key=lambda item: (-item[1], item[0]))
    return [
        ("sent", f"{accounting.sent:,}"),
        ("different ones", f"{accounting.sent_unique:,}"),
        ("stored", f"{accounting.stored:,}"),
        *((f"quarantined, {reason}", f"{count:,}") for reason, count in quarantined),
        ("lost", f"{accounting.lost:,}"),
        ("seen twice by a reader", f"{accounting.duplicates:,}"),
        ("resources deployed", f"{report.resources_applied:,}"),
    ]


def _fate(file: Landed) -> str:
    if file.outcome != "accepted":
        return f"{file.outcome} {file.why or ''}".rstrip()
    return f"{file.stored:,} of {file.read:,} rows stored"


def _revenue(report: DemoReport) -> list[Line]:
    revenue = report.revenue
    countries = [(name, grouped_text(amount)) for name, amount in revenue.by_country.items()]
    days = [(day.isoformat(), grouped_text(amount)) for day, amount in revenue.by_day.items()]
    lines = [*_start(countries, "countries"), *_ends(days), ("total", grouped_text(revenue.total))]
    if report.reconciliation:
        lines.append(("expected from the files", grouped_text(report.reconciliation.expected.total)))
    lines += [(f"in {name}", grouped_text(amount)) for name, amount in revenue.other_currencies.items()]
    return _points_aligned(lines)


def _points_aligned(lines: Sequence[Line]) -> list[Line]:
    """Amounts of fewer decimals get blanks, so that the points stand below each other."""
    decimals = _width(amount.partition(".")[2] for _, amount in lines if amount != MORE)
    return [(name, amount + " " * (decimals - len(amount.partition(".")[2]))) for name, amount in lines]


def _start(lines: Sequence[Line], kind: str) -> list[Line]:
    more = len(lines) - COUNTRIES
    return [*lines[:COUNTRIES], *([(f"{more} more {kind}", MORE)] if more > 0 else [])]


def _ends(lines: Sequence[Line]) -> list[Line]:
    more = len(lines) - 2 * DAYS_AT_EACH_END
    if more <= 0:
        return list(lines)
    return [*lines[:DAYS_AT_EACH_END], (f"{more} more days", MORE), *lines[-DAYS_AT_EACH_END:]]


def _verdict(report: DemoReport) -> list[str]:
    if report.problems:
        return [f"PROBLEM: {problem}" for problem in report.problems]
    verdict = "Nothing lost, nothing twice"
    if report.reconciliation:
        verdict += ", revenue equal to the source files to the last digit"
    if report.gold and report.gold.unequal is not None:
        verdict += ", gold to the cent"
    if report.captured:
        verdict += ", captured tables equal to their source"
    return [f"{verdict}."]


def _width(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)
