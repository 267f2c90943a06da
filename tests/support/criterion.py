"""The one criterion of every fault: what was sent is stored or set aside, nothing is lost, nothing is seen twice."""

import json
from base64 import b64decode
from collections.abc import Collection, Iterable, Mapping

import duckdb

from local.report.accounting import Accounting, account
from local.report.ledger import find_fates
from local.shop.order_record import identity_of


def nothing_lost_nothing_twice(
    lake: duckdb.DuckDBPyConnection, ledger: Mapping[str, str | None], *, kept: Collection[str] = ()
) -> Accounting:
    """Holds the lake against the producer's ledger; AssertionError shows the figures.

    ``kept`` are the identities that lie whole at the on-failure destination: they may be missing, and nobody else.
    """
    find_fates(lake, ledger)
    accounting = account(lake, sent=len(ledger))
    missing = {
        identity
        for (identity,) in lake.execute("SELECT identity FROM fates WHERE NOT stored AND reason IS NULL").fetchall()
    }
    assert missing <= set(kept), f"lost: {sorted(missing - set(kept))[:5]} of {accounting}"
    quarantined = sum(accounting.quarantined.values())
    assert accounting.sent_unique == len(ledger) == accounting.stored + quarantined + len(missing), accounting
    assert accounting.duplicates == 0, accounting
    assert accounting.misjudged == 0, accounting
    # Of two payloads under one id the first is stored and the other set aside, so that id has both fates.
    both = lake.execute("SELECT identity, reason FROM fates WHERE stored AND reason <> 'event_id_conflict'").fetchall()
    assert both == [], f"stored and set aside: {both[:5]}"
    return accounting


def kept_whole(documents: Iterable[bytes]) -> set[str]:
    """The identities of all records in the objects of an on-failure destination."""
    records = [entry for document in documents for entry in json.loads(document)["payload"]["Records"]]
    return {identity_of(b64decode(entry["kinesis"]["data"])) for entry in records}
