"""The Spark jobs of an environment: sizes, logs, network, both engines, and who is told when one fails."""

import json
from dataclasses import replace
from typing import Any

import pytest

from config.batch_jobs import JOBS, Batch, job_sizes, small_job_sizes
from config.job_size import JobSize
from tests.support.batch_template import DEV, PROD, granted, job, layer, on
from tests.support.synthesis import Template


@pytest.fixture(scope="module")
def prod() -> Template:
    return layer(PROD)


@pytest.fixture(scope="module")
def dev() -> Template:
    return layer(DEV)


def test_a_job_runs_what_was_packed_and_keeps_no_bookmarks(prod: Template) -> None:
    orders = job(prod, "order-etl")
    (script,) = [o for o in prod.all("aws_s3_object").values() if o["key"].endswith("/order_etl.py")]
    assert script["source"].endswith("order_etl.py")
    assert "Batch_Package_OrderEtl" in orders["command"]["script_location"]
    assert (orders["glue_version"], orders["execution_property"]) == ("5.0", {"max_concurrent_runs": 1})
    assert orders["default_arguments"]["--job-bookmark-option"] == "job-bookmark-disable"
    assert orders["default_arguments"]["--extra-py-files"].startswith("s3://")


def test_a_jobs_size_is_what_the_environment_says(prod: Template, dev: Template) -> None:
    assert PROD.batch
    assert DEV.batch
    for template, sizes in ((prod, PROD.batch.sizes), (dev, DEV.batch.sizes)):
        size, compact = sizes["compact"], job(template, "compact")
        assert compact["number_of_workers"] == size.workers
        assert compact["execution_class"] == ("FLEX" if size.flex else "STANDARD")
        assert (compact["timeout"], compact["max_retries"]) == (size.timeout_minutes, size.retries)


def test_scripts_and_definitions_lie_encrypted_and_a_changed_script_has_another_name(prod: Template) -> None:
    objects = prod.all("aws_s3_object").values()
    # The libraries, what EMR lacks, and of each job its script and its definition.
    assert len(objects) == 2 + 2 * len(JOBS)
    assert all(each["server_side_encryption"] == "aws:kms" and each["kms_key_id"] for each in objects)
    scripts = [each["key"] for each in objects if each["key"].endswith(".py")]
    assert all(len(key.split("/")[1]) == 32 for key in scripts)


def test_every_table_that_a_job_fills_says_so(prod: Template) -> None:
    tags = prod.all("aws_lakeformation_resource_lf_tags").values()
    filled = {tag["value"] for block in tags for tag in block["lf_tag"]} & {j.name for j in JOBS}
    assert filled == {"order_etl", "crm_etl", "gold_etl"}


def test_logs_have_the_names_that_glue_gives_them_an_end_and_a_key(prod: Template) -> None:
    groups = {block["name"]: block for block in prod.all("aws_cloudwatch_log_group").values()}
    for log in ("error", "output"):
        group = groups[f"/aws-glue/jobs/ecommerce-prod-jobs-role/ecommerce-prod-order-etl/{log}"]
        assert group["retention_in_days"] == PROD.log_keep_days
        assert group["kms_key_id"]


def test_data_is_written_under_the_key_of_its_zone_and_logs_under_another(prod: Template) -> None:
    encryption = prod.one("aws_glue_security_configuration")["encryption_configuration"]
    assert "LakeKey" in encryption["s3_encryption"]["kms_key_arn"]
    assert "LakeKey" not in encryption["cloudwatch_encryption"]["kms_key_arn"]


def test_inside_the_network_a_job_has_a_connection_for_each_subnet_and_workers_speak_to_each_other(
    prod: Template,
) -> None:
    assert len(job(prod, "order-etl")["connections"]) == 3
    assert {block["connection_type"] for block in prod.all("aws_glue_connection").values()} == {"NETWORK"}
    rules = prod.all("aws_vpc_security_group_ingress_rule").values()
    (among,) = [block for block in rules if block.get("referenced_security_group_id") == block["security_group_id"]]
    assert (among["ip_protocol"], "cidr_ipv4" in among) == ("-1", False)


