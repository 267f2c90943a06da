"""The archive as Parquet, in an environment that is production's but for that."""

import json
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
from cdktf import App, TerraformStack

from config import environment
from config.event_archive import PARQUET_ARCHIVE_PREFIX, UNDELIVERED_PREFIX, EventArchiveSize
from config.naming import stack_name
from constructs.boundary_actions import IN_THIS_ACCOUNT
from constructs.encryption_key import EncryptionKey
from constructs.event_archive import EventArchive
from constructs.event_stream import EventStream
from constructs.lake_zone import LakeZone
from contracts import load_contract
from gate.access.kept import broken
from gate.access.matrix import matrix
from gate.finding import findings
from gate.rules import RULES
from gate.template import Template as Judged
from stacks.ecommerce import EcommerceStack
from tests.support.lake_grants import selectable
from tests.support.synthesis import Block, Template, synthesized

SIZE = EventArchiveSize(format="parquet", buffer_mb=96, parquet_compression="snappy")
ENV = replace(environment("prod"), event_archive=SIZE)
METRICS = ("Errors", "Throttles", "DestinationDeliveryFailures")


@pytest.fixture(scope="module")
def stack() -> Template:
    """All of it: the layers of governance and monitoring have their part in it."""
    with TemporaryDirectory() as folder:
        app = App(outdir=folder)
        EcommerceStack(app, env=ENV)
        app.synth()
        path = Path(folder) / "stacks" / stack_name(ENV) / "cdk.tf.json"
        return Template(json.loads(path.read_text(encoding="utf-8")))


def delivery(stack: Template) -> Block:
    return stack.one("aws_kinesis_firehose_delivery_stream")


def destination(stack: Template) -> Block:
    found: Block = delivery(stack)["extended_s3_configuration"]
    return found


def function(stack: Template) -> tuple[str, Block]:
    (found,) = [
        (name, each)
        for name, each in stack.all("aws_lambda_function").items()
        if each["handler"] == "archive_envelope.handler.handler"
    ]
    return found


def statements_of(stack: Template, role: str) -> list[Block]:
    """What the role called so may do."""
    roles = {name: each["name"] for name, each in stack.all("aws_iam_role").items()}
    documents = stack.all("aws_iam_policy_document", "data")
    policies = [each for each in stack.all("aws_iam_role_policy").values() if roles[each["role"].split(".")[1]] == role]
    return [each for policy in policies for each in documents[policy["policy"].split(".")[2]]["statement"]]


def test_firehose_converts_by_the_tables_columns_and_compresses_those_alone(stack: Template) -> None:
    made = destination(stack)
    conversion = made["data_format_conversion_configuration"]
    (table,) = [name for name, each in stack.all("aws_glue_catalog_table").items() if each["name"] == "events_archive"]
    assert conversion["schema_configuration"]["table_name"] == f"${{aws_glue_catalog_table.{table}.name}}"
    assert conversion["output_format_configuration"]["serializer"]["parquet_ser_de"] == {"compression": "SNAPPY"}
    assert "open_x_json_ser_de" in conversion["input_format_configuration"]["deserializer"]
    assert (made["compression_format"], made["buffering_size"]) == ("UNCOMPRESSED", 96)


def test_each_record_goes_through_the_function_and_what_is_a_default_is_not_stated(stack: Template) -> None:
    (processor,) = destination(stack)["processing_configuration"]["processors"]
    named = {each["parameter_name"]: each["parameter_value"] for each in processor["parameters"]}
    assert processor["type"] == "Lambda"
    assert named == {
        "LambdaArn": f"${{aws_lambda_function.{function(stack)[0]}.arn}}:$LATEST",
        "BufferSizeInMBs": "0.2",
        "NumberOfRetries": "300",
    }


def test_objects_of_this_format_lie_where_its_table_is_and_where_none_of_the_other_are(stack: Template) -> None:
    assert destination(stack)["prefix"].startswith(f"{PARQUET_ARCHIVE_PREFIX}year=!{{timestamp:yyyy}}/")
    assert destination(stack)["error_output_prefix"].startswith(UNDELIVERED_PREFIX)
    table = stack.named("aws_glue_catalog_table", "events_archive")
    assert table["storage_descriptor"]["location"].endswith(f"/{PARQUET_ARCHIVE_PREFIX}")
    template = table["parameters"]["storage.location.template"].partition(".bucket}/")[2]
    assert template == f"{PARQUET_ARCHIVE_PREFIX}year=$${{year}}/month=$${{month}}/day=$${{day}}/hour=$${{hour}}/"
    written = [each for each in statements_of(stack, delivery(stack)["name"]) if "s3:PutObject" in each["actions"]]
    prefixes = {resource.partition("/")[2] for each in written for resource in each["resources"]}
    assert prefixes == {f"{PARQUET_ARCHIVE_PREFIX}*", f"{UNDELIVERED_PREFIX}*"}


