"""What the batch jobs made of the records: the lake and the shop's files go in, the gold part of the report comes out.

Exact means: every order that a reader of the live views sees stands in the published table, once, and nothing else
does but the ERP's. With the shop's own files the day-wise sales are held against them to the cent (gold.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from local.report.gold import DaySales, differences, expected_daily_sales, found_daily_sales, totals

SHOWN = 3
# The ERP's orders come as files, past the stream and its views.
COUNTS = """
SELECT
    (SELECT count(*) FROM orders),
    (SELECT count(*) - count(DISTINCT event_id) FROM orders),
    (SELECT count(*) FROM orders_live ANTI JOIN orders USING (event_id)),
    (SELECT count(*) FROM orders ANTI JOIN orders_live USING (event_id) WHERE NOT starts_with(event_id, 'erp:')),
    (SELECT count(*) FROM orders_live) = (SELECT count(*) FROM stored_orders)
"""
PUBLISHED = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE ends_with(table_schema, '_gold') OR table_name IN ('orders', 'order_items')
ORDER BY ALL
"""
CONTENT = 'SELECT count(*), coalesce(sum(hash(rows)::HUGEINT), 0) FROM "{schema}"."{table}" AS rows'


@dataclass(frozen=True, kw_only=True)
class PublishedContent:
    """``digest`` is the same for the same rows in whatever order. ``same_as_before`` None: there was no run before."""

    rows: int
    digest: str
    same_as_before: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Gold:
    """``sales`` are the totals by currency, ``by_day`` the net revenue in the ``currency`` of most orders.

    ``missing`` and ``foreign`` count orders that a reader of the live view sees and not in the published table, and
    the other way round. ``unequal`` are the values that differ from the shop's files, None if there is nothing to
    compare with. ``jobs`` are lines that say how each went.
    """

    sales: Mapping[str, DaySales]
    currency: str
    by_day: Mapping[date, Decimal]
    orders: int
    duplicates: int
    missing: int
    foreign: int
    unequal: Sequence[str] | None
    tables: Mapping[str, PublishedContent]
    jobs: Sequence[str] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        found = []
        if self.duplicates:
            found.append(f"Orders that stand in the published table more than once: {self.duplicates:,}.")
        if self.missing or self.foreign:
            found.append(f"Orders stored and not published: {self.missing:,}; the other way round: {self.foreign:,}.")
        if self.unequal:
            shown = "; ".join(self.unequal[:SHOWN])
            found.append(f"Day-wise sales differ from the source files in {len(self.unequal):,} values: {shown}.")
        return tuple(found)


def gold_of(
    lake: duckdb.DuckDBPyConnection,
    *,
    csv_folder: Path | None,
    before: Mapping[str, str],
    jobs: Sequence[str],
) -> Gold:
    """After `revenue_of_stored`. ``before`` are the digests of the run before."""
    row = lake.execute(COUNTS).fetchone()
    orders, duplicates, missing, foreign, only_these = row or (0, 0, 0, 0, False)
    found = found_daily_sales(lake)
    sales = totals(found)
    currency = max(sales, key=lambda name: sales[name].orders, default="")
    # With orders of other runs in the lake the files of this one say nothing about its days.
    compared = csv_folder is not None and only_these
    return Gold(
        sales=sales,
        currency=currency,
        by_day=_by_day(found, currency),
        orders=orders,
        duplicates=duplicates,
        missing=missing,
        foreign=foreign,
        unequal=differences(expected_daily_sales(csv_folder), found) if csv_folder and compared else None,
        tables=_tables(lake, before),
        jobs=jobs,
    )


def _by_day(sales: Mapping[tuple[date, str, str], DaySales], currency: str) -> dict[date, Decimal]:
    by_day = dict[date, Decimal]()
    for day, _, sold_in in sorted(sales):
        if sold_in == currency:
            by_day[day] = by_day.get(day, Decimal(0)) + sales[day, _, sold_in].net_revenue
    return by_day


def _tables(lake: duckdb.DuckDBPyConnection, before: Mapping[str, str]) -> dict[str, PublishedContent]:
    found = dict[str, PublishedContent]()
    for schema, table in lake.execute(PUBLISHED).fetchall():
        rows, number = lake.execute(CONTENT.format(schema=schema, table=table)).fetchall()[0]
        digest = f"{number % 2**64:016x}"
        same = before[table] == digest if table in before else None
        found[table] = PublishedContent(rows=rows, digest=digest, same_as_before=same)
    return found
