"""Is every promise about access kept by every environment, and broken by the grant it is there to forbid?"""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from config import ENVIRONMENTS
from config.environments import PROD
from config.naming import stack_name
from gate.access.kept import about_nothing, broken
from gate.access.matrix import Matrix, matrix
from gate.access.promises import PROMISES
from gate.template import Template
from tests.support.platform import templates

Document = dict[str, Any]
Fault = Callable[[Document], None]
ANALYSTS, ENGINEERS, ETL = "Governance/Analysts/Role", "Governance/Engineers/Role", "Processing/EtlProcessor/Role"
REPLICATION, FLOW_LOG = "Storage/Replication/Role", "Network/FlowLog/Role"
WAREHOUSE = "Warehouse/Redshift/Role"
FRONT_DOOR = "FrontDoor/Door/ApiWriter/Role"
JOB, HOUSEKEEPING = "Batch/OrderEtl/Role", "Batch/Compact/Role"


def production() -> Document:
    return deepcopy(templates()[stack_name(PROD)].document)


def at(document: Document, path: str) -> str:
    """The address of the resource that the code calls so."""
    for type_, named in document["resource"].items():
        for name, body in named.items():
            if body["//"]["metadata"]["path"] == f"{stack_name(PROD)}/{path}":
                return f"{type_}.{name}"
    raise LookupError(path)


def grant(role: str, *actions: str, on: str, key: str | None = None) -> Fault:
    """The role may do this to everything in ``on``, and use ``key``."""

    def plant(document: Document) -> None:
        arn = f"${{{at(document, on)}.arn}}" if "/" in on else on
        statements = [{"Effect": "Allow", "Action": list(actions), "Resource": [arn, f"{arn}/*"]}]
        if key:
            statements.append({"Effect": "Allow", "Action": ["kms:*"], "Resource": [f"${{{at(document, key)}.arn}}"]})
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        document["resource"]["aws_iam_role_policy"]["planted"] = {
            "role": f"${{{at(document, role)}.name}}",
            "policy": policy,
        }

    return plant


def permit(role: str, *permissions: str, **tags: list[str]) -> Fault:
    """Lake Formation lets the role at the tables with these tags."""

    def plant(document: Document) -> None:
        expression = [{"key": key, "values": values} for key, values in tags.items()]
        document["resource"]["aws_lakeformation_permissions"]["planted"] = {
            "principal": f"${{{at(document, role)}.arn}}",
            "permissions": list(permissions),
            "lf_tag_policy": {"resource_type": "TABLE", "expression": expression},
        }

    return plant


def permit_database(role: str, *permissions: str, on: str) -> Fault:
    """Lake Formation lets the role at one database."""

    def plant(document: Document) -> None:
        document["resource"]["aws_lakeformation_permissions"]["planted"] = {
            "principal": f"${{{at(document, role)}.arn}}",
            "permissions": list(permissions),
            "database": {"name": f"${{{at(document, on)}.name}}"},
        }

    return plant


def attach(role: str, arn: str) -> Fault:
    def plant(document: Document) -> None:
        type_, name = at(document, role).split(".")
        document["resource"][type_][name]["managed_policy_arns"] = [arn]

    return plant


def open_to_everybody(document: Document) -> None:
    into = {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "*"}
    bucket = f"${{{at(document, 'Storage/Silver/Bucket')}.id}}"
    policy = json.dumps({"Version": "2012-10-17", "Statement": [into]})
    document["resource"]["aws_s3_bucket_policy"]["planted"] = {"bucket": bucket, "policy": policy}


def retag(document: Document) -> None:
    """The columns with tokens are called harmless."""
    for body in document["resource"]["aws_lakeformation_resource_lf_tags"].values():
        if body.get("table_with_columns"):
            body["lf_tag"] = [block | {"value": "none"} for block in body["lf_tag"]]


def call_quarantine_otherwise(document: Document) -> None:
    for body in document["resource"]["aws_glue_catalog_table"].values():
        metadata = body["//"]["metadata"]
        metadata["path"] = metadata["path"].replace("QuarantineDatabase/Quarantine", "SilverDatabase/Rejected")


def both(*faults: Fault) -> Fault:
    def plant(document: Document) -> None:
        for fault in faults:
            fault(document)

    return plant