def test_the_table_has_the_rows_of_the_function_and_nothing_of_an_event(stack: Template) -> None:
    table = stack.named("aws_glue_catalog_table", "events_archive")
    columns = [column["name"] for column in table["storage_descriptor"]["columns"]]
    assert columns == ["data", "partition_key", "shard_id", "sequence_number", "arrival_ts"]


def test_the_delivery_stream_waits_for_all_it_is_tried_with_when_it_is_made(stack: Template) -> None:
    waits = delivery(stack)["depends_on"]
    policies = {
        f"aws_iam_role_policy.{name}"
        for name, each in stack.all("aws_iam_role_policy").items()
        if f"{delivery(stack)['kinesis_source_configuration']['role_arn'].split('.')[1]}.name" in each["role"]
    }
    assert policies <= set(waits)
    (grant,) = [each for each in waits if each.startswith("aws_lakeformation_permissions.")]
    permitted = stack.all("aws_lakeformation_permissions")[grant.split(".")[1]]
    assert (permitted["permissions"], permitted["table"]["wildcard"]) == (["DESCRIBE"], True)


def test_firehose_may_call_this_function_and_look_at_this_table_alone(stack: Template) -> None:
    mine = statements_of(stack, delivery(stack)["name"])
    (call,) = [each for each in mine if "lambda:InvokeFunction" in each["actions"]]
    arn = f"${{aws_lambda_function.{function(stack)[0]}.arn}}"
    assert call["resources"] == [arn, f"{arn}:*"]
    (look,) = [each for each in mine if "glue:GetTableVersions" in each["actions"]]
    assert len(look["resources"]) == 3
    assert not [resource for resource in look["resources"] if "*" in resource]
    for action in (*call["actions"], *look["actions"]):
        service, _, name = action.partition(":")
        assert any(fnmatchcase(name, pattern) for pattern in IN_THIS_ACCOUNT[service])


def test_the_function_runs_in_the_network_without_packages_and_is_watched(stack: Template) -> None:
    name, made = function(stack)
    assert "layers" not in made
    assert "vpc_config" in made
    watched = {
        each["metric_name"]
        for each in stack.all("aws_cloudwatch_metric_alarm").values()
        if each.get("dimensions", {}).get("FunctionName", "").startswith(f"${{aws_lambda_function.{name}.")
    }
    assert watched == set(METRICS)
    assert set(made["environment"]["variables"]) == {"LOG_LEVEL"}


def test_people_are_told_when_firehose_cannot_call_the_function(stack: Template) -> None:
    (alarm,) = [
        each
        for each in stack.all("aws_cloudwatch_metric_alarm").values()
        if each.get("metric_name") == "ExecuteProcessing.Success"
    ]
    assert (alarm["comparison_operator"], alarm["threshold"]) == ("LessThanThreshold", 1)
    assert "DeliveryStreamName" in alarm["dimensions"]


def test_engineers_alone_may_ask_for_it_by_sql_and_lake_formation_opens_no_more_of_bronze(stack: Template) -> None:
    seen = {role for role, columns in selectable(stack).items() if any(c.table == "events_archive" for c in columns)}
    assert seen == {"ecommerce-prod-engineers"}
    opened = [each["arn"] for each in stack.all("aws_lakeformation_resource").values() if "Bronze" in each["arn"]]
    assert [arn.partition("/")[2] for arn in opened] == [PARQUET_ARCHIVE_PREFIX.rstrip("/")]


def test_the_gate_finds_nothing_and_every_promise_is_kept(stack: Template) -> None:
    judged = Judged(stack.document)
    assert [finding for rule in RULES for finding in findings(rule, judged, ENV)] == []
    found = matrix(judged, ENV)
    assert [told for _, _, told in broken(found)] == []
    assert list(found.gaps) == []


def test_a_format_without_its_table_is_refused() -> None:
    def build(stack: TerraformStack) -> None:
        key = EncryptionKey(stack, "Key", name="k", account_id=ENV.account_id)
        zone = LakeZone(stack, "Bronze", name="bronze", key=key, lifecycle=ENV.zones["bronze"])
        events = EventStream(stack, "Events", name="events", key=key, size=ENV.event_stream)
        EventArchive(stack, "Archive", env=ENV, size=SIZE, events=events, zone=zone, key=key)

    with pytest.raises(ValueError, match="the format parquet and no table do not fit"):
        synthesized(build)


def test_the_contract_says_that_records_and_their_keys_may_show_a_person() -> None:
    columns = {column.name: column.sensitivity for column in load_contract("archived_event").columns}
    assert {name for name, sensitivity in columns.items() if sensitivity == "personal"} == {"data", "partition_key"}
