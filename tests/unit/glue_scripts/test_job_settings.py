"""The arguments of a job, and the session it works in."""

from datetime import date

import pytest
from pyspark.sql import SparkSession

from lib.common import Settings, settings_from

PLACES = ["--table_format", "parquet", "--silver_bucket", "b"]
NAMES = ("table_format", "silver_bucket")


def settings(*words: str) -> Settings:
    return settings_from(NAMES, [*PLACES, *words])


def test_arguments_of_glues_own_are_passed_over() -> None:
    found = settings("--JOB_NAME", "orders", "--enable-metrics", "true")
    assert (found.table_format, found.silver_bucket, found.dates) == ("parquet", "b", None)


def test_a_day_or_all_days_from_one_to_another_are_asked_for() -> None:
    assert settings("--date", "2026-02-28").dates == (date(2026, 2, 28),)
    days = settings("--from_date", "2026-02-28", "--to_date", "2026-03-01").dates
    assert days == (date(2026, 2, 28), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from_date", "2026-02-28"), "--from_date and --to_date go together"),
        (("--from_date", "2026-03-02", "--to_date", "2026-03-01"), "--from_date 2026-03-02 is after --to_date"),
        (("--date", "2026-03-02", "--from_date", "2026-03-01", "--to_date", "2026-03-01"), "--date is one day"),
        (("--date", "yesterday"), "argument --date: invalid"),
    ],
)
def test_days_that_make_no_sense_end_the_job(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        settings(*words)
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["--silver_bucket", "b"], ["--table_format", "csv", "--silver_bucket", "b"]])
def test_a_missing_argument_or_another_format_ends_the_job(argv: list[str]) -> None:
    with pytest.raises(SystemExit):
        settings_from(NAMES, argv)


def test_times_are_utc_and_paths_say_no_types(spark: SparkSession) -> None:
    assert spark.conf.get("spark.sql.session.timeZone") == "UTC"
    assert spark.conf.get("spark.sql.sources.partitionColumnTypeInference.enabled") == "false"
    assert spark.conf.get("spark.sql.parquet.outputTimestampType") == "TIMESTAMP_MICROS"
