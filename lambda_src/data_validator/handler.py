"""Entry point of the data_validator: messages about new files in, Parquet and a verdict in S3, an event and a line of
counts for each file out.

A file's content never fails a message: it is accepted or refused, and both are done. What cannot be done (AWS answers
with errors, no source is registered, time runs out) fails its own message alone, and after some tries the queue hands
it to the dead-letter queue.
"""

import json
import logging
import os
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from data_validator.accounting import account_line
from data_validator.lake import Lake
from data_validator.registry import load_registry
from data_validator.settings import settings_from
from data_validator.storing import QUARANTINE
from data_validator.validation import StillTime, Validator
from data_validator.verdict import ACCEPTED, Document, head
from shared.arrival import arrival_of
from shared.object_bytes import ObjectReplacedError
from shared.runtime_contract import load_contract
from shared.tokens import Tokens

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

EVENT_SOURCE = "ecommerce.data_validator"
# What the verdict and its event may take, and how fast parts go to S3.
RESERVE_MS = 20_000
WRITTEN_BYTES_PER_MS = 20_000
CONTRACTS = Path(__file__).parent / "contracts"
SETTINGS = settings_from(os.environ)
REGISTRY, QUARANTINED_ROWS = load_registry(CONTRACTS), load_contract(CONTRACTS, QUARANTINE)
CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
S3: "S3Client" = boto3.client("s3", config=CONFIG)
SECRETS: "SecretsManagerClient" = boto3.client("secretsmanager", config=CONFIG)
EVENTS: "EventBridgeClient" = boto3.client("events", config=CONFIG)

log = logging.getLogger(__name__)
log.setLevel(SETTINGS.log_level)


class OutOfTimeError(Exception):
    """When a file takes longer than the function may run."""


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Validate each message's file; the messages to be sent again are named, the others are done."""
    failures = []
    for message in event["Records"]:
        try:
            _handle(message, context)
        except Exception:
            # Whatever it was, it is this message's: the others must not be sent again for it.
            log.exception("message %s failed", message.get("messageId"))
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


@cache
def validator() -> Validator:
    """The validator with its key, fetched once in the life of this process."""
    secret = SECRETS.get_secret_value(SecretId=SETTINGS.masking_key_secret)
    zones = ("bronze", "silver", "quarantine")
    lake = Lake(S3, {zone: getattr(SETTINGS, f"{zone}_bucket") for zone in zones})
    tokens = Tokens(secret["SecretString"].encode())
    return Validator(REGISTRY, QUARANTINED_ROWS, tokens, s3=S3, lake=lake, max_bytes=SETTINGS.max_file_bytes)


def _handle(message: dict[str, Any], context: Any) -> None:
    arrival = arrival_of(message)
    if arrival.bucket != SETTINGS.bronze_bucket:
        raise ValueError(
            f"the message tells of bucket {arrival.bucket!r}; this function reads {SETTINGS.bronze_bucket!r}"
        )
    if arrival.is_folder:
        log.info("%s: an empty folder, nothing to do", arrival.key)
        return
    started = time.monotonic()
    try:
        document = validator().validate(arrival, _still_time(context))
    except ObjectReplacedError:
        log.warning("%s: replaced before it was read; what lies there now has a message of its own", arrival.key)
        return
    _announce(document)
    duration_ms = round((time.monotonic() - started) * 1_000)
    # Printed, not logged: CloudWatch reads metrics from lines that are JSON and nothing else.
    print(account_line(document, duration_ms=duration_ms, now_ms=int(time.time() * 1_000)), flush=True)


def _announce(document: Document) -> None:
    kind = "File Accepted" if document["outcome"] == ACCEPTED else "File Refused"
    entry: PutEventsRequestEntryTypeDef = {
        "Source": EVENT_SOURCE,
        "DetailType": kind,
        "Detail": json.dumps(head(document)),
        "EventBusName": SETTINGS.event_bus,
    }
    answer = EVENTS.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        code = answer["Entries"][0].get("ErrorCode")
        raise RuntimeError(f"{document['file']}: EventBridge did not take the event ({code})")


def _still_time(context: Any) -> StillTime:
    def still_time(done: int, size: int, held: int = 0, /) -> None:
        reserve_ms = RESERVE_MS + held // WRITTEN_BYTES_PER_MS
        if context.get_remaining_time_in_millis() < reserve_ms:
            raise OutOfTimeError(
                f"{done} of {size} bytes were read and {held} waited to be written when only {reserve_ms} ms were "
                "left; split the file, or give the function more memory (with it comes CPU) or time, and send the "
                "message again"
            )

    return still_time
