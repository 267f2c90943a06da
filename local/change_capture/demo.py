"""The capture as a part of the demo: a shop's database is loaded and changed, and bronze has to come to the same."""

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from config.shop_databases import RECORDS, RENTALS
from config.table_mappings import CHANGE_SEQ, COMMIT_TS, CapturedSchema, table_mappings
from local.change_capture.capture_process import CaptureProcess
from local.change_capture.capture_task import CaptureTask
from local.change_capture.full_load import snapshot
from local.change_capture.merged import Difference, captured, compare
from local.embedded_aws import REGION, EmbeddedAws
from local.lake.object_reader import connect
from local.progress import Progress
from local.shop_database import ShopDatabase, start, stop
from local.shop_database.random_changes import make_changes
from local.shop_database.scripts import databases, load, scripts_in
from local.shop_database.small_shop import load_small_shop

FOLDER = "cdc"
CHANGES = 2_000
# What has contracts leaves the source as they say, and is merged into silver.
KNOWN = {schema.name: schema for schema in (RENTALS, RECORDS)}
# A film's change makes one more by a trigger.
UNCOUNTED = ("sakila.film", "sakila.film_text")


@dataclass(frozen=True, kw_only=True)
class CaptureReport:
    """What the source has, and what of it came to bronze."""

    schemas: list[str]
    tables: list[Difference]
    loaded: int
    changes: int
    files: int
    seconds: float

    @property
    def problems(self) -> list[str]:
        return [
            f"{each.table}: bronze lacks {each.only_source} rows of the source, and has {each.only_merged} others"
            for each in self.tables
            if not each.equal
        ]

    def __str__(self) -> str:
        tables, equal = len(self.tables), sum(each.equal for each in self.tables)
        rows = sum(each.rows for each in self.tables)
        return "\n".join(
            (
                f"Change capture: {', '.join(self.schemas)}, {tables} tables, {self.seconds:.0f} s",
                f"{self.loaded:>12,} rows loaded, {self.changes:,} changes captured, {self.files:,} files in {FOLDER}/",
                f"{rows:>12,} rows at the source; merged from bronze, {equal} of {tables} tables are equal to it",
            )
        )


def capture_shop(work_dir: Path, aws: EmbeddedAws, bucket: str, *, data: Path | None) -> CaptureReport:
    """Starts the database of ``work_dir``, captures it into ``bucket`` while it is changed, and compares.

    ``data`` is the demo's folder: the databases lie in it or beside it; without them the small shop is made. Run again,
    it goes on where it was.
    """
    started = time.monotonic()
    database = start(work_dir)
    try:
        schemas = _filled(database, data)
        task = CaptureTask(
            mappings=table_mappings([KNOWN.get(schema, CapturedSchema(name=schema)) for schema in schemas]),
            bucket=bucket,
            folder=FOLDER,
            commit_column=COMMIT_TS,
        )
        capture = CaptureProcess(
            work_dir=work_dir,
            endpoint=aws.endpoint,
            instance_id=aws.instance_id,
            task=task,
            login=database.login("change_capture"),
        )
        with capture, Progress("changing the shop's database", total=CHANGES, unit="rows") as shown:
            # The full load first: it may race with changes, but then nobody could say how many were captured.
            capture.wait_until(database.log_position())
            make_changes(database, schemas, CHANGES, without=UNCOUNTED, on_commit=shown.advance)
            capture.wait_until(database.log_position())
        return _report(database, task, aws, schemas, started)
    finally:
        stop(work_dir)


def _filled(database: ShopDatabase, data: Path | None) -> list[str]:
    """The databases to capture; filled only once, for the capture follows them."""
    there = databases(database)
    places = [] if data is None else [data, *data.resolve().parents[:2]]
    scripts = next((found for place in places if (found := scripts_in(place))), [])
    if scripts and "sakila" not in there:
        return load(database, scripts)
    return there or [load_small_shop(database)]


def _report(
    database: ShopDatabase, task: CaptureTask, aws: EmbeddedAws, schemas: list[str], started: float
) -> CaptureReport:
    with closing(database.connect()) as connection, connect(endpoint=aws.endpoint, region=REGION) as lake:
        view = snapshot(connection)
        tables = [table for table in view.tables(task.rules) if table.key]
        figures = f"count(*) FILTER ({CHANGE_SEQ} IS NULL), count(DISTINCT {CHANGE_SEQ}), count(DISTINCT filename)"
        counts = [lake.execute(f"SELECT {figures} FROM {captured(task, table)}").fetchall()[0] for table in tables]  # noqa: S608
        loaded, changes, files = (sum(column) for column in zip(*counts, strict=True))
        return CaptureReport(
            schemas=schemas,
            tables=compare(lake, task, view, tables, order=CHANGE_SEQ),
            loaded=loaded,
            changes=changes,
            files=files,
            seconds=time.monotonic() - started,
        )
