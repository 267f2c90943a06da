"""Where files land in bronze, and under which names: as DMS names them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local.change_capture.capture_task import CaptureTask
from local.change_capture.row_file import Row, parquet
from local.change_capture.table_shape import Table

MILLISECOND = timedelta(milliseconds=1)


@dataclass(kw_only=True)
class Landing:
    """Writes objects below the task's folder; ``last_file`` is the newest name of a file of changes."""

    s3: Any
    task: CaptureTask
    last_file: str = ""

    def load_file(self, table: Table, number: int, rows: list[Row]) -> None:
        """``LOAD00000001.parquet``, counted in hexadecimal."""
        self._put(f"{self._place(table)}/LOAD{number:08X}.parquet", table, rows)

    def forget_load(self, table: Table) -> None:
        """What an interrupted full load left: rows of another moment than those of the next one."""
        prefix = f"{self._place(table)}/LOAD"
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.task.bucket, Prefix=prefix):
            for each in page.get("Contents", ()):
                self.s3.delete_object(Bucket=self.task.bucket, Key=each["Key"])

    def change_file(self, table: Table, day: datetime, rows: list[Row], *, name: str) -> None:
        """``name`` comes from `next_name`; ``day`` is that of the commits."""
        folder = f"/{day:%Y/%m/%d}" if self.task.dated else ""
        self._put(f"{self._place(table)}{folder}/{name}.parquet", table, rows)

    def next_name(self) -> str:
        """``yyyymmdd-hhmmssmmm``: the time it is, and later than any name before."""
        name = _name(datetime.now(UTC))
        if name <= self.last_file:
            name = _name(datetime.strptime(f"{self.last_file}000", "%Y%m%d-%H%M%S%f") + MILLISECOND)  # noqa: DTZ007
        self.last_file = name
        return name

    def _place(self, table: Table) -> str:
        return f"{self.task.folder}/{table.schema}/{table.name}"

    def _put(self, key: str, table: Table, rows: list[Row]) -> None:
        self.s3.put_object(Bucket=self.task.bucket, Key=key, Body=parquet(self.task, table, rows))


def _name(moment: datetime) -> str:
    return f"{moment:%Y%m%d-%H%M%S}{moment.microsecond // 1000:03d}"
