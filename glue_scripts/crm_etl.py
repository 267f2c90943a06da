"""crm_etl: all that the CRM delivered goes in, silver's table `customers` comes out, each customer once with history.

The table is always computed whole; a date only says that it shall be, whether or not anything has changed.
"""

import json
import sys

from lib.common import Run, open_table, settings_from, spark_session
from lib.crm_run import TABLE, CrmRun, bring_up_to_date
from lib.metrics import CONFLICTS, QUALITY_FAILED, ROWS_PUBLISHED, put_metrics
from lib.objects import S3Objects
from lib.published_table import PublishConflictError, QualityError

JOB = "crm_etl"
ARGUMENTS = ("table_format", "silver_bucket", "quarantine_bucket", "silver_database", "max_unreadable_percent")


def main(argv: list[str]) -> None:
    settings = settings_from(ARGUMENTS, argv)
    spark = spark_session(JOB)
    this = CrmRun(
        spark=spark,
        run=Run(job=JOB),
        open_table=lambda name: open_table(settings, name, spark),
        silver=S3Objects(settings.silver_bucket),
        quarantine=S3Objects(settings.quarantine_bucket),
        max_unreadable_percent=int(settings.max_unreadable_percent),
        always=settings.dates is not None,
    )
    try:
        stats = bring_up_to_date(this)
    except QualityError:
        put_metrics(JOB, TABLE, {QUALITY_FAILED: 1})
        raise
    except PublishConflictError:
        put_metrics(JOB, TABLE, {CONFLICTS: 1})
        raise
    print(json.dumps(stats.line(this.run), sort_keys=True), flush=True)
    put_metrics(JOB, TABLE, {ROWS_PUBLISHED: stats.versions})


if __name__ == "__main__":
    main(sys.argv[1:])
