"""Entry point of the etl_processor: a batch of Kinesis records in, Parquet objects in S3 and one line of counts out.

Content never fails a batch: what cannot be stored is set aside with its reason. An error of AWS rises, Lambda sends the
batch again, and the same records write the same objects.
"""

import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from etl_processor.accounting import account_line
from etl_processor.batch import BatchProcessor
from etl_processor.datasets import load_contracts
from etl_processor.settings import settings_from
from shared.table_object import LakeObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

WRITERS = 8
# What is left of the function's time when a batch is given up: enough to say so. Lambda's own end of time would end the
# process, and the next batch would wait for a new one.
FLOOR_MS = 2_000
SETTINGS = settings_from(os.environ)
CONTRACTS = load_contracts(Path(__file__).parent / "contracts")
# Four attempts of at most 7 s each: one slow object stays far below the function's timeout, and many fail the batch.
CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=WRITERS,
)
S3: "S3Client" = boto3.client("s3", config=CONFIG)
SECRETS: "SecretsManagerClient" = boto3.client("secretsmanager", config=CONFIG)
WRITER_POOL = ThreadPoolExecutor(max_workers=WRITERS)

log = logging.getLogger(__name__)
log.setLevel(SETTINGS.log_level)


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Store the batch; every object is written when this returns, and nothing is left to be sent again.

    `OutOfTimeError` shortly before Lambda would end the function: then the whole batch comes again, halved.
    """
    check_time = partial(_remaining_ms, context.get_remaining_time_in_millis)
    check_time()
    result = processor().process(event, check_time=check_time)
    _write_all(result.objects, check_time)
    # Printed, not logged: CloudWatch reads metrics from lines that are JSON and nothing else.
    print(account_line(result, function_name=context.function_name, now_ms=int(time.time() * 1000)), flush=True)
    return {"batchItemFailures": []}


@cache
def processor() -> BatchProcessor:
    """The processor with its key, fetched once in the life of this process."""
    secret = SECRETS.get_secret_value(SecretId=SETTINGS.masking_key_secret)
    return BatchProcessor(CONTRACTS, secret["SecretString"].encode())


class OutOfTimeError(Exception):
    """When the rest of a batch would not fit into the function's time: the whole batch must be tried again."""


def _remaining_ms(clock: Callable[[], int]) -> int:
    """How long this invocation may still work; OutOfTimeError if no longer."""
    left = clock() - FLOOR_MS
    if left <= 0:
        raise OutOfTimeError(
            f"{clock()} ms before the function's timeout the batch is given up; Lambda sends it again, halved. If this "
            "repeats, give the function more time or memory, or smaller batches"
        )
    return left


def _write_all(objects: tuple[LakeObject, ...], check_time: Callable[[], int]) -> None:
    """Orders last: whoever sees an order finds its lines, even if this process ends half way."""
    _write_together([item for item in objects if item.table != "orders"], check_time)
    _write_together([item for item in objects if item.table == "orders"], check_time)


def _write_together(objects: list[LakeObject], check_time: Callable[[], int]) -> None:
    writes = [WRITER_POOL.submit(_write, item) for item in objects]
    # All of them, also after an error: none should go on while Lambda has frozen the process. Out of time one may; what
    # it then writes when the process is thawed is what the batch, sent again, writes as well.
    ended, unfinished = wait(writes, timeout=check_time() / 1_000)
    for write in unfinished:
        write.cancel()
    for write in ended:
        write.result()
    if unfinished:
        raise OutOfTimeError(f"{len(unfinished)} of {len(writes)} objects were not written in the function's time")


def _write(item: LakeObject) -> None:
    bucket = SETTINGS.bucket(item.zone)
    S3.put_object(
        Bucket=bucket,
        Key=item.key,
        Body=item.body,
        ContentType="application/vnd.apache.parquet",
        Metadata={"records": str(item.records), "rows": str(item.rows)},
    )
    log.debug("wrote s3://%s/%s: %d records, %d rows", bucket, item.key, item.records, item.rows)
