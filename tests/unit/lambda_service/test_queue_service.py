"""The service as a process of its own against the embedded AWS: SQS in, function, S3 out."""

import json
import signal
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.embedded_aws.instance import down, up
from local.lambda_service.drained import is_queue_drained
from local.lambda_service.runtime_install import DEFAULT_TARGET, install
from local.lambda_service.status import QueueProgress, progress
from tests.unit.lambda_service.function_bench import lives
from tests.unit.lambda_service.lambda_service_platform import Platform, await_, zip_of

# Stores one object per message; "poison" is reported as failed, "wait" takes its time.
HANDLER = """
import os, time
import boto3
s3 = boto3.client("s3")
def handler(event, context):
    failed = []
    for record in event["Records"]:
        text = record["body"]
        print("took", os.getpid(), text, flush=True)
        if text.startswith("poison"):
            failed.append({"itemIdentifier": record["messageId"]})
            continue
        if text.startswith("wait"):
            time.sleep(1)
        s3.put_object(Bucket=os.environ["BUCKET"], Key=text, Body=record["attributes"]["ApproximateReceiveCount"])
    return {"batchItemFailures": failed}
"""


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    install(DEFAULT_TARGET)
    work_dir = tmp_path_factory.mktemp("embedded_aws")
    yield up(work_dir, companion=None).endpoint
    down(work_dir)


class QueuePlatform(Platform):
    """One queue with dead letters, one function, one mapping."""

    def deploy_queue(self, *, visibility_seconds: int = 12, receives: int = 2, **settings: Any) -> None:
        sqs, lambda_ = self.client("sqs"), self.client("lambda")
        sqs.create_queue(QueueName=f"{self.name}-failed")
        redrive = {"deadLetterTargetArn": self._arn(f"{self.name}-failed"), "maxReceiveCount": receives}
        attributes = {"VisibilityTimeout": str(visibility_seconds), "RedrivePolicy": json.dumps(redrive)}
        sqs.create_queue(QueueName=self.name, Attributes=attributes)
        self.client("s3").create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        lambda_.create_function(
            FunctionName=self.name,
            Runtime="python3.11",
            Role=self.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument="{}")["Role"]["Arn"],
            Handler="handler.handler",
            Code={"ZipFile": zip_of(handler=HANDLER)},
            Environment={"Variables": {"BUCKET": self.bucket}},
            Timeout=20,
        )
        usual = {"BatchSize": 10, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
        lambda_.create_event_source_mapping(
            EventSourceArn=self._arn(self.name), FunctionName=self.name, **usual | settings
        )

    def send(self, *texts: str) -> None:
        for text in texts:
            self.client("sqs").send_message(QueueUrl=self._url(self.name), MessageBody=text)

    def dead_letters(self) -> list[str]:
        answer = self.client("sqs").receive_message(QueueUrl=self._url(f"{self.name}-failed"), MaxNumberOfMessages=10)
        return sorted(message["Body"] for message in answer.get("Messages", ()))

    def emptied(self) -> bool:
        return is_queue_drained(self.endpoint, self.name)

    def queue_status(self) -> QueueProgress | None:
        current = progress(self.work_dir)
        return next((queue for queue in current.queues if queue.queue_name == self.name), None) if current else None

    def queue_status_once(self, holds: Callable[[QueueProgress], bool]) -> QueueProgress:
        def holding() -> QueueProgress | None:
            status = self.queue_status()
            return status if status and holds(status) else None

        return await_(holding)

    def _url(self, name: str) -> str:
        return str(self.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])

    @staticmethod
    def _arn(name: str) -> str:
        return f"arn:aws:sqs:eu-west-1:123456789012:{name}"


@pytest.fixture
def platform(endpoint: str, tmp_path: Path) -> Iterator[QueuePlatform]:
    platform = QueuePlatform(work_dir=tmp_path, endpoint=endpoint, name=f"t{uuid.uuid4().hex[:10]}", services=[])
    yield platform
    for mapping in platform.client("lambda").list_event_source_mappings()["EventSourceMappings"]:
        platform.client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])
    for service in platform.services:
        service.kill()
        service.wait()


def test_messages_reach_the_function_and_poison_the_dead_letters_alone(platform: QueuePlatform) -> None:
    platform.deploy_queue(receives=1)
    good = [f"file-{number:02}" for number in range(20)]
    platform.send(*good[:10], "poison", *good[10:])
    assert not platform.emptied()
    platform.start_service()
    await_(platform.emptied, 60)
    assert sorted(platform.objects(platform.bucket)) == good
    assert platform.dead_letters() == ["poison"]
    status = platform.queue_status_once(lambda status: status.tally.delivered == 20)
    assert (status.tally.left, status.in_flight, status.problems) == (1, 0, ())


def test_a_service_killed_in_mid_invocation_loses_nothing(platform: QueuePlatform) -> None:
    platform.deploy_queue(BatchSize=1)
    platform.send("wait-1")
    service = platform.start_service()
    await_(lambda: "wait-1" in platform.log())
    service.send_signal(signal.SIGKILL)
    service.wait()
    function_pid = int(platform.log().split("wait-1")[0].split()[-1])
    await_(lambda: not lives(function_pid))
    assert not platform.emptied()
    platform.send("file-2")
    platform.start_service()
    await_(platform.emptied)
    assert sorted(platform.objects(platform.bucket)) == ["file-2", "wait-1"]
    assert platform.dead_letters() == []


def test_a_function_throttled_for_a_while_catches_up_without_a_second_receive(platform: QueuePlatform) -> None:
    platform.deploy_queue(visibility_seconds=60)
    client = platform.client("lambda")
    client.put_function_concurrency(FunctionName=platform.name, ReservedConcurrentExecutions=0)
    platform.send("file-1")
    platform.start_service()
    status = platform.queue_status_once(lambda status: status.tally.not_invoked >= 2)
    assert "throttled" in status.last_errors[0]
    client.delete_function_concurrency(FunctionName=platform.name)
    await_(platform.emptied)
    stored = platform.client("s3").get_object(Bucket=platform.bucket, Key="file-1")["Body"].read()
    assert stored == b"1"


def test_a_setting_that_cannot_be_honoured_is_said_and_nothing_is_delivered(platform: QueuePlatform) -> None:
    platform.deploy_queue(BatchSize=100, MaximumBatchingWindowInSeconds=5)
    platform.send("file-1")
    platform.start_service()
    status = await_(platform.queue_status)
    assert "BatchSize 100" in status.problems[0]
    assert not platform.emptied()
    assert platform.objects(platform.bucket) == []
