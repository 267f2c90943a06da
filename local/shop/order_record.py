"""What the shop puts on the stream: an order document goes in, a `Record` with its identity comes out."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import Any

from contracts import load_contract

SCHEMA_VERSION = "1.0"
Document = dict[str, Any]


class Kind(StrEnum):
    """Why a record is on the stream."""

    ORDER = "order"  # an event of its day
    LATE = "late"  # an event of an earlier day
    VISIT = "visit"  # a step of a visitor
    BAD = "bad"  # breaks the contract on purpose
    REPEAT = "repeat"  # the bytes of an earlier record once more


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record of the event stream.

    ``identity`` is `identity_of` its bytes. ``expected_reason`` is the reason code it must be quarantined with; None
    for a record that is not known to be bad.
    """

    data: bytes
    partition_key: str
    identity: str
    kind: Kind
    expected_reason: str | None = None


def record_of(document: Document, *, kind: Kind = Kind.ORDER) -> Record:
    """The record of one order document, keyed by its order so that the events of an order share a shard."""
    data = encode(document)
    event_id: str = document["event_id"]
    # The same rule as `identity_of`, without reading back what was just written.
    identity = event_id if _event_id_pattern().fullmatch(event_id) else digest_of(data)
    return Record(data=data, partition_key=document["order_id"], identity=identity, kind=kind)


def repeated(record: Record) -> Record:
    """The same bytes once more."""
    return replace(record, kind=Kind.REPEAT)


def encode(document: Mapping[str, Any]) -> bytes:
    """Compact UTF-8 JSON; the same document always gives the same bytes."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def identity_of(data: bytes) -> str:
    """The event_id where the bytes are a JSON object that carries a valid one, otherwise a digest of the bytes.

    The quarantine names a record by the same rule, so the producer's ledger can be compared with what was stored.
    """
    try:
        document = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return digest_of(data)
    event_id = document.get("event_id") if isinstance(document, dict) else None
    if isinstance(event_id, str) and _event_id_pattern().fullmatch(event_id):
        return event_id
    return digest_of(data)


def digest_of(data: bytes) -> str:
    """``sha256:`` and the hex digest: 71 characters, so no event_id (at most 64) can look like it."""
    return f"sha256:{sha256(data).hexdigest()}"


@cache
def _event_id_pattern() -> re.Pattern[str]:
    columns = {column.name: column for column in load_contract("order_event").columns}
    return re.compile(columns["event_id"].option("pattern"))
