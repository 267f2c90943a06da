"""Entry point of the log_forwarder: messages about new log files in, events on the stream and one line of counts out.

Content never fails a message: a line that cannot be read is set aside with its reason. An error of AWS fails its own
message, which comes again, and the same lines make the same events and objects. What takes longer than one invocation
goes on in another: the function tells its own queue. Lambda ends a chain of some 16 of those, as a loop
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html): the rest of the file is a dead letter then.
"""

import logging
import os
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from log_forwarder.accounting import account_line
from log_forwarder.destinations import FileDestination
from log_forwarder.event_writer import EventWriter
from log_forwarder.forwarding import Forwarder
from log_forwarder.log_lines import log_lines
from log_forwarder.masking import LogMask
from log_forwarder.message import first_line, rest_of
from log_forwarder.request_event import RequestEvents
from log_forwarder.set_aside import LogFile, QuarantineParts
from log_forwarder.settings import settings_from
from shared.arrival import Arrival, arrival_of
from shared.object_bytes import ObjectBytes, ObjectReplacedError
from shared.runtime_contract import load_contract
from shared.table_object import LakeObject
from shared.tokens import Tokens

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

# What one part of a file may take where the stream is slow.
RESERVE_MS = 60_000
CONTRACTS = Path(__file__).parent / "contracts"
SETTINGS = settings_from(os.environ)
EVENT, QUARANTINED_ROWS = (load_contract(CONTRACTS, name) for name in ("web_request_event", "quarantined_rows"))
CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
S3: "S3Client" = boto3.client("s3", config=CONFIG)
KINESIS: "KinesisClient" = boto3.client("kinesis", config=CONFIG)
SQS: "SQSClient" = boto3.client("sqs", config=CONFIG)
SECRETS: "SecretsManagerClient" = boto3.client("secretsmanager", config=CONFIG)
PARTS = QuarantineParts(QUARANTINED_ROWS)

log = logging.getLogger(__name__)
log.setLevel(SETTINGS.log_level)


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Forward each message's file; the messages to be sent again are named, the others are done."""
    failures = []
    for message in event["Records"]:
        try:
            _handle(message, context)
        except ObjectReplacedError:
            log.warning("message %s: its file was replaced, which has a message of its own", message["messageId"])
        except Exception:
            # Whatever it was, it is this message's: the others must not be sent again for it.
            log.exception("message %s failed", message["messageId"])
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


@cache
def forwarder() -> Forwarder:
    """The forwarder with its key, fetched once in the life of this process."""
    secret = SECRETS.get_secret_value(SecretId=SETTINGS.masking_key_secret)
    tokens = Tokens(secret["SecretString"].encode())
    return Forwarder(events=RequestEvents(EVENT, tokens), mask=LogMask(tokens))


def _handle(message: dict[str, Any], context: Any) -> None:
    arrival = arrival_of(message)
    if arrival.is_folder:
        return
    writer = EventWriter(KINESIS, SETTINGS.event_stream)
    result = forwarder().forward(
        log_lines(ObjectBytes(S3, arrival, still_time=_read_on)),
        FileDestination(writer, PARTS, file=cache(lambda: _log_file(arrival)), write=_write),
        log_file=arrival.key,
        first=first_line(message),
        has_time=lambda: context.get_remaining_time_in_millis() >= RESERVE_MS,
    )
    if result.next_line is not None:
        log.info("%s: goes on at line %d in another invocation", arrival.key, result.next_line)
        SQS.send_message(QueueUrl=SETTINGS.file_queue_url, MessageBody=rest_of(message, result.next_line))
    line = account_line(
        result,
        log_file=arrival.key,
        resent=writer.resent,
        function_name=context.function_name,
        now_ms=int(time.time() * 1000),
    )
    # Printed, not logged: CloudWatch reads metrics from lines that are JSON and nothing else.
    print(line, flush=True)


def _read_on(_done: int, _size: int) -> None:
    """Nothing: the time is looked at between the parts of a file."""


def _log_file(arrival: Arrival) -> LogFile:
    """Reads the object once more, whole: most files have no bad line, and their hash is never asked for."""
    content = ObjectBytes(S3, arrival, still_time=_read_on)
    content.drain()
    return LogFile(key=arrival.key, sha256=content.sha256, arrived=content.facts.modified)


def _write(item: LakeObject) -> None:
    S3.put_object(
        Bucket=SETTINGS.quarantine_bucket,
        Key=item.key,
        Body=item.body,
        ContentType="application/vnd.apache.parquet",
        Metadata={"records": str(item.records), "rows": str(item.rows)},
    )
