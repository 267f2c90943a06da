"""The query of the view ``<name>_conflicts``: event ids under which two different payloads came.

The function that stores events sees one batch only. Inside it a later payload is refused (`event_id_conflict`); two
that came in different batches both lie in the received table, where readers see the first. This view names them. An id
is one of its family: another family's event under it is no conflict.
"""

from contracts import Contract

# What tells when and how a record came, not what it says.
OF_ARRIVAL = ("late", "_shard_id", "_sequence_number", "_arrival_ts")
RECORD = "_shard_id || ':' || _sequence_number"


def conflicting_rows(contract: Contract, *, source: str, lines: Contract | None, refused: str) -> str:
    """Athena's SQL of the events of ``source``.

    ``lines`` is the table of the same events' lines, ``refused`` names quarantine_received.
    """
    differing = [_differing(contract, ("event_id",))]
    if lines:
        differing.append(_differing(lines, lines.keys))
    return f"""SELECT
    received.event_id,
    count(DISTINCT received._shard_id || ':' || received._sequence_number) AS records,
    coalesce(max(refused.records), 0) AS refused,
    min(received._arrival_ts) AS first_arrival_ts,
    max(received._arrival_ts) AS last_arrival_ts
FROM {contract.received_as} AS received
LEFT JOIN (
    SELECT record_id, count(DISTINCT {RECORD}) AS records
    FROM {refused}
    WHERE reason = 'event_id_conflict' AND source = '{source}'
    GROUP BY record_id
) AS refused
    ON refused.record_id = received.event_id
WHERE
    refused.record_id IS NOT NULL
    OR received.event_id IN (
{_union(differing)}
    )
GROUP BY received.event_id
"""  # noqa: S608  names of contracts and of our own databases


def _differing(contract: Contract, keys: tuple[str, ...]) -> str:
    """Ids of events of which the table holds two rows that differ although they share ``keys``."""
    columns = ", ".join(column.name for column in contract.data_columns if column.name not in OF_ARRIVAL)
    return f"""        SELECT event_id
        FROM (SELECT DISTINCT {columns} FROM {contract.received_as}) AS {contract.name}_payloads
        GROUP BY {", ".join(keys)}
        HAVING count(*) > 1"""  # noqa: S608


def _union(queries: list[str]) -> str:
    return "\n        UNION ALL\n".join(queries)
