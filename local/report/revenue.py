"""What the stored orders are worth: the lake goes in, exact sums by day and country come out.

Counted are the orders of the ledger (table ``fates``, see ledger.py) that a reader sees. Sums are taken over the lines,
after every order was found to agree with its lines in number and amount.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import duckdb

EXAMPLES = 5

LINES = """
CREATE OR REPLACE TEMP TABLE stored_orders AS
WITH lines AS (
    SELECT event_id, count(*) AS line_count, sum(line_amount) AS amount FROM order_items_live GROUP BY event_id
)
SELECT
    orders.event_id,
    orders.currency,
    orders.country,
    CAST(orders.occurred_at AS DATE) AS day,
    orders.item_count,
    orders.total_amount,
    coalesce(lines.line_count, 0) AS line_count,
    coalesce(lines.amount, 0) AS amount
FROM orders_live AS orders
INNER JOIN fates ON fates.identity = orders.event_id
LEFT JOIN lines ON lines.event_id = orders.event_id
"""
DISAGREE = """
SELECT event_id, item_count, total_amount, line_count, amount, count(*) OVER ()
FROM stored_orders
WHERE item_count <> line_count OR total_amount <> amount
ORDER BY event_id
LIMIT $limit
"""
BY_CURRENCY = "SELECT currency, sum(amount) FROM stored_orders GROUP BY currency ORDER BY count(*) DESC, currency"
BY_DAY = "SELECT day, sum(amount) FROM stored_orders WHERE currency = $currency GROUP BY day ORDER BY day"
BY_COUNTRY = """
SELECT country, sum(amount) AS amount FROM stored_orders WHERE currency = $currency
GROUP BY country ORDER BY amount DESC, country
"""


@dataclass(frozen=True, kw_only=True)
class Revenue:
    """Sums in one ``currency``, the one of most orders; what was sold in others stands in ``other_currencies``.

    Days are those of occurred_at in UTC, in order; countries by falling amount.
    """

    currency: str
    total: Decimal
    by_day: Mapping[date, Decimal]
    by_country: Mapping[str, Decimal]
    other_currencies: Mapping[str, Decimal] = field(default_factory=dict)


def revenue_of_stored(lake: duckdb.DuckDBPyConnection) -> Revenue:
    """The revenue of the stored orders; ValueError if an order and its lines disagree."""
    lake.execute(LINES)
    _check_orders_equal_their_lines(lake)
    totals = dict(lake.execute(BY_CURRENCY).fetchall())
    currency = next(iter(totals), "")
    return Revenue(
        currency=currency,
        total=totals.pop(currency, Decimal(0)),
        by_day=dict(lake.execute(BY_DAY, {"currency": currency}).fetchall()),
        by_country=dict(lake.execute(BY_COUNTRY, {"currency": currency}).fetchall()),
        other_currencies=totals,
    )


def _check_orders_equal_their_lines(lake: duckdb.DuckDBPyConnection) -> None:
    found = lake.execute(DISAGREE, {"limit": EXAMPLES}).fetchall()
    if not found:
        return
    examples = "; ".join(
        f"{event_id}: {item_count} lines worth {total}, found {line_count} worth {amount}"
        for event_id, item_count, total, line_count, amount, _ in found
    )
    raise ValueError(
        f"lake: {found[0][-1]} orders disagree with their lines ({examples}); compare orders_received and "
        "order_items_received of these events: both are written by the same call of the etl_processor"
    )
