"""From an object to a message: S3, EventBridge and SQS as the platform uses them."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.unit.embedded_aws.conftest import Client

REGION, ACCOUNT = "eu-west-1", "123456789012"


@dataclass
class World:
    """A bucket that announces its objects, and queues made at will."""

    client: Client
    name: str

    def queue(self, suffix: str, **attributes: str) -> str:
        return str(
            self.client("sqs").create_queue(QueueName=f"{self.name}-{suffix}", Attributes=attributes)["QueueUrl"]
        )

    def rule(self, suffix: str, target: str, *, prefix: str = "", **settings: Any) -> None:
        events = self.client("events")
        pattern = {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [self.name]}, "object": {"key": [{"prefix": prefix}]}},
        }
        events.put_rule(Name=f"{self.name}-{suffix}", **({"EventPattern": json.dumps(pattern)} | settings))
        events.put_targets(Rule=f"{self.name}-{suffix}", Targets=[{"Id": "1", "Arn": target}])

    def put(self, key: str) -> None:
        self.client("s3").put_object(Bucket=self.name, Key=key, Body=b"line")

    def bodies(self, url: str) -> list[dict[str, Any]]:
        answer = self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", ())]


def arn(url: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{url.rpartition('/')[2]}"


@pytest.fixture
def world(client: Client) -> Iterator[World]:
    name = f"t{uuid.uuid4().hex[:12]}"
    s3 = client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}})
    yield World(client, name)
    events = client("events")
    for rule in events.list_rules(NamePrefix=name)["Rules"]:
        events.remove_targets(Rule=rule["Name"], Ids=["1"])
        events.delete_rule(Name=rule["Name"])


def test_an_object_below_the_prefix_is_announced_in_the_words_of_s3(world: World) -> None:
    url = world.queue("files")
    world.rule("files", arn(url), prefix="web_logs/")
    world.put("other/a.log")
    world.put("web_logs/a b+c=ä.log")
    world.put("web_logs/d.log")
    first, second = sorted(world.bodies(url), key=lambda body: str(body["detail"]["object"]["key"]))
    assert first["detail-type"] == "Object Created"
    assert first["detail"]["bucket"]["name"] == world.name
    assert first["detail"]["object"]["key"] == "web_logs/a b+c=ä.log"
    assert first["detail"]["object"]["size"] == 4
    assert "etag" in first["detail"]["object"]
    assert first["id"] != second["id"]


def test_a_rule_whose_target_cannot_be_served_keeps_nothing_from_the_next(world: World) -> None:
    url = world.queue("files")
    world.rule("a-machine", f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:none")
    world.rule("b-gone", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{world.name}-gone")
    world.rule("c-files", arn(url))
    world.put("a.log")
    assert len(world.bodies(url)) == 1


def test_schedules_and_disabled_rules_hear_of_no_object(world: World) -> None:
    url = world.queue("files")
    events = world.client("events")
    events.put_rule(Name=f"{world.name}-hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule=f"{world.name}-hourly", Targets=[{"Id": "1", "Arn": arn(url)}])
    world.rule("off", arn(url), State="DISABLED")
    world.put("a.log")
    assert world.bodies(url) == []


def test_a_queue_with_a_mapping_keeps_its_messages_for_who_polls(world: World) -> None:
    url = world.queue("files")
    role = world.client("iam").create_role(RoleName=world.name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    world.client("lambda").create_function(
        FunctionName=world.name, Runtime="python3.11", Role=role, Handler="h.h", Code={"ZipFile": b"PK"}
    )
    mapping = world.client("lambda").create_event_source_mapping(
        EventSourceArn=arn(url), FunctionName=world.name, ScalingConfig={"MaximumConcurrency": 2}
    )
    world.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    assert len(world.bodies(url)) == 1
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
    world.client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])


def test_a_message_received_too_often_moves_to_the_dead_letters(world: World) -> None:
    failed = world.queue("failed")
    redrive = json.dumps({"deadLetterTargetArn": arn(failed), "maxReceiveCount": 2})
    url = world.queue("files", VisibilityTimeout="0", RedrivePolicy=redrive)
    world.client("sqs").send_message(QueueUrl=url, MessageBody='{"n": 1}')
    assert [world.bodies(url) for _ in range(3)] == [[{"n": 1}], [{"n": 1}], []]
    assert world.bodies(failed) == [{"n": 1}]


def test_a_queue_repeats_its_redrive_policies_to_the_letter(world: World) -> None:
    failed = world.queue("failed")
    policies = {
        "RedriveAllowPolicy": '{"redrivePermission":"denyAll"}',
        "RedrivePolicy": f'{{"deadLetterTargetArn":"{arn(failed)}","maxReceiveCount":5}}',
    }
    url = world.queue("files", **policies)
    told = world.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert {name: told[name] for name in policies} == policies


def test_no_message_is_lost_or_handed_out_twice_among_many_receivers(world: World) -> None:
    url = world.queue("files")
    sqs = world.client("sqs")

    def send(number: int) -> None:
        sqs.send_message(QueueUrl=url, MessageBody=str(number))

    def take(_: int) -> list[int]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=3).get("Messages", ())
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [int(message["Body"]) for message in messages]

    with ThreadPoolExecutor(8) as pool:
        sent = pool.map(send, range(60))
        taken = [number for numbers in pool.map(take, range(60)) for number in numbers]
        list(sent)
    while more := take(0):
        taken += more
    assert sorted(taken) == list(range(60))
