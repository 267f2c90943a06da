"""The gold part of the report in words: `Gold` in; lines for a terminal, JSON, and a section of the page out."""

from dataclasses import asdict
from typing import Any

from local.report.amounts import exact_text, grouped_text
from local.report.gold_report import Gold, PublishedContent
from local.report.page_parts import Picture, columns, picture_section, section, table

Line = tuple[str, str]


def gold_lines(gold: Gold | None) -> list[Line]:
    """What a terminal shows; nothing if no job ran."""
    if gold is None:
        return []
    sales = [(f"net revenue {name}", grouped_text(each.net_revenue)) for name, each in gold.sales.items()]
    tables = [(name, f"{each.rows:,} rows {each.digest[:8]}{_changed(each)}") for name, each in gold.tables.items()]
    return [
        *sales,
        ("orders, each once", f"{gold.orders:,}"),
        ("standing there twice", f"{gold.duplicates:,}"),
        ("against the source files", _compared(gold)),
        *tables,
    ]


def gold_document(gold: Gold | None) -> dict[str, Any] | None:
    """As JSON knows it; money is text with all its digits."""
    if gold is None:
        return None
    return {
        "sales": {
            name: asdict(each) | {"net_revenue": exact_text(each.net_revenue)} for name, each in gold.sales.items()
        },
        "currency": gold.currency,
        "net_revenue_by_day": {day.isoformat(): exact_text(amount) for day, amount in gold.by_day.items()},
        "orders": gold.orders,
        "duplicates": gold.duplicates,
        "missing": gold.missing,
        "foreign": gold.foreign,
        "unequal": None if gold.unequal is None else list(gold.unequal),
        "tables": {name: asdict(each) for name, each in gold.tables.items()},
        "jobs": list(gold.jobs),
    }


def gold_sections(gold: Gold | None) -> str:
    """The card of the page."""
    if gold is None:
        return ""
    # matplotlib costs a second, which only the page pays.
    from local.report.bar_pictures import days_figure  # noqa: PLC0415

    picture = Picture(
        name="gold",
        title="Gold: net revenue by day",
        text="What the batch jobs published: each order once, cancellations and returns taken off.",
        draw=lambda: days_figure(gold.by_day, currency=gold.currency),
    )
    rows = [(day.isoformat(), grouped_text(amount)) for day, amount in gold.by_day.items()]
    facts = [line for line in gold_lines(gold) if line[0] not in gold.tables]
    published = [(name, f"{each.rows:,}", each.digest, _said(each)) for name, each in gold.tables.items()]
    head = ("table", "rows", "digest of all rows", "against the run before")
    return picture_section(picture, "Net revenue by day (UTC)", ("day", gold.currency), rows) + section(
        "Published tables",
        "The same rows have the same digest, in whatever order they lie. " + " ".join(f"{job}." for job in gold.jobs),
        columns(table("Sales and orders", ("what", "value"), facts), table("Tables", head, published)),
    )


def _compared(gold: Gold) -> str:
    if gold.unequal is None:
        return "not compared"
    return f"{len(gold.unequal):,} differ" if gold.unequal else "equal to the cent"


def _said(content: PublishedContent) -> str:
    return {None: "first run", True: "equal", False: "changed"}[content.same_as_before]


def _changed(content: PublishedContent) -> str:
    return "" if content.same_as_before is None else f" ({_said(content)})"
