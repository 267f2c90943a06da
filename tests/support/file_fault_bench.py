"""The deployed log_forwarder on a queue, a bucket and a stream of a test's own, with a proxy between it and the AWS.

The service works in this process, with the function in one of its own as Lambda runs it. The bench's mapping is not
registered in the AWS, so nobody else sees its queue.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import md5
from pathlib import Path
from typing import Any

from local.embedded_aws.environment import REGION
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.function import Function
from local.lambda_service.function_directory import FunctionDirectory
from local.lambda_service.function_process import FunctionProcess
from local.lambda_service.invoker import ConcurrencyGate, Invoker
from local.lambda_service.queue_worker import QueueTask, QueueWorker
from local.lambda_service.runtime_install import DEFAULT_TARGET
from tests.support.fault_proxy import FaultProxy
from tests.support.killing import wait_for

VISIBILITY_SECONDS = 8


class _Directory(FunctionDirectory):
    """The function as deployed, but for the variables of the bench."""

    variables: tuple[tuple[str, str], ...] = ()

    def current(self, function_arn: str) -> Function:
        deployed = super().current(function_arn)
        return replace(deployed, variables=tuple(sorted((dict(deployed.variables) | dict(self.variables)).items())))


class _Invoker(Invoker):
    """Tells which process it keeps."""

    process: FunctionProcess | None = None

    def _process_for(self, function: Function) -> FunctionProcess:
        self.process = super()._process_for(function)
        return self.process


@dataclass(kw_only=True)
class FileFaultBench:
    """What a test looks at passes the proxy by."""

    endpoint: str
    proxy: FaultProxy
    folder: Path
    name: str
    worker: QueueWorker
    invoker: _Invoker
    sent: list[str] = field(default_factory=list)

    def client(self, service: str) -> Any:
        return aws_client(service, endpoint=self.endpoint)

    @property
    def log(self) -> Path:
        return next(iter((self.folder / "logs").glob("*.log")), self.folder / "none")

    def land(self, content: bytes) -> None:
        """Puts a file into the bench's bucket and tells the queue, in EventBridge's words."""
        self.client("s3").put_object(Bucket=self.name, Key="web_logs/a.log", Body=content)
        found = {"key": "web_logs/a.log", "size": len(content), "etag": md5(content, usedforsecurity=False).hexdigest()}
        event = {"detail-type": "Object Created", "detail": {"bucket": {"name": self.name}, "object": found}}
        self.sent.append(json.dumps(event))
        self.tell_again()

    def tell_again(self) -> None:
        """The last message once more, as a redrive sends it."""
        self.client("sqs").send_message(QueueUrl=self.worker.task.queue_url, MessageBody=self.sent[-1])

    def process(self) -> None:
        """Works until the queue is empty."""
        if not self.worker.alive:
            self.worker.start()
        wait_for(lambda: not any(self.waiting()), what=f"the end of {self.name}: {self.worker.figures}")

    def waiting(self) -> list[int]:
        """How many messages wait, and how many are worked on or hidden."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.client("sqs").get_queue_attributes(QueueUrl=self.worker.task.queue_url, AttributeNames=names)
        return [int(answer["Attributes"][name]) for name in names]

    def events(self) -> list[dict[str, Any]]:
        """What stands on the bench's stream, repeats included."""
        kinesis = self.client("kinesis")
        (shard,) = kinesis.list_shards(StreamName=self.name)["Shards"]
        iterator = kinesis.get_shard_iterator(
            StreamName=self.name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return [json.loads(record["Data"]) for record in kinesis.get_records(ShardIterator=iterator)["Records"]]

    def quarantined(self) -> dict[str, str]:
        """The objects of bad lines: their keys and digests."""
        found = self.client("s3").list_objects_v2(Bucket=self.name, Prefix="quarantined_rows/").get("Contents", [])
        return {entry["Key"]: entry["ETag"] for entry in found}

    def function_pid(self) -> int | None:
        return self.invoker.process.pid if self.invoker.process else None


@contextmanager
def file_fault_bench(endpoint: str, proxy: FaultProxy, folder: Path) -> Iterator[FileFaultBench]:
    """Ends the worker and forgets the faults when the block ends."""
    name = f"files-{uuid.uuid4().hex[:10]}"
    direct = {service: aws_client(service, endpoint=endpoint) for service in ("s3", "kinesis", "sqs", "lambda")}
    direct["s3"].create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    direct["kinesis"].create_stream(StreamName=name, ShardCount=1)
    attributes = {"VisibilityTimeout": str(VISIBILITY_SECONDS)}
    url = direct["sqs"].create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    directory = _Directory(direct["lambda"], folder)
    own = {"EVENT_STREAM": name, "QUARANTINE_BUCKET": name, "FILE_QUEUE_URL": url, "LOG_LEVEL": "DEBUG"}
    directory.variables = tuple(own.items())
    invoker = _Invoker(
        _forwarder_arn(direct["lambda"]),
        directory=directory,
        gate=ConcurrencyGate(),
        runtime_dir=DEFAULT_TARGET,
        log_dir=folder / "logs",
        endpoint=proxy.endpoint,
    )
    task = QueueTask(
        queue_arn=f"arn:aws:sqs:{REGION}:123456789012:{name}",
        queue_url=url,
        batch_size=1,
        visibility_seconds=VISIBILITY_SECONDS,
        reports_failures=True,
        sqs=direct["sqs"],
        invoker=invoker,
    )
    worker = QueueWorker(task)
    try:
        yield FileFaultBench(endpoint=endpoint, proxy=proxy, folder=folder, name=name, worker=worker, invoker=invoker)
    finally:
        proxy.forget()
        worker.stop()
        worker.kill()
        direct["kinesis"].delete_stream(StreamName=name)
        direct["sqs"].delete_queue(QueueUrl=url)


def _forwarder_arn(client: Any) -> str:
    functions = [entry for page in client.get_paginator("list_functions").paginate() for entry in page["Functions"]]
    (arn,) = [function["FunctionArn"] for function in functions if function["FunctionName"].endswith("log-forwarder")]
    return str(arn)
