import json
from typing import Any

import pytest
from cdktf import TerraformStack

from config import Environment, FileFunctionSize, FunctionSize, ZoneLifecycle
from constructs.access import service_role
from constructs.encryption_key import EncryptionKey, environment_key
from constructs.file_queue import FileQueue
from constructs.lake_zone import LakeZone
from constructs.python_function import PythonFunction
from tests.support.synthesis import Template, synthesized

ENV = Environment(name="test", account_id="123456789012", architecture="x86_64")


def queue_key(stack: TerraformStack) -> EncryptionKey:
    return environment_key(stack, "Key", env=ENV, name="files", for_services=("events",))


def file_queue(
    stack: TerraformStack,
    *,
    prefixes: tuple[str, ...] = ("crm/", "erp/"),
    announces: bool = True,
    name: str = "files",
    visibility_seconds: int = 5_400,
) -> FileQueue:
    key = queue_key(stack)
    zone = LakeZone(stack, "Bronze", name="bronze", key=key, lifecycle=ZoneLifecycle(), announces=announces)
    return FileQueue(
        stack,
        "Files",
        name=name,
        zone=zone,
        prefixes=prefixes,
        key=key,
        env=ENV,
        visibility_seconds=visibility_seconds,
    )


def queues(template: Template) -> dict[str, dict[str, Any]]:
    return {block["name"]: block for block in template.all("aws_sqs_queue").values()}


def statement(template: Template, sid: str, resource: str) -> dict[str, Any]:
    (found,) = [s for s in template.statements() if s["sid"] == sid and s["resources"] == [resource]]
    return found


def test_a_message_comes_for_each_new_object_below_the_prefixes_of_the_zone() -> None:
    template = synthesized(file_queue)
    pattern = json.loads(template.one("aws_cloudwatch_event_rule")["event_pattern"])
    assert (pattern["source"], pattern["detail-type"]) == (["aws.s3"], ["Object Created"])
    assert "Bronze_Bucket" in pattern["detail"]["bucket"]["name"][0]
    assert pattern["detail"]["object"]["key"] == [{"prefix": "crm/"}, {"prefix": "erp/"}]
    assert "Queue" in template.one("aws_cloudwatch_event_target")["arn"]


def test_what_fails_five_times_is_kept_for_longer_than_it_could_wait() -> None:
    template = synthesized(file_queue)
    queue, failed = (queues(template)[name] for name in ("ecommerce-test-files", "ecommerce-test-files-failed"))
    redrive = json.loads(queue["redrive_policy"])
    assert redrive["maxReceiveCount"] == 5
    assert "Failed" in redrive["deadLetterTargetArn"]
    assert queue["message_retention_seconds"] < failed["message_retention_seconds"] == 14 * 86_400
    allowed = json.loads(failed["redrive_allow_policy"])
    assert allowed["sourceQueueArns"] == ["arn:aws:sqs:eu-west-1:123456789012:ecommerce-test-files"]


def test_what_eventbridge_cannot_deliver_is_kept_too() -> None:
    target = synthesized(file_queue).one("aws_cloudwatch_event_target")
    assert "Failed" in target["dead_letter_config"]["arn"]


@pytest.mark.parametrize("name", ["ecommerce-test-files", "ecommerce-test-files-failed"])
def test_only_the_rule_may_send_and_nobody_without_tls(name: str) -> None:
    template = synthesized(file_queue)
    arn = f"arn:aws:sqs:eu-west-1:123456789012:{name}"
    sends = statement(template, "RuleSends", arn)
    assert sends["condition"] == [
        {
            "test": "ArnEquals",
            "variable": "aws:SourceArn",
            "values": ["arn:aws:events:eu-west-1:123456789012:rule/ecommerce-test-files"],
        }
    ]
    refused = statement(template, "RefusePlainHttp", arn)
    assert refused["effect"] == "Deny"
    assert refused["condition"] == [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}]


def test_both_queues_are_encrypted_with_the_key_that_eventbridge_may_use() -> None:
    template = synthesized(file_queue)
    keys = {block["kms_master_key_id"] for block in queues(template).values()}
    assert len(keys) == 1
    assert "kms" in keys.pop()
    (events,) = [s for s in template.statements() if s["sid"] == "EventsMaySend"]
    assert "kms:Decrypt" in events["actions"]
    assert events["condition"][0]["values"] == ["123456789012"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"announces": False}, "tells nobody of its objects; make it announces=True"),
        ({"prefixes": ("crm",)}, r"prefixes \['crm'\] name no folder"),
        ({"prefixes": ()}, "name one"),
        ({"name": "n" * 60}, "longer than the 64 of a rule's name"),
    ],
)
def test_a_queue_that_would_stay_empty_or_cannot_be_made_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        synthesized(lambda stack: file_queue(stack, **wrong))


def test_a_consumer_may_take_messages_and_no_more() -> None:
    def build(stack: TerraformStack) -> None:
        role = service_role(stack, "Role", name="r", service="lambda.amazonaws.com", account_id="123456789012")
        file_queue(stack).grant_consume(role)

    allowed = {
        action for s in synthesized(build).statements() if s["sid"].startswith("Consume") for action in s["actions"]
    }
    assert allowed == {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}


def function(stack: TerraformStack, size: FunctionSize | FileFunctionSize) -> PythonFunction:
    key = EncryptionKey(stack, "FunctionKey", name="f", account_id="123456789012")
    return PythonFunction(
        stack, "Function", source="etl_processor", env=ENV, size=size, key=key, contracts=[], variables={}
    )


def test_a_function_takes_files_as_many_at_once_as_it_is_told_and_names_what_failed() -> None:
    size = FileFunctionSize(timeout_seconds=60, maximum_concurrency=3, batch_size=4)
    template = synthesized(lambda stack: function(stack, size).consume_files(file_queue(stack, visibility_seconds=360)))
    mapping = template.one("aws_lambda_event_source_mapping")
    assert mapping["scaling_config"] == {"maximum_concurrency": 3}
    assert mapping["batch_size"] == 4
    assert mapping["function_response_types"] == ["ReportBatchItemFailures"]
    assert any("Consume" in waited for waited in mapping["depends_on"])


def test_a_message_must_not_come_again_while_its_invocation_still_runs() -> None:
    size = FileFunctionSize(timeout_seconds=61)
    with pytest.raises(ValueError, match="hides messages for 360 s, a function with a timeout of 61 s needs 366"):
        synthesized(lambda stack: function(stack, size).consume_files(file_queue(stack, visibility_seconds=360)))


def test_a_function_sized_for_a_stream_takes_no_files() -> None:
    with pytest.raises(ValueError, match="FunctionSize is not for a queue; use a FileFunctionSize"):
        synthesized(lambda stack: function(stack, FunctionSize()).consume_files(file_queue(stack)))


def test_more_room_is_asked_for_only_where_it_is_needed() -> None:
    usual = synthesized(lambda stack: function(stack, FileFunctionSize())).one("aws_lambda_function")
    assert "ephemeral_storage" not in usual
    roomy = synthesized(lambda stack: function(stack, FileFunctionSize(storage_mb=4_096)))
    assert roomy.one("aws_lambda_function")["ephemeral_storage"] == {"size": 4_096}
