"""What could not be transformed or converted: told with its data below the error prefix, a JSON document per record.

https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-error-handling.html
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from local.firehose.arrived_record import ArrivedRecord

# As the error prefix calls it.
Step = Literal["processing-failed", "format-conversion-failed"]


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """``raw`` is what the step was given: before the function the record itself, behind it what it answered."""

    record: ArrivedRecord
    step: Step
    raw: bytes
    code: str
    message: str


def error_lines(undelivered: Sequence[Undelivered]) -> bytes:
    """The object."""
    return b"".join(f"{json.dumps(_document(each))}\n".encode() for each in undelivered)


def _document(each: Undelivered) -> dict[str, object]:
    return {
        "attemptsMade": 1,
        "arrivalTimestamp": round(each.record.arrived_at * 1000),
        "errorCode": each.code,
        "errorMessage": each.message,
        "rawData": b64encode(each.raw).decode(),
        "sequenceNumber": each.record.sequence_number,
    }
