"""The capture as a part of the demo: a shop's database is loaded and changed, and bronze has to come to the same."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from config.shop_databases import RECORDS, RENTALS
from config.table_mappings import CHANGE_SEQ, COMMIT_TS, CapturedSchema, table_mappings
from local.change_capture.capture_process import CaptureProcess
from local.change_capture.capture_task import CaptureTask
from local.change_capture.full_load import snapshot
from local.change_capture.merged import captured, compare, compare_published, merged
from local.embedded_aws import REGION, EmbeddedAws
from local.lake.object_reader import connect
from local.progress import Progress
from local.report.captured import Captured
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
class ShopCapture:
    """What came to bronze, and of each table of the source the SQL of what bronze comes to."""

    report: Captured
    merged: Mapping[str, str]

    def with_silver(self, lake: duckdb.DuckDBPyConnection) -> Captured:
        """The report after the merge: bronze was equal to the source, so what is equal to bronze is as well."""
        return replace(self.report, silver=compare_published(lake, self.merged))


def capture_shop(work_dir: Path, aws: EmbeddedAws, bucket: str, *, data: Path | None) -> ShopCapture:
    """Starts the database of ``work_dir``, captures it into ``bucket`` while it is changed, and compares.

    ``data`` is the demo's folder: the databases lie in it or beside it; without them the small shop is made. Run again,
    it goes on where it was.
    """
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
        return _captured(database, task, aws, schemas)
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


def _captured(database: ShopDatabase, task: CaptureTask, aws: EmbeddedAws, schemas: list[str]) -> ShopCapture:
    with closing(database.connect()) as connection, connect(endpoint=aws.endpoint, region=REGION) as lake:
        view = snapshot(connection)
        tables = [table for table in view.tables(task.rules) if table.key]
        figures = f"count(*) FILTER ({CHANGE_SEQ} IS NULL), count(DISTINCT {CHANGE_SEQ}), count(DISTINCT filename)"
        counts = [lake.execute(f"SELECT {figures} FROM {captured(task, table)}").fetchall()[0] for table in tables]  # noqa: S608
        loaded, changes, files = (sum(column) for column in zip(*counts, strict=True))
        report = Captured(
            schemas=schemas,
            loaded=loaded,
            changes=changes,
            files=files,
            bronze=compare(lake, task, view, tables, order=CHANGE_SEQ),
        )
    sql = {f"{table.schema}.{table.name}": merged(task, table, order=CHANGE_SEQ) for table in tables}
    return ShopCapture(report=report, merged=sql)
