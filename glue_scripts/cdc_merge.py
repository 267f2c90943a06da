"""Captured changes to tables: DMS's files in bronze in, tables as they are at the source and their changes out.

A table that cannot be merged stops alone: it stays as it was published last, the others go on, and the run fails at its
end so that somebody hears of it. One without contract, as of a table without key, stays in bronze: ``accepted`` says
that somebody knows.
"""

import json
import sys
import traceback
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3

from lib.captured_table import CapturedTable, captured_tables
from lib.change_run import JOB, ChangeRun, ChangesRefusedError, Merged
from lib.common import Run, open_table, settings_from, spark_session
from lib.metrics import CDC_STOPPED, CONFLICTS, QUALITY_FAILED, ROWS_PUBLISHED, put_metrics
from lib.objects import Objects, S3Objects
from lib.published_table import PublishConflictError, QualityError
from lib.tokens import SecretKey

# ``schemas`` and ``accepted`` with commas, ``parts`` as JSON: ``{"sakila_payment": 16}``.
ARGUMENTS = (
    "table_format",
    "bronze_bucket",
    "silver_bucket",
    "silver_database",
    "masking_key_secret",
    "schemas",
    "parts",
    "accepted",
)
# Most tables are small, and one after the other they would leave most of the machines idle.
TABLES_AT_ONCE = 4
# DMS writes a file of a full load within minutes, one after the other.
LOAD_SETTLES = timedelta(minutes=30)


def merge_all(run: ChangeRun, tables: Sequence[CapturedTable]) -> list[str]:
    """Merges each; returns what went wrong, by table."""
    with ThreadPoolExecutor(TABLES_AT_ONCE) as pool:
        found = pool.map(lambda table: merge_one(run, table), tables)
    return [problem for problem in found if problem]


def merge_one(run: ChangeRun, table: CapturedTable) -> str | None:
    """Why the table was not merged, told to CloudWatch too; None if it was, or had nothing new."""
    name = table.state.name
    try:
        merged = run.merge(table) or Merged()
    except (ChangesRefusedError, QualityError, PublishConflictError) as error:
        metrics = {QualityError: QUALITY_FAILED, PublishConflictError: CONFLICTS}
        put_metrics(JOB, name, {metrics.get(type(error), CDC_STOPPED): 1})
        return str(error)
    except Exception as error:  # noqa: BLE001  whatever it was, it is this table's: the others go on, the run fails
        traceback.print_exc()
        return f"{table.source}: {type(error).__name__}"
    print(json.dumps({"table": name, "changes": merged.changes, "unknown_deletions": merged.unknown_deletions}))
    put_metrics(JOB, name, {ROWS_PUBLISHED: merged.rows})
    return None


def captured_folders(bronze: Objects, prefix: str) -> list[str]:
    """Of which tables there are files: ``<database>/<table>``."""
    return sorted(
        {"/".join(entry.key.removeprefix(f"{prefix}/").split("/")[:2]) for entry in bronze.listed(f"{prefix}/")}
    )


def strange_databases(folders: Collection[str], schemas: Collection[str]) -> list[str]:
    """What is captured and no source of this environment names: none of this job's, whoever put it there."""
    return sorted({folder.partition("/")[0] for folder in folders} - set(schemas))


def tables_without_contract(folders: Collection[str], schemas: Collection[str], known: Collection[str]) -> list[str]:
    """What is captured and nobody knows what to make of: a new table of a database."""
    return [table for table in folders if table.partition("/")[0] in schemas and table not in known]


def refused(strangers: Collection[str], accepted: Collection[str]) -> list[str]:
    """Why the run fails, of tables without contract; each is told, and those that are ``accepted`` fail nothing."""
    for stranger in strangers:
        put_metrics(JOB, stranger, {CDC_STOPPED: int(stranger not in accepted)})
    return [f"{stranger} has no contract in contracts/captured" for stranger in strangers if stranger not in accepted]


def main(argv: Sequence[str]) -> None:
    """One run."""
    settings = settings_from(ARGUMENTS, argv)
    spark = spark_session(JOB)
    schemas = settings.schemas.split(",")
    tables = captured_tables(schemas)
    run = ChangeRun(
        spark=spark,
        bronze=S3Objects(settings.bronze_bucket),
        silver=S3Objects(settings.silver_bucket),
        open_table=lambda name: open_table(settings, name, spark),
        key=SecretKey(secret=settings.masking_key_secret, region=boto3.session.Session().region_name),
        run=Run(job=JOB),
        days=None if settings.dates is None else [(day.year, day.month, day.day) for day in settings.dates],
        accepted=settings.accepted.split(","),
        parts=json.loads(settings.parts),
        settled_before=datetime.now(tz=UTC) - LOAD_SETTLES,
    )
    folders = captured_folders(run.bronze, run.prefix)
    for database in strange_databases(folders, schemas):
        print(json.dumps({"database": database, "passed_over": "no source of config/sources.py names it"}))
    strangers = tables_without_contract(folders, schemas, {table.folder for table in tables})
    problems = [*refused(strangers, run.accepted), *merge_all(run, tables)]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main(sys.argv[1:])
