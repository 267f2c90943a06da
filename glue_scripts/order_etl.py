"""order_etl: what the stream and the ERP delivered goes in, silver's exact tables `orders` and `order_items` come out.

Without dates: the event dates whose objects have changed since they were computed. With dates: these, changed or not.
A date is always computed whole, from everything that was received for it, so it does not matter what came late, came
twice, or was computed before.
"""

import json
import sys
from typing import TYPE_CHECKING

from lib.common import Run, open_table, settings_from, spark_session
from lib.metrics import CONFLICTS, QUALITY_FAILED, ROWS_PUBLISHED, put_metrics
from lib.objects import S3Objects
from lib.order_run import OrderRun, OrderStats, bring_up_to_date
from lib.published_table import PublishConflictError, QualityError

if TYPE_CHECKING:
    from lib.common import Settings

JOB = "order_etl"
ARGUMENTS = (
    "table_format",
    "silver_bucket",
    "quarantine_bucket",
    "silver_database",
    "repeat_window_days",
    "max_unreadable_percent",
)


def main(argv: list[str]) -> None:
    settings = settings_from(ARGUMENTS, argv)
    this = _run_of(settings)
    try:
        stats = bring_up_to_date(this)
    except QualityError as error:
        put_metrics(JOB, error.table, {QUALITY_FAILED: 1})
        raise
    except PublishConflictError:
        put_metrics(JOB, "orders", {CONFLICTS: 1})
        raise
    _tell(this.run, stats)


def _run_of(settings: "Settings") -> OrderRun:
    spark = spark_session(JOB)
    return OrderRun(
        spark=spark,
        run=Run(job=JOB),
        open_table=lambda name: open_table(settings, name, spark),
        silver=S3Objects(settings.silver_bucket),
        quarantine=S3Objects(settings.quarantine_bucket),
        window_days=int(settings.repeat_window_days),
        max_unreadable_percent=int(settings.max_unreadable_percent),
        dates=settings.dates,
    )


def _tell(run: Run, stats: OrderStats) -> None:
    print(json.dumps(stats.line(run), sort_keys=True), flush=True)
    put_metrics(run.job, "orders", {ROWS_PUBLISHED: stats.orders})
    put_metrics(run.job, "order_items", {ROWS_PUBLISHED: stats.order_items})


if __name__ == "__main__":
    main(sys.argv[1:])
