"""What became of each identity that was sent: the producer's ledger and the lake go in, the table ``fates`` comes out.

``fates`` is a temporary table of the connection, one row per identity: ``identity``, ``expected_reason`` (null: not
known to be bad), ``stored`` (a reader of the view orders sees it) and ``reason`` (of the view quarantine, or null).
"""

from collections.abc import Mapping

import duckdb

SENT = """
CREATE OR REPLACE TEMP TABLE sent AS
SELECT unnest($identities::VARCHAR[]) AS identity, unnest($reasons::VARCHAR[]) AS expected_reason
"""
FATES = """
CREATE OR REPLACE TEMP TABLE fates AS
SELECT
    sent.identity,
    sent.expected_reason,
    sent.identity IN (SELECT event_id FROM orders) AS stored,
    set_aside.reason
FROM sent
LEFT JOIN (SELECT record_id, min(reason) AS reason FROM quarantine GROUP BY record_id) AS set_aside
    ON set_aside.record_id = sent.identity
"""


def find_fates(lake: duckdb.DuckDBPyConnection, ledger: Mapping[str, str | None]) -> None:
    """Look every identity of the ledger up in the lake; what others stored there does not count."""
    lake.execute(SENT, {"identities": list(ledger), "reasons": list(ledger.values())})
    lake.execute(FATES)
