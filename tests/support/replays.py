"""A deployed platform whose records are sent again: the commands as people run them, and what readers see."""

import io
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from config.naming import event_stream_name, function_name
from local.demo.flow import ask, drain
from local.demo.platform import ENV, Platform
from local.lambda_service.aws_clients import aws_client

ROOT = Path(__file__).resolve().parents[2]
ARRIVAL = ("_shard_id", "_sequence_number", "_arrival_ts")
FUNCTION = function_name(ENV, "etl_processor")


@dataclass(frozen=True, kw_only=True)
class Replays:
    """``python -m replay`` on the platform; ``folder`` keeps its journals. Made before anything is sent."""

    platform: Platform
    folder: Path
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def interval(self) -> tuple[str, ...]:
        """What has arrived since this was made."""
        return arrived(self.since)

    def command(self, name: str, *options: str) -> list[str]:
        where = ["--env", "local", "--endpoint", self.platform.aws.endpoint, "--work-dir", str(self.folder)]
        return [sys.executable, "-m", "replay", name, *where, "--rate", "5000", *options]

    def run(self, name: str, *options: str) -> str:
        """What the command says; the records it sent are settled when this returns."""
        done = subprocess.run(self.command(name, *options), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        drain(self.platform)
        return done.stdout

    def client(self, service: str) -> Any:
        return aws_client(service, endpoint=self.platform.aws.endpoint, region=ENV.region)

    def in_stream(self) -> int:
        """How many records the stream has taken so far."""
        kinesis, stream = self.client("kinesis"), event_stream_name(ENV)
        count = 0
        for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
            iterator = kinesis.get_shard_iterator(
                StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while records := (answer := kinesis.get_records(ShardIterator=iterator))["Records"]:
                count, iterator = count + len(records), answer["NextShardIterator"]
        return count


def arrived(since: datetime) -> tuple[str, ...]:
    """The interval of what has arrived since then, as the commands are told it."""
    return "--from", f"{since:%Y-%m-%dT%H:%M:%S}", "--to", f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"


def everything() -> tuple[str, ...]:
    """The interval of all that has arrived: this platform is younger than a day."""
    return arrived(datetime.now(UTC) - timedelta(hours=23))


def seen(platform: Platform, *, arrivals: bool = True) -> dict[str, tuple[int, str]]:
    """Count and digest of what a reader sees of each name, with or without how and when it arrived."""
    left_out = "" if arrivals else f" EXCLUDE ({', '.join(ARRIVAL)})"
    found = {}
    with ask(platform) as lake:
        for view in ("orders_live", "orders_live_with_tokens", "order_items_live", "quarantine"):
            rows = lake.rows(f"SELECT *{left_out} FROM {view} ORDER BY ALL")  # noqa: S608
            found[view] = len(rows), sha256(repr(rows).encode()).hexdigest()
    return found


@contextmanager
def changed_contract(replays: Replays, change: Mapping[bytes, bytes]) -> Iterator[None]:
    """The function with other rules, deployed; afterwards as it was."""
    functions = replays.client("lambda")
    with urllib.request.urlopen(functions.get_function(FunctionName=FUNCTION)["Code"]["Location"]) as answer:  # noqa: S310
        before = answer.read()
    functions.update_function_code(FunctionName=FUNCTION, ZipFile=_altered(before, change))
    try:
        yield
    finally:
        functions.update_function_code(FunctionName=FUNCTION, ZipFile=before)


def _altered(package: bytes, change: Mapping[bytes, bytes]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(result, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "etl_processor/contracts/order_event.json":
                for wrong, right in change.items():
                    assert wrong in content
                    content = content.replace(wrong, right)
            new.writestr(entry, content)
    return result.getvalue()


@contextmanager
def broken_function(replays: Replays) -> Iterator[None]:
    """The function cannot start, and its mapping gives up at once; afterwards both are as they were."""
    functions = replays.client("lambda")
    mappings = functions.list_event_source_mappings()["EventSourceMappings"]
    (mapping,) = [each for each in mappings if each["FunctionArn"].endswith(f":{FUNCTION}")]
    variables = functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]

    def set_up(attempts: int, level: str, *, bisect: bool) -> None:
        settings = {"Variables": variables | {"LOG_LEVEL": level}}
        functions.update_function_configuration(FunctionName=FUNCTION, Environment=settings)
        functions.update_event_source_mapping(
            UUID=mapping["UUID"], MaximumRetryAttempts=attempts, BisectBatchOnFunctionError=bisect
        )

    # Halving would start the broken function once for every record.
    set_up(0, "NONSENSE", bisect=False)
    try:
        yield
    finally:
        set_up(mapping["MaximumRetryAttempts"], variables["LOG_LEVEL"], bisect=True)
