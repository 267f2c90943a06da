"""The revenue a second way: the shop's own CSV files, read by DuckDB, against what the lake says.

In: the folder of Online Retail files and the lake after `revenue_of_stored`. Out: `Reconciliation`; expected and actual
must agree to the last digit. Only the stored orders of the ledger are compared: what was quarantined is accounted for
elsewhere. Nothing of the path under test is used: the files are parsed, cut into events and multiplied here in SQL.
The rules (an invoice's earliest date is its day; a further day's file, customer or country makes a further event) are
those of local/shop/online_retail.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import duckdb

from local.report.revenue import Revenue
from local.shop.day_files import find_day_files

EXPECTED = r"""
CREATE OR REPLACE TEMP TABLE expected_orders AS
WITH text AS (
    SELECT
        row_number() OVER () AS place,
        regexp_extract(filename, '(\d{4}-\d{2}-\d{2})\.[^/]*$', 1) AS file_day,
        COLUMNS(['InvoiceNo', 'CustomerID', 'Country', 'InvoiceDate', 'Quantity', 'UnitPrice'])
    FROM read_csv(
        $files, header = true, delim = ',', quote = '"', escape = '"', all_varchar = true, filename = true,
        union_by_name = true, parallel = false
    )
),
stripped AS (
    SELECT
        place,
        file_day,
        regexp_replace(coalesce(COLUMNS(* EXCLUDE (place, file_day)), ''), '^[\s\p{Z}]+|[\s\p{Z}]+$', '', 'g')
    FROM text
),
parts AS (
    SELECT
        file_day,
        InvoiceNo AS invoice,
        regexp_replace(CustomerID, '^([0-9]+)\.0+$', '\1') AS customer,
        Country AS country,
        min(place) AS place,
        CAST(min(CAST(InvoiceDate AS TIMESTAMPTZ) AT TIME ZONE 'UTC') AS DATE) AS day,
        sum(CAST(Quantity AS DECIMAL(19, 4)) * CAST(UnitPrice AS DECIMAL(19, 8))) AS amount
    FROM stripped
    GROUP BY ALL
),
numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY file_day, invoice ORDER BY place) AS part,
        min(file_day) OVER (PARTITION BY invoice) AS first_day
    FROM parts
)
SELECT
    CASE invoice[1] WHEN 'C' THEN 'order_cancelled-' WHEN 'A' THEN 'order_adjusted-' ELSE 'order_placed-' END
    || invoice || if(file_day = first_day, '', ':' || file_day) || if(part = 1, '', ':' || part) AS event_id,
    day,
    country,
    amount
FROM numbered
WHERE event_id IN (SELECT event_id FROM stored_orders)
"""
BY_DAY = "SELECT day, sum(amount) FROM expected_orders GROUP BY day ORDER BY day"
BY_COUNTRY = "SELECT country, sum(amount) AS amount FROM expected_orders GROUP BY country ORDER BY amount DESC, country"
CURRENCY = "GBP"

Key = TypeVar("Key")


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """``differences`` holds actual minus expected wherever it is not zero: ``total``, ``day …``, ``country …``."""

    expected: Revenue
    actual: Revenue
    differences: Mapping[str, Decimal]


def reconcile_csv(folder: Path, *, lake: duckdb.DuckDBPyConnection, actual: Revenue) -> Reconciliation:
    """Compare ``actual`` with what the files of the folder say about the same orders."""
    lake.execute(EXPECTED, {"files": [str(file.path) for file in find_day_files(folder)]})
    by_day = dict(lake.execute(BY_DAY).fetchall())
    expected = Revenue(
        currency=CURRENCY,
        total=sum(by_day.values(), Decimal(0)),
        by_day=by_day,
        by_country=dict(lake.execute(BY_COUNTRY).fetchall()),
    )
    return Reconciliation(expected=expected, actual=actual, differences=dict(_differences(actual, expected)))


def _differences(actual: Revenue, expected: Revenue) -> Iterator[tuple[str, Decimal]]:
    yield from _unequal("", {"total": actual.total}, {"total": expected.total})
    yield from _unequal("day ", actual.by_day, expected.by_day)
    yield from _unequal("country ", actual.by_country, expected.by_country)
    yield from _unequal("currency ", actual.other_currencies, expected.other_currencies)


def _unequal(
    prefix: str, actual: Mapping[Key, Decimal], expected: Mapping[Key, Decimal]
) -> Iterator[tuple[str, Decimal]]:
    for key in dict.fromkeys([*actual, *expected]):
        difference = actual.get(key, Decimal(0)) - expected.get(key, Decimal(0))
        if difference or (key in actual) != (key in expected):
            yield f"{prefix}{key}", difference
