import re
from dataclasses import replace

import pytest

from config import environment
from config.batch_jobs import (
    JOBS,
    Batch,
    BatchJob,
    catalogued,
    check_batch,
    fillers_of,
    job_sizes,
    publisher_of,
    small_job_sizes,
)
from config.change_capture import ChangeCapture
from config.job_size import JobSize, SparkApplication
from config.network_size import NetworkSize
from config.sources import CAPTURED_SCHEMAS
from config.table_mappings import CapturedSchema, snake_case


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"engine": "spark"}, "job engine 'spark' is none of glue, emr"),
        ({"worker_type": "Standard"}, "job worker_type 'Standard' is none of G.1X"),
        ({"workers": 1}, "job workers is 1; AWS allows 2 to 299"),
        ({"timeout_minutes": 2}, "job timeout_minutes is 2; AWS allows 5"),
        ({"retries": 11}, "job retries is 11; AWS allows 0 to 10"),
        (
            {"engine": "emr", "retries": 10},
            "job retries is 10; EMR Serverless makes 10 attempts, the first among them: use",
        ),
        ({"notify_after_minutes": 60}, "job notify_after_minutes is 60; use 1 to 59"),
        ({"flex": True, "engine": "emr"}, "job with flex runs G.1X on emr; flex is Glue's, for G.1X and G.2X"),
        ({"flex": True, "worker_type": "R.1X"}, "job with flex runs R.1X on glue"),
    ],
)
def test_a_size_that_aws_would_refuse_is_refused_here(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        JobSize(**wrong)  # type: ignore[arg-type]


def test_what_emr_serverless_does_not_tell_has_no_limit_there() -> None:
    assert JobSize(engine="emr", timeout_minutes=30, retries=9).notify_after_minutes == 45


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"files": {"platinum": ("x/",)}}, "names the zones ['platinum']; there are: bronze, silver"),
        ({"clears": {"silver": ("x/",)}}, "clears ['x/'] of silver, which it does not write"),
        ({"places": ("moon_bucket",)}, "asks for ['moon_bucket']; the platform knows: bronze_bucket"),
        ({"masks": True}, "masks and the place masking_key_secret go together"),
        ({"settings": {"date": "today"}}, "['date'] are said when a run starts; leave them out"),
        ({"settings": {"parts": ""}}, "settings ['parts'] are empty"),
    ],
)
def test_a_job_that_contradicts_itself_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        BatchJob(name="odd", what="Nothing", **wrong)  # type: ignore[arg-type]


def test_every_job_has_a_size_and_no_other_has() -> None:
    assert set(job_sizes()) == set(small_job_sizes()) == {job.name for job in JOBS}
    with pytest.raises(ValueError, match=re.escape("batch.sizes names ['orders']; the jobs are ['cdc_merge'")):
        Batch(sizes={"orders": JobSize()})


def test_a_format_that_nobody_writes_is_refused() -> None:
    with pytest.raises(ValueError, match=re.escape("batch.table_format 'orc' is none of parquet, iceberg")):
        Batch(table_format="orc")  # type: ignore[arg-type]


def test_silence_longer_than_an_alarm_looks_back_is_refused() -> None:
    with pytest.raises(ValueError, match=re.escape("batch.freshness_hours is 200; AWS allows 1 to 168")):
        Batch(freshness_hours=200)


def test_an_application_has_the_spark_the_jobs_are_written_for() -> None:
    with pytest.raises(ValueError, match=re.escape("'emr-6.15.0' is no emr-7.x, which has Spark 3.5")):
        SparkApplication(release="emr-6.15.0")


def test_inside_a_network_jobs_must_reach_what_they_call() -> None:
    poor = NetworkSize(interface_endpoints=("glue", "kms"))
    with pytest.raises(ValueError, match=re.escape("needs the endpoints logs, monitoring, secretsmanager, sts; add")):
        check_batch("environment x", Batch(), poor)
    check_batch("environment x", Batch(), replace(poor, nat="one"))
    check_batch("environment x", Batch(inside=False), None)
    with pytest.raises(
        ValueError, match=re.escape("batch.inside, and there is no network; set network, or batch.inside to False")
    ):
        check_batch("environment x", Batch(), None)


def test_an_environment_looks_at_it() -> None:
    without = replace(environment("prod"), batch=None)
    with pytest.raises(ValueError, match=re.escape("environment prod: batch.inside needs the endpoints glue")):
        replace(
            without, batch=Batch(), network=NetworkSize(interface_endpoints=()), warehouse=None, change_capture=None
        )


def test_a_table_has_one_job_that_fills_it() -> None:
    assert publisher_of("silver", "orders") == "order_etl"
    assert publisher_of("silver", "sakila_customer_changes") == "cdc_merge"
    assert publisher_of("gold", "daily_sales") == "gold_etl"
    assert publisher_of("silver", "orders_received") is None


def test_a_database_of_the_registry_is_merged_under_its_name_in_small_letters() -> None:
    merge = next(job for job in JOBS if job.name == "cdc_merge")
    assert merge.publishes == {"silver": tuple(f"{schema.name.lower()}_*" for schema in CAPTURED_SCHEMAS)}
    assert (snake_case("WebShop"), snake_case("Chinook"), snake_case("sakila")) == ("web_shop", "chinook", "sakila")


def test_a_database_that_no_source_has_is_refused_since_no_job_could_merge_it() -> None:
    stray = ChangeCapture(schemas=(CapturedSchema(name="webshop"),))
    message = (
        "names ['webshop'], and the sources of config/sources.py have sakila, Chinook; add them to the schemas of one"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        replace(environment("prod"), change_capture=stray)


def test_whoever_reads_a_table_may_finish_what_a_killed_run_left_in_the_catalogue() -> None:
    gold = next(job for job in JOBS if job.name == "gold_etl")
    assert set(catalogued(gold, "parquet")) == {"silver", "gold"}
    assert fillers_of("silver", catalogued(gold, "parquet")["silver"]) == ["crm_etl", "order_etl"]


def test_housekeeping_needs_the_catalogue_for_iceberg_only() -> None:
    compact = next(job for job in JOBS if job.name == "compact")
    assert catalogued(compact, "parquet") == {}
    assert fillers_of("silver", catalogued(compact, "iceberg")["silver"]) == ["cdc_merge", "crm_etl", "order_etl"]
