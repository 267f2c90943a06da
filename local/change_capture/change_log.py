"""The source's log of changes, transaction by transaction: from a place in it on, for as long as somebody reads.

The log is MariaDB's, read as a replica reads it (`mysql-replication`). What was rolled back, and what changed nothing,
does not stand in it. TRUNCATE and ALTER stand in it as text.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymysqlreplication import BinLogStreamReader
from pymysqlreplication.event import HeartbeatLogEvent, MariadbGtidEvent, QueryEvent, XidEvent
from pymysqlreplication.row_event import DeleteRowsEvent, UpdateRowsEvent, WriteRowsEvent

from local.change_capture.mapping_rules import MappingRules

# Any that no other replica of the server has.
REPLICA_ID = 7_411
HEARTBEAT_SECONDS = 0.2
NO_TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT")
EMPTY_SET = "empty set"

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One row: ``operation`` I, U or D, ``values`` as it is now or was last, ``before`` as it was before an update."""

    schema: str
    table: str
    operation: str
    values: Values
    before: Values | None = None


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """Its captured changes, in order; none where nothing of it is captured."""

    gtid: str
    committed: datetime
    changes: list[Change]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One that is no change of rows, with the database that was current."""

    gtid: str
    text: str
    schema: str


Entry = Transaction | Statement | None


def read_log(login: dict[str, Any], rules: MappingRules, *, after: str) -> Iterator[Entry]:
    """What comes after transaction ``after``; None a few times a second while nothing comes."""
    stream = BinLogStreamReader(
        connection_settings=login,
        server_id=REPLICA_ID,
        blocking=True,  # without it the reader loops for ever at the end of a long log
        slave_heartbeat=HEARTBEAT_SECONDS,
        is_mariadb=True,
        auto_position=after,
        only_schemas=rules.schemas,
        only_events=[
            MariadbGtidEvent,
            WriteRowsEvent,
            UpdateRowsEvent,
            DeleteRowsEvent,
            QueryEvent,
            XidEvent,
            HeartbeatLogEvent,
        ],
        enable_logging=False,
    )
    with closing(stream):
        yield from _Transactions(rules, after).entries(stream)


class _Transactions:
    """Puts events together again. A reader that lost its connection begins anew: what was seen is passed over."""

    def __init__(self, rules: MappingRules, after: str) -> None:
        self._rules = rules
        self._seen = _number(after)
        self._gtid, self._skipping = after, False
        self._changes: list[Change] = []

    def entries(self, stream: Any) -> Iterator[Entry]:
        for event in stream:
            if isinstance(event, MariadbGtidEvent):
                self._begin(event)
            elif isinstance(event, HeartbeatLogEvent):
                yield None
            elif self._skipping:
                continue
            elif isinstance(event, XidEvent):
                yield self._end(event)
            elif isinstance(event, QueryEvent):
                yield from self._statement(event)
            else:
                self._rows(event)

    def _begin(self, event: Any) -> None:
        self._gtid, self._changes = event.gtid, []
        self._skipping = event.gtid_seq_no <= self._seen
        self._seen = max(self._seen, event.gtid_seq_no)

    def _end(self, event: Any) -> Transaction:
        return Transaction(
            gtid=self._gtid, committed=datetime.fromtimestamp(event.timestamp, UTC), changes=self._changes
        )

    def _statement(self, event: Any) -> Iterator[Entry]:
        text = event.query.strip()
        # The end of a transaction in tables that know none.
        if text.upper() == "COMMIT":
            yield self._end(event)
        elif not text.upper().startswith(NO_TRANSACTION):
            yield Statement(gtid=self._gtid, text=text, schema=event.schema.decode())

    def _rows(self, event: Any) -> None:
        if not self._rules.takes(event.schema, event.table):
            return
        for row in event.rows:
            self._changes.append(_change(event, row))


def _change(event: Any, row: dict[str, Any]) -> Change:
    where = {"schema": event.schema, "table": event.table}
    if isinstance(event, UpdateRowsEvent):
        after, before = (_whole(row, f"{when}_") for when in ("after", "before"))
        return Change(**where, operation="U", values=after, before=before)
    return Change(**where, operation="I" if isinstance(event, WriteRowsEvent) else "D", values=_whole(row, ""))


def _whole(row: dict[str, Any], prefix: str) -> Values:
    """A set of nothing is read as null, and told apart only by a note beside the row."""
    values: Values = row[f"{prefix}values"]
    empty = [name for name, source in row[f"{prefix}none_sources"].items() if source == EMPTY_SET]
    return values | dict.fromkeys(empty, "")


def _number(gtid: str) -> int:
    """Of domain-server-number; the server of this machine has one domain."""
    return int(gtid.rpartition("-")[2] or 0)
