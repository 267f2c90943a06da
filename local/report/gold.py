"""What the day-wise sales of the gold zone must be: a shop's CSV files go in, exact sums and every difference come out.

The sums come straight from the files by SQL, past the events, the functions and the jobs, so that an error of theirs
shows. What is the same by decision: an invoice happens at its earliest InvoiceDate, C in front of its number makes it a
cancellation, A a book entry, and ``17850.0`` is the customer ``17850``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from local.shop.day_files import find_day_files

Key = tuple[date, str, str]

INVOICES = """
WITH lines AS (
    SELECT
        filename,
        trim(InvoiceNo) AS invoice,
        regexp_replace(trim(coalesce(CustomerID, '')), '^([0-9]+)\\.0+$', '\\1') AS customer,
        trim(Country) AS country,
        CAST(trim(InvoiceDate) AS TIMESTAMP) AS moment,
        CAST(trim(Quantity) AS BIGINT) AS quantity,
        CAST(trim(UnitPrice) AS DECIMAL(18, 4)) AS price
    FROM read_csv($files, header = true, all_varchar = true, filename = true)
)
SELECT
    invoice,
    nullif(customer, '') AS customer,
    country,
    CAST(min(moment) AS DATE) AS day,
    sum(quantity) AS units,
    sum(quantity * price) AS amount
FROM lines
GROUP BY filename, invoice, customer, country
"""
EXPECTED = f"""
WITH invoices AS ({INVOICES})
SELECT
    day,
    country,
    'GBP' AS currency,
    sum(amount) AS net_revenue,
    count(DISTINCT invoice) FILTER (invoice[1] NOT IN ('C', 'A')) AS orders,
    count(DISTINCT invoice) FILTER (invoice[1] = 'C') AS cancellations,
    sum(units) AS units,
    coalesce(-sum(units) FILTER (invoice[1] = 'C'), 0) AS returned_units,
    count(DISTINCT customer) FILTER (invoice[1] NOT IN ('C', 'A')) AS active_customers
FROM invoices
GROUP BY day, country
"""  # noqa: S608  SQL of our own
FOUND = """
SELECT sale_date, country, currency, net_revenue, orders, cancellations, units, returned_units, active_customers
FROM {table}
"""


@dataclass(frozen=True, kw_only=True)
class DaySales:
    """What was sold on a day in a country and currency."""

    net_revenue: Decimal
    orders: int
    cancellations: int
    units: int
    returned_units: int
    active_customers: int


MEASURES = tuple(field.name for field in fields(DaySales))


def expected_daily_sales(csv_folder: Path, days: Sequence[date] | None = None) -> dict[Key, DaySales]:
    """What the files of the folder, or of these ``days``, come to; a line that cannot be read is an error."""
    files = [str(file.path) for file in find_day_files(csv_folder) if days is None or file.day in days]
    with duckdb.connect() as connection:
        return _by_key(connection.execute(EXPECTED, {"files": files}).fetchall())


def found_daily_sales(connection: duckdb.DuckDBPyConnection, table: str = "daily_sales") -> dict[Key, DaySales]:
    """What the table says; a key that stands there twice is a ValueError."""
    return _by_key(connection.execute(FOUND.format(table=table)).fetchall())


def differences(expected: Mapping[Key, DaySales], found: Mapping[Key, DaySales]) -> list[str]:
    """One line for each value that differs, by day; empty if all agree to the last digit."""
    lines: list[str] = []
    for key in sorted(expected.keys() | found.keys()):
        place = ", ".join(map(str, key))
        if key not in found:
            lines.append(f"{place}: not in gold, the files have {expected[key]}")
        elif key not in expected:
            lines.append(f"{place}: not in the files, gold has {found[key]}")
        else:
            lines += [
                f"{place}: {name} is {getattr(found[key], name)}, the files come to {getattr(expected[key], name)}"
                for name in MEASURES
                if getattr(found[key], name) != getattr(expected[key], name)
            ]
    return lines


def totals(sales: Mapping[Key, DaySales]) -> dict[str, DaySales]:
    """The sums by currency. Customers are those of each day and country, added up."""
    return {currency: _sum([sales[key] for key in sales if key[2] == currency]) for currency in _currencies(sales)}


def _currencies(sales: Mapping[Key, DaySales]) -> list[str]:
    return sorted({currency for _, _, currency in sales})


def _sum(days: Sequence[DaySales]) -> DaySales:
    return DaySales(
        net_revenue=sum((day.net_revenue for day in days), Decimal(0)),
        orders=sum(day.orders for day in days),
        cancellations=sum(day.cancellations for day in days),
        units=sum(day.units for day in days),
        returned_units=sum(day.returned_units for day in days),
        active_customers=sum(day.active_customers for day in days),
    )


def _by_key(rows: Iterable[tuple[Any, ...]]) -> dict[Key, DaySales]:
    found: dict[Key, DaySales] = {}
    for day, country, currency, *values in rows:
        key = day, country, currency
        if key in found:
            raise ValueError(f"{', '.join(map(str, key))}: stands in daily_sales twice; each day has one row of them")
        measures: dict[str, Any] = dict(zip(MEASURES, values, strict=True))
        found[key] = DaySales(**measures)
    return found
