"""The tables as they are at one moment, and the place of that moment in the log of changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pymysql.cursors import SSCursor

from local.change_capture.mapping_rules import MappingRules
from local.change_capture.table_shape import Table, shapes_of

ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A transaction that sees nothing of what comes after ``gtid``; writers go on meanwhile."""

    connection: Any
    gtid: str

    def tables(self, rules: MappingRules) -> list[Table]:
        return [table for table in shapes_of(self.connection, rules.schemas) if rules.takes(table.schema, table.name)]

    def rows(self, table: Table) -> Iterator[list[dict[str, Any]]]:
        """All of them, in the order of the key, some thousand at a time."""
        names = [column.name for column in table.columns]
        order = f" ORDER BY {', '.join(f'`{name}`' for name in table.key)}" if table.key else ""
        query = f"SELECT {', '.join(f'`{name}`' for name in names)} FROM {table.sql}{order}"  # noqa: S608
        with self.connection.cursor(SSCursor) as cursor:
            cursor.execute(query)
            while found := cursor.fetchmany(ROWS_AT_ONCE):
                yield [dict(zip(names, row, strict=True)) for row in found]


def snapshot(connection: Any) -> Snapshot:
    """Begins one on ``connection``; its end is the caller's."""
    with connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00', tx_isolation = 'REPEATABLE-READ'")
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        cursor.execute("SHOW STATUS LIKE 'binlog_snapshot%'")
        place = dict(cursor.fetchall())
        cursor.execute(
            "SELECT BINLOG_GTID_POS(%s, %s)", tuple(place[f"Binlog_snapshot_{x}"] for x in ("file", "position"))
        )
        (gtid,) = cursor.fetchone()
    return Snapshot(connection=connection, gtid=gtid)
