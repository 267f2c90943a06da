"""A small platform in the embedded AWS for the tests of the service: stream, function, layer, mapping, buckets."""

import io
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from local.lambda_service.aws_clients import aws_client
from local.lambda_service.drained import is_drained
from local.lambda_service.status import MappingProgress, progress

T = TypeVar("T")
ROOT = Path(__file__).parents[3]
BUCKET, QUARANTINE = "stored", "quarantine"

# Stores one object per record; "poison" raises, "wait" takes its time.
HANDLER = """
import base64, json, os, time
import boto3, greeting
s3 = boto3.client("s3")
def handler(event, context):
    for record in event["Records"]:
        text = base64.b64decode(record["kinesis"]["data"]).decode()
        print("took", os.getpid(), text, flush=True)
        if text.startswith("poison"):
            raise ValueError(text)
        if text.startswith("wait"):
            time.sleep(1)
        s3.put_object(Bucket=os.environ["BUCKET"], Key=f"{text}-{record['eventID']}", Body=greeting.word)
    return {"batchItemFailures": []}
"""


def await_(fact: Callable[[], T | None], seconds: float = 30) -> T:
    deadline = time.monotonic() + seconds
    while not (value := fact()):
        assert time.monotonic() < deadline, f"did not happen within {seconds} s"
        time.sleep(0.1)
    return value


def zip_of(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".py", textwrap.dedent(text))
    return buffer.getvalue()


@dataclass
class Platform:
    """One stream, one function, one mapping, and services started and killed at will."""

    work_dir: Path
    endpoint: str
    name: str
    services: list[subprocess.Popen[bytes]]

    def client(self, service: str) -> Any:
        return aws_client(service, endpoint=self.endpoint)

    def deploy(self, *, shards: int = 1, **settings: Any) -> str:
        self.client("kinesis").create_stream(StreamName=self.name, ShardCount=shards)
        for bucket in (self.bucket, self.quarantine):
            self.client("s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
        lambda_ = self.client("lambda")
        layer = lambda_.publish_layer_version(
            LayerName="words", Content={"ZipFile": zip_of(python__greeting="word = b'hello'")}
        )
        lambda_.create_function(
            FunctionName=self.name,
            Runtime="python3.11",
            Role=self.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument="{}")["Role"]["Arn"],
            Handler="handler.handler",
            Code={"ZipFile": zip_of(handler=HANDLER)},
            Environment={"Variables": {"BUCKET": self.bucket}},
            Layers=[layer["LayerVersionArn"]],
            Timeout=20,
        )
        return self.map(**settings)

    def map(self, **settings: Any) -> str:
        usual = {
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 10,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 1,
            "DestinationConfig": {"OnFailure": {"Destination": f"arn:aws:s3:::{self.quarantine}"}},
        }
        arn = f"arn:aws:kinesis:eu-west-1:123456789012:stream/{self.name}"
        mapping = self.client("lambda").create_event_source_mapping(
            EventSourceArn=arn, FunctionName=self.name, **usual | settings
        )
        return str(mapping["UUID"])

    @property
    def bucket(self) -> str:
        return f"{self.name}-{BUCKET}"

    @property
    def quarantine(self) -> str:
        return f"{self.name}-{QUARANTINE}"

    def start_service(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "local.lambda_service", "--work-dir", str(self.work_dir)]
        with (self.work_dir / "service.log").open("ab") as log:
            service = subprocess.Popen([*command, "--endpoint", self.endpoint], cwd=ROOT, stdout=log, stderr=log)
        self.services.append(service)
        return service

    def put(self, *texts: str) -> None:
        entries = [{"Data": text.encode(), "PartitionKey": text} for text in texts]
        self.client("kinesis").put_records(StreamName=self.name, Records=entries)

    def objects(self, bucket: str) -> list[str]:
        return [entry["Key"] for entry in self.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])]

    def stored(self) -> list[str]:
        """The texts stored, once per object."""
        return sorted(key.split("-shardId")[0] for key in self.objects(self.bucket))

    def drained(self) -> bool:
        return is_drained(self.work_dir, self.endpoint, self.name)

    def status(self) -> MappingProgress | None:
        current = progress(self.work_dir)
        found = [mapping for mapping in current.mappings if mapping.stream_name == self.name] if current else []
        return found[0] if found else None

    def status_once(self, holds: Callable[[MappingProgress], bool]) -> MappingProgress:
        def holding() -> MappingProgress | None:
            status = self.status()
            return status if status and holds(status) else None

        return await_(holding)

    def log(self) -> str:
        path = self.work_dir / "logs" / f"{self.name}.log"
        return path.read_text() if path.exists() else ""
