"""gold_etl: silver's published `orders`, `order_items` and `customers` go in, the tables of the gold zone come out.

Without dates: whatever was made of an input that has changed since. With dates: their months, changed or not. A table
that fails its rules or meets another run stays as it was, the others are published, and the job fails at the end.
"""

import sys
from collections.abc import Callable, Mapping

from lib.common import Run, open_table, settings_from, spark_session
from lib.gold_publishing import GoldRun, bring_up_to_date
from lib.gold_tables import GOLD_TABLES, GoldTable
from lib.metrics import CONFLICTS, QUALITY_FAILED, ROWS_PUBLISHED, put_metrics
from lib.objects import S3Objects
from lib.published_table import PublishConflictError, QualityError

JOB = "gold_etl"
ARGUMENTS = ("table_format", "silver_bucket", "gold_bucket", "silver_database", "gold_database")
Tell = Callable[[str, str, Mapping[str, int]], None]


def publish_all(this: GoldRun, *, tell: Tell, tables: tuple[GoldTable, ...] = GOLD_TABLES) -> None:
    """Every table, in order; ExceptionGroup of those that could not be published."""
    failures: list[Exception] = []
    for table in tables:
        try:
            receipt = bring_up_to_date(table, this)
        except QualityError as error:
            failures.append(error)
            tell(this.run.job, table.name, {QUALITY_FAILED: 1})
        except PublishConflictError as error:
            failures.append(error)
            tell(this.run.job, table.name, {CONFLICTS: 1})
        else:
            tell(this.run.job, table.name, {ROWS_PUBLISHED: receipt.rows if receipt else 0})
    if failures:
        raise ExceptionGroup(f"{this.run.job}: {len(failures)} of {len(tables)} tables were not published", failures)


def main(argv: list[str]) -> None:
    settings = settings_from(ARGUMENTS, argv)
    spark = spark_session(JOB)
    this = GoldRun(
        spark=spark,
        run=Run(job=JOB),
        open_table=lambda name: open_table(settings, name, spark),
        gold=S3Objects(settings.gold_bucket),
        dates=settings.dates,
    )
    publish_all(this, tell=put_metrics)


if __name__ == "__main__":
    main(sys.argv[1:])
