"""What every batch job begins with: its arguments, its Spark session, and the tables it reads and publishes."""

import argparse
import datetime
import os
import time
from collections.abc import Sequence

from pyspark.sql import SparkSession

from lib.catalogue import GlueCatalogue
from lib.iceberg_table import IcebergTable
from lib.objects import S3Objects
from lib.parquet_table import ParquetTable
from lib.published_table import PublishedTable, Run
from lib.table_contract import load_contract

__all__ = ["FORMATS", "Run", "Settings", "open_table", "settings_from", "spark_session"]

FORMATS = ("parquet", "iceberg")
DATES = ("date", "from_date", "to_date")
# The same on Glue, EMR and here; memory, cores and where things are come from outside.
SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.adaptive.enabled": "true",
    # By size and not by the number of cores, so that the same rows make the same files everywhere.
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    # A path says what stands in it; the contract says its type.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    # Athena, Redshift and Spark read microseconds alike; INT96 is Spark's default of old.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}


class Settings(argparse.Namespace):
    """A job's arguments by name; those it did not ask for are not there."""

    table_format: str
    bronze_bucket: str
    silver_bucket: str
    gold_bucket: str
    quarantine_bucket: str
    silver_database: str
    gold_database: str
    date: datetime.date | None
    from_date: datetime.date | None
    to_date: datetime.date | None

    @property
    def dates(self) -> tuple[datetime.date, ...] | None:
        """The event dates that were asked for; None: whatever has changed."""
        first, last = self.date or self.from_date, self.date or self.to_date
        if first is None or last is None:
            return None
        return tuple(first + datetime.timedelta(days=day) for day in range((last - first).days + 1))


def settings_from(names: Sequence[str], argv: Sequence[str]) -> Settings:
    """The arguments ``names``, all required, and ``--date`` or ``--from_date`` with ``--to_date``.

    What else stands in ``argv`` is Glue's own and passed over.
    """
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in names:
        parser.add_argument(f"--{name}", required=True, choices=FORMATS if name == "table_format" else None)
    for name in DATES:
        parser.add_argument(f"--{name}", type=datetime.date.fromisoformat)
    settings, _ = parser.parse_known_args(argv, namespace=Settings())
    if (settings.from_date is None) != (settings.to_date is None):
        parser.error("--from_date and --to_date go together")
    if settings.date and settings.from_date:
        parser.error("--date is one day; with --from_date and --to_date leave it out")
    if settings.dates == ():
        parser.error(f"--from_date {settings.from_date} is after --to_date {settings.to_date}")
    return settings


def spark_session(name: str) -> SparkSession:
    """The session of the job ``name``. Python's own clock is set to UTC too: rows come to it in local time."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    builder = SparkSession.builder.appName(name)
    for key, value in SESSION.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def open_table(settings: Settings, name: str, spark: SparkSession) -> PublishedTable:
    """The published table ``name`` in the environment's format, at its last version."""
    contract = load_contract(name)
    database = getattr(settings, f"{contract.zone}_database")
    objects = S3Objects(getattr(settings, f"{contract.zone}_bucket"))
    if settings.table_format == "iceberg":
        return IcebergTable(contract, spark=spark, database=database, objects=objects)
    return ParquetTable(contract, objects=objects, catalogue=GlueCatalogue(database))
