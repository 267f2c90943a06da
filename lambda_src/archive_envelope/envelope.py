"""A record as Firehose hands it over in, the row of the archive it becomes out, as JSON.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Lambda takes answers of 6 MB. What stands around the records needs some hundred bytes.
ANSWER_BYTES = 6 * 1024 * 1024 - 64 * 1024
# What stands around an id and its data in an answer.
AROUND_BYTES = 64

Answer = dict[str, str]


def answers(records: Iterable[Mapping[str, Any]], *, room: int = ANSWER_BYTES) -> list[Answer]:
    """An answer to each record, in order. No content fails.

    What no answer can hold is given back as failed: Firehose keeps it below the error prefix, whole.
    """
    found: list[Answer] = []
    for record in records:
        answer = {"recordId": record["recordId"], "result": "Ok", "data": _in_base64(row(record))}
        size = _size(answer)
        if size > room:
            # Firehose keeps what it sent.
            answer = {"recordId": record["recordId"], "result": "ProcessingFailed"}
            size = _size(answer)
        room -= size
        found.append(answer)
    return found


def row(record: Mapping[str, Any]) -> dict[str, str | None]:
    """The record's bytes as they came, in base64 as they are handed over, and where on the stream they stood."""
    stood = record.get("kinesisRecordMetadata") or {}
    arrival = stood.get("approximateArrivalTimestamp", record.get("approximateArrivalTimestamp"))
    return {
        "data": record["data"],
        "partition_key": stood.get("partitionKey"),
        "shard_id": stood.get("shardId"),
        "sequence_number": stood.get("sequenceNumber"),
        "arrival_ts": _utc(arrival),
    }


def _utc(moment: object) -> str | None:
    """As the OpenX SerDe reads it, to the millisecond; None where it is no moment.

    Firehose sends milliseconds, its documentation shows a text.
    """
    try:
        if isinstance(moment, int | float):
            found = EPOCH + timedelta(milliseconds=moment)
        else:
            found = datetime.fromisoformat(str(moment))
            found = found.astimezone(UTC) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None
    return f"{found.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _in_base64(document: Mapping[str, str | None]) -> str:
    return b64encode(json.dumps(document, separators=(",", ":")).encode()).decode()


def _size(answer: Answer) -> int:
    """In the answer as a whole, or a little more; an id of Firehose is ASCII."""
    return len(answer["recordId"]) + len(answer.get("data", "")) + AROUND_BYTES
