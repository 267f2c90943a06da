"""The real process beside an embedded AWS: does every record arrive in the archive, also when it is killed?"""

import gzip
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.embedded_aws import down, up
from local.firehose.archived import is_archived
from local.lambda_service.aws_clients import aws_client

ROOT = Path(__file__).resolve().parents[3]
Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    work_dir = tmp_path_factory.mktemp("aws")
    yield up(work_dir, companion=None).endpoint
    down(work_dir)


@pytest.fixture(scope="module")
def client(endpoint: str) -> Client:
    """With a stream of two shards, a bucket, and a delivery stream between them."""

    def make(service: str) -> Any:
        return aws_client(service, endpoint=endpoint)

    make("kinesis").create_stream(StreamName="events", ShardCount=2)
    make("s3").create_bucket(Bucket="bronze", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    arn = make("kinesis").describe_stream(StreamName="events")["StreamDescription"]["StreamARN"]
    delimiter = {"ParameterName": "Delimiter", "ParameterValue": "\\n"}
    make("firehose").create_delivery_stream(
        DeliveryStreamName="archive",
        DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": arn, "RoleARN": "arn:aws:iam::123456789012:role/archive"},
        ExtendedS3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::123456789012:role/archive",
            "BucketARN": "arn:aws:s3:::bronze",
            "Prefix": "events/",
            "CompressionFormat": "GZIP",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 1},
            "ProcessingConfiguration": {
                "Enabled": True,
                "Processors": [{"Type": "AppendDelimiterToRecord", "Parameters": [delimiter]}],
            },
        },
    )
    return make


def archived(client: Client) -> Counter[bytes]:
    s3 = client("s3")
    listed = s3.list_objects_v2(Bucket="bronze", Prefix="events/").get("Contents", [])
    bodies = [s3.get_object(Bucket="bronze", Key=entry["Key"])["Body"].read() for entry in listed]
    return Counter(line for body in bodies for line in gzip.decompress(body).splitlines())


def test_killed_again_and_again_it_loses_nothing(client: Client, endpoint: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.firehose", "--work-dir", str(tmp_path), "--endpoint", endpoint]
    sent = [f"record {number}".encode() for number in range(1_200)]
    kinesis = client("kinesis")

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=ROOT, env=os.environ, stderr=subprocess.DEVNULL)

    for round_ in range(3):
        service = start()
        chunk = sent[round_ * 400 : (round_ + 1) * 400]
        kinesis.put_records(
            StreamName="events", Records=[{"Data": data, "PartitionKey": data.decode()} for data in chunk]
        )
        before = len(archived(client))
        deadline = time.monotonic() + 30
        while len(archived(client)) == before and time.monotonic() < deadline:
            time.sleep(0.05)
        service.send_signal(signal.SIGKILL)
        service.wait()
    service = start()
    deadline = time.monotonic() + 30
    while not is_archived(tmp_path, endpoint, "events") and time.monotonic() < deadline:
        time.sleep(0.2)
    service.terminate()
    service.wait()
    assert set(archived(client)) == set(sent)


def test_a_stream_that_nobody_archives_is_not_waited_for(client: Client, endpoint: str, tmp_path: Path) -> None:
    client("kinesis").create_stream(StreamName="other", ShardCount=1)
    assert is_archived(tmp_path, endpoint, "other")
    assert not is_archived(tmp_path, endpoint, "events")
