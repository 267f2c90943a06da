"""What can come back from an attempt to invoke the function, and what an answer says about its batch.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

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
    failures = _named_failures(answer)
    if failures is None:
        return 0
    index_of = {record.sequence_number: index for index, record in enumerate(records)}
    return min((index_of.get(name, 0) if name else 0 for name in failures), default=None)


def failed_items(answer: bytes, names: Collection[str]) -> frozenset[str]:
    """Which of the messages called ``names`` count as failed; an answer that cannot be understood fails them all."""
    failures = _named_failures(answer)
    if failures is None or not set(names).issuperset(failures):
        return frozenset(names)
    return frozenset(name for name in failures if name)


def _named_failures(answer: bytes) -> list[str | None] | None:
    """What the answer names as failed, None for a name that is none; None if the answer itself says nothing."""
    try:
        document = json.loads(answer) if answer.strip() else None
    except ValueError:
        return None
    if not document:
        return []
    failures = document.get("batchItemFailures") if isinstance(document, dict) else ()
    if failures is None:
        return []
    if not isinstance(failures, list):
        return None
    names = [failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures]
    return [name if isinstance(name, str) else None for name in names]
