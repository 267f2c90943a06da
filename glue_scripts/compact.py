"""compact: fewer and larger files of the same rows in the received tables; old versions of published ones cleared away.

Sizes aimed at: between half and twice ``--target_mb``. Partitions stay, so an hour with less is one file. What cannot
be read is left as it is, and said. With dates: the hours of these event dates only.
"""

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING

from lib.common import Run, open_table, settings_from, spark_session
from lib.compaction import Compaction, S3CopyingObjects, Unit, compact_unit, plan
from lib.expiry import expire
from lib.iceberg_table import is_there
from lib.metrics import ROWS_PUBLISHED, put_metrics
from lib.objects import S3Objects
from lib.received import Received
from lib.staging import clear_left_over
from lib.table_contract import PACKAGE, TableContract, load_contract
from lib.unreadable import READ_ERRORS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from lib.common import Settings

JOB = "compact"
ARGUMENTS = (
    "table_format",
    "silver_bucket",
    "gold_bucket",
    "silver_database",
    "gold_database",
    "target_mb",
    "closed_after_hours",
    "keep_versions_hours",
)
# Each is one task of Spark: an executor's cores are shared by this many.
UNITS_AT_ONCE = 8
MB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Compacted:
    """What became of a table's objects. ``left`` are folders that could not be read, with what Spark said."""

    table: str
    before: int
    after: int
    rows: int
    left: Sequence[str] = ()


def compact_table(this: Compaction) -> Compacted:
    """Finishes what was cut off, then compacts what is small."""
    received = Received(contract=this.contract, objects=this.objects)
    found = received.listed(this.dates)
    todo = plan(this, found)
    this.objects.delete([*todo.finished, *todo.left_over])
    clear_left_over(this.objects, this.run, now=this.now)
    with ThreadPoolExecutor(UNITS_AT_ONCE) as pool:
        outcomes = list(pool.map(lambda unit: _try(this, unit), todo.units))
    return Compacted(
        table=this.contract.name,
        before=len(found),
        after=len(received.listed(this.dates)),
        rows=sum(outcome for outcome in outcomes if isinstance(outcome, int)),
        left=tuple(outcome for outcome in outcomes if isinstance(outcome, str)),
    )


def _try(this: Compaction, unit: Unit) -> int | str:
    try:
        return compact_unit(this, unit)
    except READ_ERRORS as error:
        return f"{unit.folder}: {str(error)[:500]}"


def main(argv: list[str]) -> None:
    settings, now = settings_from(ARGUMENTS, argv), datetime.now(tz=UTC)
    spark, run = spark_session(JOB), Run(job=JOB)
    contracts = shipped_contracts()
    for contract in filter(is_hourly, contracts):
        done = compact_table(_compaction(settings, spark, run, contract, now))
        _say(run, **asdict(done))
        put_metrics(JOB, done.table, {ROWS_PUBLISHED: done.rows})
    for contract in contracts:
        if contract.partitions:
            _say(run, table=contract.name, expired=_expire(settings, spark, contract, now))


def shipped_contracts() -> list[TableContract]:
    """All there are, by name."""
    names = sorted(entry.name for entry in resources.files(PACKAGE).iterdir() if entry.name.endswith(".json"))
    return [load_contract(name.removesuffix(".json")) for name in names]


def is_hourly(contract: TableContract) -> bool:
    """Whether it is received by the hour into silver, in many small files."""
    return contract.zone == "silver" and "hour" in {column.name for column in contract.received_partitions}


def _expire(settings: "Settings", spark: "SparkSession", contract: TableContract, now: datetime) -> int:
    keep_hours = int(settings.keep_versions_hours)
    if settings.table_format == "iceberg":
        # To open one makes it, and not every table is published here.
        if not is_there(spark, getattr(settings, f"{contract.zone}_database"), contract.name):
            return 0
        return open_table(settings, contract.name, spark).expire(keep_hours=keep_hours, now=now)
    # Without opening it: that would ask the catalogue for tables that nobody publishes here.
    objects = S3Objects(getattr(settings, f"{contract.zone}_bucket"))
    return expire(objects, contract.name, keep_hours, now)


def _say(run: Run, **line: object) -> None:
    print(json.dumps({"job": run.job, "run_id": run.run_id, **line}, sort_keys=True), flush=True)


def _compaction(
    settings: "Settings", spark: "SparkSession", run: Run, contract: TableContract, now: datetime
) -> Compaction:
    return Compaction(
        spark=spark,
        contract=contract,
        objects=S3CopyingObjects(settings.silver_bucket),
        run=run,
        target_bytes=int(settings.target_mb) * MB,
        closed_after=timedelta(hours=int(settings.closed_after_hours)),
        now=now,
        dates=settings.dates,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
