"""Records through the deployed platform: onto the stream, through the function, and then into an account of each."""

import time
from collections.abc import Iterable, Iterator

from config.naming import database_name, order_stream_name
from local.demo.platform import ENV, Platform
from local.lake.lake import Lake, open_lake
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.drained import is_drained
from local.lambda_service.status import progress as delivery_progress
from local.progress import Progress
from local.shop.order_record import Record
from local.shop.producer import SendReport, send

STREAM = order_stream_name(ENV)
STALLED_SECONDS = 180.0
LOOK_SECONDS = 0.3


class StalledError(Exception):
    """When records wait and none was settled for minutes; the message says what stands in the way."""


def feed(platform: Platform, records: Iterable[Record], *, total: int | None = None) -> SendReport:
    """Puts every record on the order stream; returns the producer's ledger."""
    client = aws_client("kinesis", endpoint=platform.aws.endpoint, region=ENV.region)
    with Progress("sending", total=total) as shown:
        return send(records, client=client, stream_name=STREAM, on_progress=shown.advance)


def drain(platform: Platform) -> None:
    """Waits until the function has settled every record of the stream; `StalledError` if it no longer moves."""
    moved = time.monotonic()
    with Progress("processing") as shown:
        for newly_settled in _settled(platform):
            if newly_settled:
                moved = time.monotonic()
                shown.advance(newly_settled)
            if time.monotonic() - moved > STALLED_SECONDS:
                raise StalledError(_why_stalled(platform))


def ask(platform: Platform) -> Lake:
    """The catalogued tables, read from S3 once."""
    databases = [database_name(ENV, layer) for layer in ("silver", "quarantine")]
    return open_lake(endpoint=platform.aws.endpoint, region=ENV.region, databases=databases, keep=True)


def _settled(platform: Platform) -> Iterator[int]:
    """How many records were settled since the last look, until none is left."""
    before: int | None = None
    while not is_drained(platform.work_dir, platform.aws.endpoint, STREAM):
        status = delivery_progress(platform.work_dir)
        now = status.tally.records_delivered if status else 0
        yield 0 if before is None else max(0, now - before)
        before = now
        time.sleep(LOOK_SECONDS)


def _why_stalled(platform: Platform) -> str:
    status = delivery_progress(platform.work_dir)
    reasons = "; ".join(status.last_errors) if status else "the Lambda service does not run"
    return (
        f"records wait in {STREAM} and none was settled for {STALLED_SECONDS:.0f} s: "
        f"{reasons or 'no error was named'} (logs: {platform.work_dir / 'logs'})"
    )
