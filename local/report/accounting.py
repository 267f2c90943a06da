"""Nothing lost, nothing twice: counts what became of the records sent, as a reader of the lake would see it.

In: the lake, with the table ``fates`` that `find_fates` made from the producer's ledger. Out: `Accounting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from local.report.ledger import EVENT_VIEWS

EXAMPLES = 5
# What may stand in a view once.
KEYS = {**dict.fromkeys(EVENT_VIEWS.values(), "event_id"), "order_items_live": "event_id, line_number"}

FATE_COUNTS = """
SELECT
    count(*),
    count(*) FILTER (stored),
    count(*) FILTER (NOT stored AND reason IS NULL)
FROM fates
"""
QUARANTINED = "SELECT reason, count(*) FROM fates WHERE NOT stored AND reason IS NOT NULL GROUP BY reason ORDER BY 1"
LOST = "SELECT identity FROM fates WHERE NOT stored AND reason IS NULL ORDER BY identity LIMIT $limit"
# Of a record nobody knew to be bad, the reason is news, not a fault: real data has dirt of its own.
MISJUDGED = """
SELECT identity || ': expected ' || expected_reason || ', found ' || if(stored, 'stored', reason)
FROM fates
WHERE expected_reason IS NOT NULL AND (stored OR reason <> expected_reason)
ORDER BY identity
"""
DUPLICATES = "SELECT count(*) FROM (SELECT 1 FROM {view} GROUP BY {key} HAVING count(*) > 1)"
RECEIVED = """
SELECT count(*), count(DISTINCT (_shard_id, _sequence_number)), count(DISTINCT {key}) FROM {table}
"""


@dataclass(frozen=True, kw_only=True)
class Received:
    """The rows behind a view, and why there are more of them than the view shows.

    ``delivered_again`` counts rows of a record that already stood in another object, ``sent_again`` further records
    of an identity that already was on the stream.
    """

    rows: int
    delivered_again: int
    sent_again: int


@dataclass(frozen=True, kw_only=True)
class Accounting:
    """Every different record sent is stored, quarantined or lost, and counted once.

    ``sent`` includes repeats. ``duplicates`` counts event ids and lines that a reader sees more than once, in the whole
    lake; so do ``stored_in_lake`` (rows of the view orders_live) and ``received``. ``misjudged`` counts records with a
    known flaw that were stored, or set aside for another reason. ``lost_ids`` and ``misjudgements`` are the first few.
    """

    sent: int
    sent_unique: int
    stored: int
    quarantined: Mapping[str, int]
    lost: int
    duplicates: int
    misjudged: int
    stored_in_lake: int
    received: Mapping[str, Received]
    lost_ids: tuple[str, ...] = ()
    misjudgements: tuple[str, ...] = ()


def account(lake: duckdb.DuckDBPyConnection, *, sent: int) -> Accounting:
    """Take stock of the lake; ``sent`` is how many records the stream accepted, repeats included."""
    sent_unique, stored, lost = _row(lake, FATE_COUNTS)
    misjudgements = [text for (text,) in lake.execute(MISJUDGED).fetchall()]
    return Accounting(
        sent=sent,
        sent_unique=sent_unique,
        stored=stored,
        quarantined=dict(lake.execute(QUARANTINED).fetchall()),
        lost=lost,
        duplicates=sum(_row(lake, DUPLICATES.format(view=view, key=key))[0] for view, key in KEYS.items()),
        misjudged=len(misjudgements),
        stored_in_lake=_row(lake, "SELECT count(*) FROM orders_live")[0],
        received={
            **{table: _received(lake, f"{table}_received", "event_id") for table in EVENT_VIEWS},
            "order_items": _received_lines(lake),
            "quarantine": _received(lake, "quarantine_received", "record_id"),
        },
        lost_ids=tuple(identity for (identity,) in lake.execute(LOST, {"limit": EXAMPLES}).fetchall()),
        misjudgements=tuple(misjudgements[:EXAMPLES]),
    )


def _received(lake: duckdb.DuckDBPyConnection, table: str, key: str) -> Received:
    rows, records, identities = _row(lake, RECEIVED.format(table=table, key=key))
    return Received(rows=rows, delivered_again=rows - records, sent_again=records - identities)


def _received_lines(lake: duckdb.DuckDBPyConnection) -> Received:
    rows, lines_of_records, lines = _row(
        lake,
        "SELECT count(*), count(DISTINCT (_shard_id, _sequence_number, line_number)), "
        "count(DISTINCT (event_id, line_number)) FROM order_items_received",
    )
    return Received(rows=rows, delivered_again=rows - lines_of_records, sent_again=lines_of_records - lines)


def _row(lake: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = lake.execute(sql).fetchone()
    assert row is not None  # noqa: S101  an aggregate without GROUP BY always answers one row
    return row
