"""Records through the deployed platform: onto the stream, through the function, and then into an account of each."""

import time
from collections.abc import Iterable

from config.naming import database_name, event_stream_name
from local.demo.platform import ENV, Platform
from local.firehose.archived import is_archived
from local.lake.lake import Lake, open_lake
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.drained import is_drained
from local.lambda_service.status import progress as delivery_progress
from local.progress import Progress
from local.shop.order_record import Record
from local.shop.producer import SendReport, send

STREAM = event_stream_name(ENV)
STALLED_SECONDS = 180.0
LOOK_SECONDS = 0.3
SILENT_SECONDS = 10.0  # the service writes its status every second


class StalledError(Exception):
    """When records wait and none was settled for minutes; the message says what stands in the way."""


def feed(platform: Platform, records: Iterable[Record], *, total: int | None = None) -> SendReport:
    """Puts every record on the order stream; returns the producer's ledger."""
    client = aws_client("kinesis", endpoint=platform.aws.endpoint, region=ENV.region)
    with Progress("sending", total=total) as shown:
        return send(records, client=client, stream_name=STREAM, on_progress=shown.advance)


def settled(platform: Platform) -> int:
    """How many records the function has settled since the platform was deployed."""
    status = delivery_progress(platform.work_dir)
    return status.tally.records_delivered + status.tally.discarded if status else 0


def drain(platform: Platform, *, since: int = 0) -> None:
    """Waits until every record of the stream is settled and archived; `StalledError` if it no longer moves.

    ``since`` is what `settled` said before the records were sent; it only serves the display.
    """
    known, moved = since, time.monotonic()
    where = platform.work_dir, platform.aws.endpoint, STREAM
    with Progress("processing") as shown:
        while not (is_drained(*where) and is_archived(*where)):
            time.sleep(LOOK_SECONDS)
            if (now := settled(platform)) != known:
                shown.advance(max(0, now - known))
                known, moved = now, time.monotonic()
            if time.monotonic() - moved > STALLED_SECONDS:
                raise StalledError(_why_stalled(platform))
        shown.advance(max(0, settled(platform) - known))


def ask(platform: Platform) -> Lake:
    """The catalogued tables, read from S3 once."""
    databases = [database_name(ENV, layer) for layer in ("silver", "gold", "quarantine")]
    return open_lake(endpoint=platform.aws.endpoint, region=ENV.region, databases=databases, keep=True)


def _why_stalled(platform: Platform) -> str:
    status = delivery_progress(platform.work_dir)
    silent = status is None or time.time() - status.written_at > SILENT_SECONDS
    reasons = "the Lambda service does not run" if status is None or silent else "; ".join(status.last_errors)
    return (
        f"records wait in {STREAM} and none was settled for {STALLED_SECONDS:.0f} s: {reasons or 'no error was named'} "
        f"(logs: {platform.work_dir / 'embedded_aws.log'} and {platform.work_dir / 'logs'})"
    )
