"""The function of a delivery stream: records in, what it made of each out.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
"""

import binascii
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from local.firehose.arrived_record import ArrivedRecord
from local.firehose.undelivered import Undelivered
from local.lambda_service.answer import Answered, Invocation, NotInvoked

# AWS tries a function that fails as often as the delivery stream says, for hours; here nobody waits for that.
ATTEMPTS = 3

Transformed = tuple[ArrivedRecord, bytes]


class NotTransformedError(Exception):
    """When the function could not be reached: the same records are handed over again later."""


class Transformation:
    """Hands records over in batches of ``hand_over_bytes``, in order."""

    def __init__(self, invoke: Callable[[bytes], Invocation], *, hand_over_bytes: int) -> None:
        self._invoke = invoke
        self._hand_over_bytes = hand_over_bytes

    def transformed(self, records: Sequence[ArrivedRecord]) -> tuple[list[Transformed], list[Undelivered]]:
        """What the function answered, and what it did not; what it drops is in neither."""
        good: list[Transformed] = []
        bad: list[Undelivered] = []
        for batch in self._batches(records):
            answers, problem = self._answers(batch)
            for number, record in enumerate(batch):
                answer = answers.get(str(number), {})
                data = _decoded(answer.get("data"))
                if answer.get("result") == "Ok" and data is not None:
                    good.append((record, data))
                elif answer.get("result") != "Dropped":
                    bad.append(_failed(record, problem or f"the function answered {answer.get('result')!r}"))
        return good, bad

    def _batches(self, records: Sequence[ArrivedRecord]) -> Iterator[list[ArrivedRecord]]:
        batch: list[ArrivedRecord] = []
        size = 0
        for record in records:
            if batch and size + len(record.data) > self._hand_over_bytes:
                yield batch
                batch, size = [], 0
            batch.append(record)
            size += len(record.data)
        if batch:
            yield batch

    def _answers(self, batch: Sequence[ArrivedRecord]) -> tuple[dict[str, dict[str, Any]], str]:
        """By the id a record was given: its number. And what was wrong with the whole answer, if anything was."""
        problem = ""
        for _ in range(ATTEMPTS):
            answer = self._invoke(_event(batch))
            if isinstance(answer, NotInvoked):
                raise NotTransformedError(answer.reason)
            if isinstance(answer, Answered):
                try:
                    return {each["recordId"]: each for each in json.loads(answer.payload)["records"]}, ""
                except (ValueError, KeyError, TypeError) as error:
                    return {}, f"the function's answer is no list of records: {error!r}"
            problem = f"the function failed: {answer.error_type}"
        return {}, problem


def _event(batch: Sequence[ArrivedRecord]) -> bytes:
    records = [
        {
            "recordId": str(number),
            "approximateArrivalTimestamp": round(record.arrived_at * 1000),
            "data": b64encode(record.data).decode(),
            "kinesisRecordMetadata": {
                "shardId": record.shard_id,
                "partitionKey": record.partition_key,
                "sequenceNumber": record.sequence_number,
                "subsequenceNumber": 0,
                "approximateArrivalTimestamp": round(record.arrived_at * 1000),
            },
        }
        for number, record in enumerate(batch)
    ]
    return json.dumps({"invocationId": "local", "records": records}).encode()


def _decoded(data: object) -> bytes | None:
    try:
        return b64decode(data, validate=True) if isinstance(data, str) else None
    except binascii.Error:
        return None


def _failed(record: ArrivedRecord, message: str) -> Undelivered:
    return Undelivered(
        record=record, step="processing-failed", raw=record.data, code="Lambda.FunctionError", message=message
    )