LAKE_KEY, FUNCTION_KEY, REPLICA_KEY = "Storage/LakeKey/Key", "Processing/FunctionKey/Key", "Storage/Replica/Key/Key"
EVERY_TAG = {"sensitivity": ["none", "token", "personal"]}
FAULTS: list[tuple[str, Fault]] = [
    (
        "only_what_masks_reads_the_masking_key",
        grant(ENGINEERS, "secretsmanager:GetSecretValue", on="Processing/MaskingKey/Secret", key=FUNCTION_KEY),
    ),
    (
        "nobody_changes_the_masking_key",
        grant(ETL, "secretsmanager:PutSecretValue", on="Processing/MaskingKey/Secret", key=FUNCTION_KEY),
    ),
    ("nobody_deletes_from_the_lake", grant(ETL, "s3:DeleteObject", on="Storage/Silver/Bucket")),
    ("nobody_deletes_from_the_lake", grant(ETL, "s3:DeleteObject*", on="*")),
    ("nobody_deletes_from_the_lake", grant(ENGINEERS, "s3:DeleteObject", on="Ingestion/Failures/Bucket")),
    ("only_replication_changes_copies", grant(ETL, "s3:DeleteObject", on="Storage/Replica/Silver/Bucket")),
    ("nobody_reads_copies", grant(ENGINEERS, "s3:GetObject", on="Storage/Replica/Silver/Bucket", key=REPLICA_KEY)),
    ("only_services_write_logs_and_nobody_deletes_them", grant(ETL, "s3:DeleteObject", on="Storage/Logs/Bucket")),
    ("no_role_writes_access_logs", grant(ETL, "s3:PutObject", on="Storage/Logs/Bucket")),
    ("nobody_administers_buckets", grant(ENGINEERS, "s3:PutBucketPolicy", on="Storage/Bronze/Bucket")),
    ("only_the_account_administers_keys", grant(ENGINEERS, "kms:PutKeyPolicy", on=LAKE_KEY)),
    ("only_the_account_administers_keys", grant(ETL, "kms:CreateGrant", on=LAKE_KEY)),
    ("nobody_deletes_from_the_lake", grant(JOB, "s3:DeleteObject", on="Storage/Silver/Bucket")),
    (
        "housekeeping_deletes_what_was_replaced_only",
        grant(HOUSEKEEPING, "s3:DeleteObject", on="Storage/Bronze/Bucket"),
    ),
    ("only_administrators_change_the_catalogue", permit(ENGINEERS, "ALTER", **EVERY_TAG)),
    ("jobs_change_published_tables_only", permit(JOB, "ALTER", **EVERY_TAG)),
    ("only_the_jobs_that_fill_them_change_the_tables_of_gold", permit(JOB, "INSERT", zone=["gold"])),
    (
        "only_the_crawler_makes_tables_of_what_nobody_described",
        permit_database(ENGINEERS, "CREATE_TABLE", on="Discovery/Unregistered/Database"),
    ),
    ("nobody_changes_rights", grant(ETL, "iam:PutRolePolicy", on="*")),
    ("nobody_has_policies_from_elsewhere", attach(ETL, "arn:aws:iam::aws:policy/ReadOnlyAccess")),
    ("readers_read_nothing_raw", grant(ANALYSTS, "s3:GetObject", on="Storage/Bronze/Bucket", key=LAKE_KEY)),
    (
        "readers_read_nothing_raw",
        both(permit(ANALYSTS, "SELECT", zone=["quarantine"]), grant(ANALYSTS, "glue:GetTable", on="*")),
    ),
    ("people_read_silver_and_gold_by_sql", grant(ENGINEERS, "s3:GetObject", on="Storage/Gold/Bucket", key=LAKE_KEY)),
    ("readers_see_no_token", permit(ANALYSTS, "SELECT", sensitivity=["token"])),
    ("readers_see_no_token", retag),
    ("engineers_see_personal_data_in_quarantine_only", call_quarantine_otherwise),
    (
        "warehouse_reads_no_files_with_tokens",
        grant(WAREHOUSE, "s3:GetObject", on="Storage/Silver/Bucket", key=LAKE_KEY),
    ),
    (
        "only_named_producers_put_on_the_stream",
        grant(ETL, "kinesis:PutRecord", on="Ingestion/Events/Stream", key="Ingestion/StreamKey/Key"),
    ),
    (
        "producers_only_put",
        grant(FRONT_DOOR, "kinesis:GetRecords", on="Ingestion/Events/Stream", key="Ingestion/StreamKey/Key"),
    ),
    ("people_change_no_data", grant(ENGINEERS, "s3:PutObject", on="Storage/Gold/Bucket", key=LAKE_KEY)),
    ("nobody_comes_from_outside", open_to_everybody),
]


def of(document: Document) -> Matrix:
    return matrix(Template(document), PROD)


def broken_in(document: Document) -> set[str]:
    return {promise.name for promise, _, _ in broken(of(document))}


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=lambda env: env.name)
def test_every_environment_keeps_every_promise(env: Any) -> None:
    template = Template(templates()[stack_name(env)].document)
    assert [told for _, _, told in broken(matrix(template, env))] == []


def test_every_promise_is_about_something_that_is_there() -> None:
    matrices = [matrix(Template(templates()[stack_name(env)].document), env) for env in ENVIRONMENTS]
    assert list(about_nothing(matrices)) == []


@pytest.mark.parametrize(("promise", "fault"), FAULTS, ids=[f"{name}-{n}" for n, (name, _) in enumerate(FAULTS)])
def test_a_grant_that_a_promise_forbids_is_caught(promise: str, fault: Fault) -> None:
    document = production()
    fault(document)
    assert promise in broken_in(document)


def test_every_promise_has_a_grant_that_breaks_it() -> None:
    assert {promise.name for promise in PROMISES} == {name for name, _ in FAULTS}


def test_a_promise_about_what_was_renamed_is_noticed() -> None:
    document = production()
    type_, name = at(document, "Processing/MaskingKey/Secret").split(".")
    document["resource"][type_][name]["//"]["metadata"]["path"] = f"{stack_name(PROD)}/Processing/Masking/Secret"
    named = {pattern for _, pattern in about_nothing([of(document)])}
    assert named == {"secret Processing/MaskingKey"}
