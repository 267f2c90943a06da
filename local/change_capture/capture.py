"""The capture itself: the full load, then changes for ever, each kept in bronze before it counts as taken."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pymysql

from local.change_capture.capture_task import CaptureTask
from local.change_capture.change_log import Change, Statement, Transaction, read_log
from local.change_capture.checkpoint import Checkpoint, keep, read
from local.change_capture.full_load import snapshot
from local.change_capture.landing import Landing
from local.change_capture.row_file import Row
from local.change_capture.schema_changes import why_to_stop
from local.change_capture.table_shape import Table, shapes_of

# DMS waits a minute or for 32 MB; a demo would wait as long.
FLUSH_SECONDS, FLUSH_CHANGES = 1.0, 5_000

Place = tuple[str, str, str]


class StoppedError(RuntimeError):
    """When the source's tables changed in a way that somebody must look at; the message says which and what then."""


class Capture:
    """One task on one source. Whoever kills it at any moment loses no change, and gets some of them twice."""

    def __init__(self, task: CaptureTask, login: dict[str, Any], s3: Any, checkpoint: Path) -> None:
        self._task, self._login, self._path = task, login, checkpoint
        self._at = read(checkpoint)
        self._landing = Landing(s3=s3, task=task, last_file=self._at.last_file)
        self._number = self._at.number
        self._waiting: dict[Place, list[Row]] = {}
        self._flushed = 0.0
        self._shapes: dict[tuple[str, str], Table] = {}

    def run(self, *, until: Callable[[str], bool] = lambda _gtid: False) -> None:
        """Loads what is not loaded yet, then follows until ``until`` says so of the last transaction taken over.

        `StoppedError` where it cannot go on, now and at every further start until the checkpoint is looked after.
        """
        if self._at.stopped:
            raise StoppedError(self._at.stopped)
        if not self._at.loaded:
            self._load()
        last = self._at.gtid
        for entry in read_log(dict(self._login), self._task.rules, after=last):
            if isinstance(entry, Statement):
                self._look_at(entry, last)
                last = entry.gtid
            elif isinstance(entry, Transaction):
                for change in entry.changes:
                    self._take(change, entry.committed)
                last = entry.gtid
            if self._is_time(last):
                self._flush(last)
            if until(self._at.gtid):
                return

    def _load(self) -> None:
        connection = pymysql.connect(**self._login)
        with closing(connection):
            view = snapshot(connection)
            for table in view.tables(self._task.rules):
                self._landing.forget_load(table)
                for number, rows in enumerate(view.rows(table), start=1):
                    moment = _written(datetime.now(UTC))
                    loaded = [Row(operation="I", values=row, commit_time=moment) for row in rows]
                    self._landing.load_file(table, number, loaded)
        self._keep(replace(self._at, gtid=view.gtid, loaded=True))

    def _take(self, change: Change, committed: datetime) -> None:
        self._number = self._number.next(committed)
        row = Row(
            operation=change.operation,
            values=change.values,
            before=change.before,
            number=str(self._number),
            commit_time=_written(committed),
        )
        self._waiting.setdefault((change.schema, change.table, f"{committed:%Y-%m-%d}"), []).append(row)

    def _is_time(self, last: str) -> bool:
        many = sum(map(len, self._waiting.values())) >= FLUSH_CHANGES
        return last != self._at.gtid and (many or time.monotonic() - self._flushed >= FLUSH_SECONDS)

    def _flush(self, gtid: str) -> None:
        """Objects first, then the checkpoint: killed in between, the same changes come again, with the same numbers."""
        if self._waiting:
            name = self._landing.next_name()
            for (schema, table, day), rows in self._waiting.items():
                self._landing.change_file(self._shape(schema, table), datetime.fromisoformat(day), rows, name=name)
        self._waiting, self._flushed = {}, time.monotonic()
        self._keep(replace(self._at, gtid=gtid, number=self._number, last_file=self._landing.last_file))

    def _look_at(self, statement: Statement, last: str) -> None:
        reason = why_to_stop(statement.text, statement.schema, self._task.rules)
        self._flush(last)
        self._shapes = {}
        if reason:
            self._stop(reason)

    def _stop(self, reason: str) -> NoReturn:
        stopped = f"{reason}; docs/CHANGE_CAPTURE.md says how to go on"
        self._keep(replace(self._at, stopped=stopped))
        raise StoppedError(stopped)

    def _shape(self, schema: str, table: str) -> Table:
        if (schema, table) not in self._shapes:
            with closing(pymysql.connect(**self._login)) as connection:
                found = shapes_of(connection, [schema], table=table)
            if not found:
                self._stop(f"{schema}.{table} has changes, and is there no more")
            self._shapes[schema, table] = found[0]
        return self._shapes[schema, table]

    def _keep(self, checkpoint: Checkpoint) -> None:
        keep(self._path, checkpoint)
        self._at = checkpoint


def _written(moment: datetime) -> str:
    """As DMS writes times into text."""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
