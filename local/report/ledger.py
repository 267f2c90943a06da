"""What became of each identity that was sent: the producer's ledger and the lake go in, the table ``fates`` comes out.

``fates`` is a temporary table of the connection, one row per identity: ``identity``, ``expected_reason`` (null: not
known to be bad), ``stored`` (a reader of a view of events sees it) and ``reason`` (of the view quarantine, or null).
"""

from collections.abc import Mapping

import duckdb

# By table: the view by which a reader may find an identity as soon as it is stored.
EVENT_VIEWS = {"orders": "orders_live", "clickstream": "clickstream", "web_requests": "web_requests"}

SENT = """
CREATE OR REPLACE TEMP TABLE sent AS
SELECT unnest($identities::VARCHAR[]) AS identity, unnest($reasons::VARCHAR[]) AS expected_reason
"""
FATES = f"""
CREATE OR REPLACE TEMP TABLE fates AS
SELECT
    sent.identity,
    sent.expected_reason,
    sent.identity IN ({" UNION ALL ".join(f"SELECT event_id FROM {view}" for view in EVENT_VIEWS.values())}) AS stored,
    set_aside.reason
FROM sent
LEFT JOIN (SELECT record_id, min(reason) AS reason FROM quarantine GROUP BY record_id) AS set_aside
    ON set_aside.record_id = sent.identity
"""  # noqa: S608  names of our own views


def find_fates(lake: duckdb.DuckDBPyConnection, ledger: Mapping[str, str | None]) -> None:
    """Look every identity of the ledger up in the lake; what others stored there does not count."""
    lake.execute(SENT, {"identities": list(ledger), "reasons": list(ledger.values())})
    lake.execute(FATES)
