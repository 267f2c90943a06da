from dataclasses import replace
from typing import Any

import pytest
from cdktf import TerraformStack

from config import EventStreamSize, ZoneLifecycle, environment
from config.event_archive import ARCHIVE_PREFIX, UNDELIVERED_PREFIX, EventArchiveSize
from config.function_machine import FunctionMachine
from constructs.alerts import Alerts
from constructs.archive_alarms import notice_undelivered, watch_archive
from constructs.encryption_key import EncryptionKey
from constructs.event_archive import EventArchive
from constructs.event_stream import EventStream
from constructs.lake_zone import LakeZone
from tests.support.synthesis import Block, Template, synthesized

ENV = replace(environment("prod"), log_keep_days=400)
SIZE = EventArchiveSize(buffer_mb=32, buffer_seconds=120)


@pytest.fixture(scope="module")
def archive() -> Template:
    def build(stack: TerraformStack) -> None:
        key = EncryptionKey(stack, "Key", name="k", account_id=ENV.account_id)
        lake = EncryptionKey(stack, "LakeKey", name="l", account_id=ENV.account_id)
        events = EventStream(stack, "Events", name="events", key=key, size=EventStreamSize())
        zone = LakeZone(stack, "Bronze", name="bronze", key=lake, lifecycle=ZoneLifecycle())
        made = EventArchive(stack, "Archive", env=ENV, size=SIZE, events=events, zone=zone, key=key)
        alerts = Alerts(stack, "Alerts", env=ENV)
        watch_archive(alerts, made)
        notice_undelivered(stack, made, env=ENV, alerts=alerts)

    return synthesized(build)


def destination(template: Template) -> Block:
    found: Block = template.one("aws_kinesis_firehose_delivery_stream")["extended_s3_configuration"]
    return found


def test_it_reads_the_stream_and_writes_to_the_zone_by_the_hour_of_arrival(archive: Template) -> None:
    made = archive.one("aws_kinesis_firehose_delivery_stream")
    assert made["kinesis_source_configuration"]["kinesis_stream_arn"].startswith("${aws_kinesis_stream.")
    assert destination(archive)["bucket_arn"].startswith("${aws_s3_bucket.Bronze")
    assert destination(archive)["prefix"].startswith(f"{ARCHIVE_PREFIX}year=!{{timestamp:yyyy}}/")
    assert destination(archive)["prefix"].endswith("/hour=!{timestamp:HH}/")


def test_a_line_feed_stands_behind_each_record(archive: Template) -> None:
    (processor,) = destination(archive)["processing_configuration"]["processors"]
    assert processor["type"] == "AppendDelimiterToRecord"
    assert processor["parameters"] == [{"parameter_name": "Delimiter", "parameter_value": "\\n"}]


def test_objects_are_compressed_and_encrypted_with_the_zones_key_and_as_large_as_the_size_says(
    archive: Template,
) -> None:
    made = destination(archive)
    assert (made["compression_format"], made["buffering_size"], made["buffering_interval"]) == ("GZIP", 32, 120)
    assert made["kms_key_arn"].startswith("${aws_kms_key.LakeKey")


def test_what_cannot_be_delivered_lies_beside_the_archive_and_not_in_it(archive: Template) -> None:
    prefix = destination(archive)["error_output_prefix"]
    assert prefix.startswith(f"{UNDELIVERED_PREFIX}!{{firehose:error-output-type}}/")
    assert not prefix.startswith(ARCHIVE_PREFIX)


def test_only_firehose_may_take_its_role_and_only_for_this_account(archive: Template) -> None:
    (trust,) = [each for each in archive.statements() if each["sid"] == "AssumeByService"]
    assert trust["principals"][0]["identifiers"] == ["firehose.amazonaws.com"]
    conditions = {(each["test"], each["variable"]): each["values"] for each in trust["condition"]}
    assert conditions == {
        ("StringEquals", "sts:ExternalId"): [ENV.account_id],
        ("StringEqualsIfExists", "aws:SourceAccount"): [ENV.account_id],
    }


def test_it_may_write_below_its_two_prefixes_and_nowhere_else(archive: Template) -> None:
    (writes,) = [each for each in archive.statements() if "s3:PutObject" in each["actions"]]
    assert [resource.rpartition("/")[2] for resource in writes["resources"]] == ["*", "*"]
    assert [f"{resource.rsplit('/', 2)[-2]}/" for resource in writes["resources"]] == [
        ARCHIVE_PREFIX,
        UNDELIVERED_PREFIX,
    ]
    assert not [each for each in archive.statements() if "s3:DeleteObject" in each["actions"]]


def test_it_is_kept_with_the_stream_and_made_after_its_rights(archive: Template) -> None:
    made = archive.one("aws_kinesis_firehose_delivery_stream")
    assert made["lifecycle"] == {"prevent_destroy": True}
    waits = {address.split(".")[0] for address in made["depends_on"]}
    assert waits == {"aws_iam_role_policy", "aws_cloudwatch_log_stream"}
    assert archive.one("aws_cloudwatch_log_group")["retention_in_days"] == 400


def test_people_are_told_when_records_are_not_archived(archive: Template) -> None:
    alarms = {each["metric_name"]: each for each in archive.all("aws_cloudwatch_metric_alarm").values()}
    assert alarms["DeliveryToS3.DataFreshness"]["threshold"] == 3_600
    assert alarms["DeliveryToS3.Success"]["comparison_operator"] == "LessThanThreshold"
    assert all("DeliveryStreamName" in each["dimensions"] for each in alarms.values())
    assert UNDELIVERED_PREFIX in archive.one("aws_cloudwatch_event_rule")["event_pattern"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"buffer_mb": 0},
        {"buffer_mb": 129},
        {"buffer_mb": 63, "format": "parquet"},
        {"buffer_seconds": 901},
        {"format": "orc"},
        {"parquet_compression": "zstd"},
    ],
    ids="-".join,
)
def test_a_size_that_firehose_or_a_replay_could_not_work_with_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"event_archive.{next(iter(wrong))} is "):
        EventArchiveSize(**wrong)


def test_firehose_does_not_wait_longer_for_the_function_than_the_function_may_take() -> None:
    with pytest.raises(ValueError, match=r"event_archive.envelope.timeout_seconds is 301; Firehose waits for 300 s"):
        EventArchiveSize(envelope=FunctionMachine(timeout_seconds=301))
