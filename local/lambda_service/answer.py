"""What can come back from an attempt to invoke the function, and what an answer says about its batch.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.lambda_service.event import StreamRecord


@dataclass(frozen=True)
class Answered:
    """The function returned; `payload` is its result as JSON bytes."""

    payload: bytes


@dataclass(frozen=True)
class FunctionFailed:
    """The function raised, ran out of time, died, or could not be imported; `payload` is the error document."""

    error_type: str
    payload: bytes


@dataclass(frozen=True)
class NotInvoked:
    """The function was never reached: throttled, or its code is not available. Costs no retry."""

    reason: str


Invocation = Answered | FunctionFailed | NotInvoked


def first_failed(answer: bytes, records: Sequence[StreamRecord]) -> int | None:
    """Index of the first record that counts as failed under ReportBatchItemFailures; None if all succeeded.

    AWS: an answer that is empty or null, or has no or an empty batchItemFailures, is success. The lowest failed
    sequence number counts. An identifier that is empty, null, misspelt or not of this batch fails the whole batch.
    An answer that is not an object is not described; it fails the whole batch, because that loses nothing.
    """
    try:
        document = json.loads(answer) if answer.strip() else None
    except ValueError:
        return 0
    if not document:
        return None
    if not isinstance(document, dict):
        return 0
    return _lowest(document.get("batchItemFailures"), records)


def _lowest(failures: Any, records: Sequence[StreamRecord]) -> int | None:
    if failures is None or failures == []:
        return None
    if not isinstance(failures, list):
        return 0
    index_of = {record.sequence_number: index for index, record in enumerate(records)}
    named = [failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures]
    return min(index_of.get(name, 0) if isinstance(name, str) else 0 for name in named)