def test_outside_it_there_is_none(dev: Template) -> None:
    assert dev.all("aws_glue_connection") == {}
    assert "connections" not in job(dev, "order-etl")


def test_a_job_changes_engines_by_one_word_and_keeps_script_arguments_and_rights(prod: Template) -> None:
    assert PROD.batch
    here = PROD.batch.sizes["gold_etl"]
    moved = {**PROD.batch.sizes, "gold_etl": JobSize(worker_type=here.worker_type, workers=here.workers)}
    on_glue = layer(replace(PROD, batch=Batch(sizes=moved)))
    before, after = definition(prod, "gold_etl"), definition(on_glue, "gold_etl")
    assert (before["engine"], after["engine"]) == ("emr", "glue")
    assert (before["script"], before["py_files"], before["arguments"]) == (
        after["script"],
        after["py_files"],
        after["arguments"],
    )
    for action in ("s3:PutObject", "glue:BatchUpdatePartition"):
        others = {path for path in on(on_glue, "gold-etl", action) if "spark-ui" not in path}
        assert others == on(prod, "gold-etl", action)
    assert on_glue.all("aws_emrserverless_application") == {}


def definition(template: Template, name: str) -> dict[str, Any]:
    (found,) = [o for o in template.all("aws_s3_object").values() if o["key"] == f"jobs/{name}.json"]
    document: dict[str, Any] = json.loads(found["content"])
    return document


def test_emr_starts_the_same_script_with_machines_as_large_as_glues(prod: Template) -> None:
    start = definition(prod, "gold_etl")["start"]
    submit = start["jobDriver"]["sparkSubmit"]
    assert "Batch_Package_GoldEtl" in submit["entryPoint"]
    assert "--gold_bucket" in submit["entryPointArguments"]
    for wanted in (
        "spark.executor.cores=8",
        "spark.executor.memory=28g",
        "maxExecutors=11",
        "PYTHON=/usr/bin/python3.11",
    ):
        assert wanted in submit["sparkSubmitParameters"]
    assert start["configurationOverrides"]["monitoringConfiguration"]["cloudWatchLoggingConfiguration"]["enabled"]


def test_emr_unpacks_what_its_python_lacks_where_driver_and_workers_import_from(prod: Template, dev: Template) -> None:
    told = definition(prod, "gold_etl")["start"]["jobDriver"]["sparkSubmit"]["sparkSubmitParameters"]
    (archive,) = [name for name in told.split() if name.startswith("spark.archives=")]
    assert "Batch_Package_Packages" in archive
    assert archive.endswith("#packages")
    for side in ("spark.emr-serverless.driverEnv", "spark.executorEnv"):
        assert f"--conf {side}.PYTHONPATH=./packages/python" in told
    keys = [block["key"] for block in dev.all("aws_s3_object").values()]
    assert not [key for key in keys if key.endswith("/packages.zip")], "nothing runs on EMR there"


def test_a_job_that_masks_is_refused_on_emr_with_the_remedy() -> None:
    sizes = job_sizes() | {"cdc_merge": JobSize(engine="emr")}
    with pytest.raises(ValueError, match=r"cdc_merge masks .* set batch\.sizes\['cdc_merge'\]\.engine to glue"):
        layer(replace(PROD, batch=Batch(sizes=sizes)))


