"""What each Spark job may do, and nothing else."""

import json
from dataclasses import replace

import pytest

from config.batch_jobs import JOBS, Batch
from tests.support.batch_template import DEV, PROD, granted, job, lake_grants, layer, on
from tests.support.synthesis import Template


@pytest.fixture(scope="module")
def prod() -> Template:
    return layer(PROD)


@pytest.fixture(scope="module")
def dev() -> Template:
    return layer(DEV)


def test_a_job_touches_its_tables_and_what_they_are_made_of_and_nothing_else(prod: Template) -> None:
    published = {
        f"/{folder}/{table}/*"
        for folder in ("published", "_published", "_quality")
        for table in ("orders", "order_items")
    }
    aside = {"/corrupt_files/*", "/quarantine/events/*", "/_staging/order_etl/*", "/_processed/order_etl/*"}
    written = {path for path in on(prod, "order-etl", "s3:PutObject") if not path.endswith("_$folder$")}
    assert written == published | aside | {"/spark-ui/order_etl/*"}
    read = on(prod, "order-etl", "s3:GetObject")
    assert {path for path in read if "customers" in path or "cdc" in path or path == "/*"} == set()
    assert {"/orders/*", "/erp_sales/*", "/code/*"} <= read


def test_a_job_marks_the_folders_on_the_way_to_what_spark_writes_and_is_told_which_are_not_there(
    prod: Template,
) -> None:
    folders = ["published", "published/orders", "published/order_items", "_staging", "_staging/order_etl"]
    marks = {f"{folder}_$folder$" for folder in folders}
    made = {path for path in on(prod, "order-etl", "s3:PutObject") if path.endswith("$folder$")}
    assert made == {f"/{mark}" for mark in marks}
    # For what is not there S3 answers 404 to those who may read and list it, and 403 to others.
    lists = [s for s in granted(prod, "order-etl") if "s3:ListBucket" in s["actions"]]
    listed = {value for s in lists for value in s["condition"][0]["values"]}
    assert {*folders, *marks} <= listed
    assert {f"/{key}" for key in (*folders, *marks)} <= on(prod, "order-etl", "s3:GetObject")


def test_a_job_deletes_what_spark_leaves_and_only_housekeeping_more(prod: Template) -> None:
    scratch = on(prod, "crm-etl", "s3:DeleteObject")
    assert scratch == {
        "/published/customers/v=*/_temporary/*",
        "/published/customers/*$folder$",
        "/spark-ui/crm_etl/*",
    }
    assert {"/published/*", "/_published/*", "/orders/*"} <= on(prod, "compact", "s3:DeleteObject")
    assert on(prod, "compact", "s3:PutObject").isdisjoint({"/published/*", "/_published/*"})


def test_a_job_lists_below_its_own_prefixes_only(prod: Template) -> None:
    lists = [s for s in granted(prod, "order-etl") if "s3:ListBucket" in s["actions"]]
    assert all(s["condition"][0]["variable"] == "s3:prefix" for s in lists)
    assert "*" not in {value for s in lists for value in s["condition"][0]["values"]}


def test_only_the_merge_of_changes_reads_the_masking_key(prod: Template) -> None:
    readers = [j.name for j in JOBS if on(prod, j.name.replace("_", "-"), "secretsmanager:GetSecretValue")]
    assert readers == ["cdc_merge"]


def test_a_job_points_partitions_of_its_own_tables_by_name_and_by_tag(prod: Template) -> None:
    tables = on(prod, "crm-etl", "glue:BatchUpdatePartition")
    assert "" in tables  # the database
    names = {
        arn.rpartition("/")[2]
        for s in granted(prod, "crm-etl")
        if "glue:GetTable" in s["actions"]
        for arn in s["resources"]
        if ":table/" in arn
    }
    assert names == {"customers"}
    (tagged,) = [grant for grant in lake_grants(prod, "CrmEtl") if "ALTER" in grant["permissions"]]
    said = {each["key"]: each["values"] for each in tagged["lf_tag_policy"]["expression"]}
    assert ["crm_etl"] in said.values()
    assert {permission for grant in lake_grants(prod, "CrmEtl") for permission in grant["permissions"]} == {
        "ALTER",
        "DATA_LOCATION_ACCESS",
        "DESCRIBE",
        "INSERT",
        "SELECT",
    }


def test_housekeeping_asks_no_catalogue_unless_tables_are_icebergs(prod: Template) -> None:
    assert lake_grants(prod, "Compact") == []
    iceberg = layer(replace(PROD, batch=Batch(table_format="iceberg")))
    assert lake_grants(iceberg, "Compact")
    arguments = job(iceberg, "order-etl")["default_arguments"]
    assert arguments["--datalake-formats"] == "iceberg"
    assert "spark.sql.catalog.lake.catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog" in arguments["--conf"]
    assert "/iceberg/orders/*" in on(iceberg, "order-etl", "s3:PutObject")


def test_icebergs_tables_are_made_by_the_job_that_publishes_them(prod: Template) -> None:
    iceberg = layer(replace(PROD, batch=Batch(table_format="iceberg")))
    declared = {block["name"] for block in prod.all("aws_glue_catalog_table").values()}
    left = {block["name"] for block in iceberg.all("aws_glue_catalog_table").values()}
    assert {"orders", "customers", "daily_sales"} <= declared - left
    assert {"orders_received", "orders_live"} <= left
    assert any(arn.endswith("/orders") for arn in on(iceberg, "order-etl", "glue:CreateTable"))
    assert any("CREATE_TABLE" in grant["permissions"] for grant in lake_grants(iceberg, "OrderEtl"))
    assert not on(prod, "order-etl", "glue:CreateTable")


def test_no_role_is_told_more_than_iam_takes(prod: Template) -> None:
    """Policies within a role may have 10,240 letters together, without blanks."""
    for role in ("order-etl", "crm-etl", "cdc-merge", "gold-etl", "compact"):
        assert len(json.dumps(granted(prod, role), separators=(",", ":"))) < 10_240
