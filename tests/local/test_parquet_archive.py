"""Is the archive as Parquet what it is as GZIP: every record as it came, to be sent again with the key it came with?"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cdktf import App, TerraformStack

from config import environment
from config.event_archive import EventArchiveSize
from config.naming import bucket_name, event_stream_name
from local.deployment.provider_mirror import terraform_environment
from local.embedded_aws import down, up
from local.embedded_aws import environment as variables
from local.firehose.archived import is_archived
from local.lambda_service.aws_clients import aws_client
from replay.archive import objects_of
from replay.archived_object import archived_records
from replay.interval import Interval
from stacks.ingestion import IngestionLayer
from stacks.provider import use_provider
from stacks.storage import StorageLayer
from tests.support.terraform import Terraform, keep_state_here

ROOT = Path(__file__).resolve().parents[2]
ENV = replace(environment("local"), event_archive=EventArchiveSize(format="parquet", buffer_seconds=2))
STREAM, BRONZE = event_stream_name(ENV), bucket_name(ENV, "bronze")
SECONDS = 60.0

Sent = Counter[tuple[bytes, str]]


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Storage and ingestion, applied; ``planned`` is what a second plan came to."""

    endpoint: str
    planned: int
    said: str

    def client(self, service: str) -> Any:
        return aws_client(service, endpoint=self.endpoint, region=ENV.region)

    def in_stream(self) -> Sent:
        """Every record of the stream with its key."""
        kinesis, found = self.client("kinesis"), Sent()
        for shard in kinesis.list_shards(StreamName=STREAM)["Shards"]:
            iterator = kinesis.get_shard_iterator(
                StreamName=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while records := (answer := kinesis.get_records(ShardIterator=iterator))["Records"]:
                found += Counter((record["Data"], record["PartitionKey"]) for record in records)
                iterator = answer["NextShardIterator"]
        return found


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layers]:
    folder = tmp_path_factory.mktemp("parquet")
    aws = up(folder / "aws", companion=None)
    try:
        yield _applied(folder, aws.endpoint)
    finally:
        down(folder / "aws")


def _applied(folder: Path, endpoint: str) -> Layers:
    app = App(outdir=str(folder / "cdktf.out"))
    stack = TerraformStack(app, "archive")
    use_provider(stack, ENV, endpoint)
    storage = StorageLayer(stack, "Storage", env=ENV, replica=None)
    IngestionLayer(stack, "Ingestion", env=ENV, logs=storage.logs, bronze=storage.bronze)
    app.synth()
    stands = folder / "cdktf.out" / "stacks" / "archive"
    found, _ = terraform_environment(folder)
    terraform = Terraform(found | variables(endpoint))
    keep_state_here(stands)
    assert terraform(stands, "init", "-input=false").returncode == 0
    applied = terraform(stands, "apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=10")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    plan = terraform(stands, "plan", "-detailed-exitcode", "-input=false", "-no-color")
    return Layers(endpoint=endpoint, planned=plan.returncode, said=plan.stdout + plan.stderr)


@pytest.fixture(scope="module")
def sent(layers: Layers, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """Events and whatever else can come, archived by the real stand-in."""
    events = [json.dumps({"event_id": f"e-{n}", "event_type": "order_placed", "é": n}).encode() for n in range(300)]
    broken = [b"", b"\n", b"no json", b"two\nlines", bytes(range(256)), b'{"event_id": "e-1"', b"x" * 300_000]
    records = [*events, json.dumps({"event_id": "e-\n", "event_type": "x"}, indent=1).encode(), *broken]
    # Kinesis takes no empty record, so that is left to the unit tests.
    sent = Sent((data, f"key {n % 7} é") for n, data in enumerate(records) if data)
    work_dir = tmp_path_factory.mktemp("firehose")
    command = [sys.executable, "-m", "local.firehose", "--work-dir", str(work_dir), "--endpoint", layers.endpoint]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ) as service:
        try:
            entries = [{"Data": data, "PartitionKey": key} for data, key in sent.elements()]
            layers.client("kinesis").put_records(StreamName=STREAM, Records=entries)
            deadline = time.monotonic() + SECONDS
            while not is_archived(work_dir, layers.endpoint, STREAM) and time.monotonic() < deadline:
                time.sleep(0.3)
        finally:
            service.terminate()
    return sent


def interval() -> Interval:
    now = datetime.now(UTC)
    return Interval(start=now - timedelta(hours=1), end=now + timedelta(minutes=1))


def test_it_is_made_and_a_second_plan_is_empty(layers: Layers) -> None:
    assert layers.planned == 0, layers.said


def test_every_record_is_archived_with_its_bytes_and_its_key(layers: Layers, sent: Sent) -> None:
    s3 = layers.client("s3")
    objects = objects_of(s3, BRONZE, interval(), kept=timedelta(days=1))
    assert {each.key.partition("/")[0] for each in objects} == {"events_parquet"}
    found = Sent((r.data, str(r.partition_key)) for each in objects for r in archived_records(s3, BRONZE, each.key))
    assert found == sent
    assert not s3.list_objects_v2(Bucket=BRONZE, Prefix="events_undelivered/").get("Contents")


def test_a_replay_sends_the_events_again_with_their_bytes_and_keys(layers: Layers, sent: Sent, tmp_path: Path) -> None:
    hour = interval()
    where = ["--env", "local", "--endpoint", layers.endpoint, "--work-dir", str(tmp_path), "--rate", "5000", "--yes"]
    times = ["--from", hour.start.isoformat(), "--to", hour.end.isoformat()]
    command = [sys.executable, "-m", "replay", "replay", *where, *times]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    events = Sent({(data, key): n for (data, key), n in sent.items() if b'"event_type"' in data})
    assert sum(events.values()) == 301
    assert layers.in_stream() - sent == events