def test_emr_keeps_sparks_history_under_the_applications_key_which_service_and_job_may_use(prod: Template) -> None:
    monitoring = definition(prod, "gold_etl")["start"]["configurationOverrides"]["monitoringConfiguration"]
    key = monitoring["managedPersistenceMonitoringConfiguration"]["encryptionKeyArn"]
    assert "Batch_Spark_Key" in key
    (kept,) = [s for s in prod.statements() if s["sid"] == "EmrMayKeepHistory"]
    assert set(kept["actions"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert kept["principals"] == [{"type": "Service", "identifiers": ["emr-serverless.amazonaws.com"]}]
    (condition,) = kept["condition"]
    assert condition["variable"] == "aws:SourceArn"
    assert condition["values"] == [f"arn:aws:emr-serverless:eu-west-1:{PROD.account_id}:/applications/*"]
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert key in {arn for s in granted(prod, "gold-etl") if action in s["actions"] for arn in s["resources"]}


def test_the_application_waits_for_nobody_and_ends_by_itself(prod: Template) -> None:
    application = prod.one("aws_emrserverless_application")
    assert (application["architecture"], application["release_label"]) == ("ARM64", "emr-7.8.0")
    assert application["auto_stop_configuration"] == {"enabled": True, "idle_timeout_minutes": 5}
    assert "initial_capacity" not in application
    assert len(application["network_configuration"]["subnet_ids"]) == 3


def test_people_are_told_of_every_run_that_ends_badly_on_either_engine(prod: Template) -> None:
    patterns = [json.loads(rule["event_pattern"]) for rule in prod.all("aws_cloudwatch_event_rule").values()]
    (glue,) = [p["detail"] for p in patterns if p["detail-type"] == ["Glue Job State Change"]]
    assert {"FAILED", "TIMEOUT", "STOPPED"} <= set(glue["state"])
    assert len(glue["jobName"]) == len(JOBS) - 1
    (emr,) = [p["detail"] for p in patterns if p["source"] == ["aws.emr-serverless"]]
    assert "FAILED" in emr["state"]
    assert "Batch_Spark_Application" in emr["applicationId"][0]


def test_people_are_told_of_a_run_on_glue_that_takes_longer_than_it_should(prod: Template) -> None:
    rules = prod.all("aws_cloudwatch_event_rule").values()
    (slow,) = [r for r in rules if json.loads(r["event_pattern"])["detail-type"] == ["Glue Job Run Status"]]
    told = json.loads(slow["event_pattern"])["detail"]
    assert set(told["state"]) == {"STARTING", "RUNNING", "STOPPING"}
    assert len(told["jobName"]) == len(JOBS) - 1
    (target,) = [t for t in prod.all("aws_cloudwatch_event_target").values() if "GlueDelays" in t["rule"]]
    assert "longer than it should" in target["input_transformer"]["input_template"]
    assert all(block["notification_property"]["notify_delay_after"] for block in prod.all("aws_glue_job").values())


def test_people_are_told_of_tables_that_were_not_published_and_changes_that_stop(prod: Template) -> None:
    alarms = prod.all("aws_cloudwatch_metric_alarm").values()
    told = {(alarm["metric_name"], alarm["dimensions"]["Job"]) for alarm in alarms}
    assert told == {
        *((metric, j.name) for j in JOBS for metric in ("QualityFailed", "Conflicts")),
        ("CdcStopped", "cdc_merge"),
    }


def test_a_silent_job_raises_an_alarm_where_something_starts_it_by_the_clock() -> None:
    template = layer(replace(DEV, batch=Batch(sizes=small_job_sizes(), inside=False, freshness_hours=26)))
    silent = [a for a in template.all("aws_cloudwatch_metric_alarm").values() if a["metric_name"] == "RowsPublished"]
    assert len(silent) == len(JOBS)
    assert {alarm["treat_missing_data"] for alarm in silent} == {"breaching"}


def test_without_a_captured_database_there_is_nothing_to_merge() -> None:
    template = layer(replace(DEV, captured_otherwise=()))
    assert not [block for block in template.all("aws_glue_job").values() if block["name"].endswith("cdc-merge")]


def test_an_environment_without_jobs_has_nothing_of_them() -> None:
    template = layer(replace(DEV, batch=None))
    assert template.all("aws_glue_job") == template.all("aws_s3_object") == {}


def test_production_runs_the_heaviest_on_emr_and_the_patient_one_on_spare_capacity() -> None:
    sizes = job_sizes()
    assert [name for name, size in sizes.items() if size.engine == "emr"] == ["gold_etl"]
    assert [name for name, size in sizes.items() if size.flex] == ["compact"]
