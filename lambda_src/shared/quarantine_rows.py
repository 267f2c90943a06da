"""Records that are set aside: bytes and a `Rejection` in, rows of the quarantine table and their objects out."""

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from shared.payload_masking import PayloadMask
from shared.rejection import Reason, Rejection
from shared.runtime_contract import Contract
from shared.table_object import LakeObject, TableFormat, object_key
from shared.tokens import Tokens

# A row's columns in order; table_object adds _shard_id.
COLUMNS = ("record_id", "reason", "detail", "source", "payload", "payload_bytes", "_sequence_number", "_arrival_ts")
Row = tuple[str, str, str, str, str, int, str, int]


class QuarantineRows:
    """Makes quarantine rows; ``event`` says which members are personal and what an event_id looks like."""

    def __init__(self, event: Contract, tokens: Tokens) -> None:
        self._mask = PayloadMask(event, tokens)
        self._id_pattern = re.compile(event.column("event_id").rules["pattern"])

    def row(self, raw: bytes, rejection: Rejection, source: str, sequence_number: str, arrival_us: int) -> Row:
        """The row of a record that was meant for ``source``; of one that is no base64, ``raw`` is the text itself."""
        head = (self.record_id(raw), rejection.reason.value, rejection.detail, source)
        return (*head, self._payload(raw, rejection.reason), len(raw), sequence_number, arrival_us)

    def record_id(self, raw: bytes) -> str:
        """The event_id where the record is a JSON object with a valid one, otherwise a digest of its bytes."""
        try:
            document: Any = json.loads(raw.decode())
        except (ValueError, RecursionError):
            return digest_of(raw)
        event_id = document.get("event_id") if isinstance(document, dict) else None
        if isinstance(event_id, str) and self._id_pattern.fullmatch(event_id):
            return event_id
        return digest_of(raw)

    def _payload(self, raw: bytes, reason: StrEnum) -> str:
        if reason is Reason.BAD_BASE64:  # one wrong character does not hide the rest from who decodes it
            return f"[{len(raw)} characters that are no base64]"
        return self._mask(raw)


def digest_of(raw: bytes) -> str:
    """``sha256:`` and 64 hex digits, which no event_id can look like: it has at most 64 characters."""
    return f"sha256:{sha256(raw).hexdigest()}"


class QuarantineTable:
    """Turns quarantine rows into objects."""

    def __init__(self, contract: Contract, source: str) -> None:
        columns = (*COLUMNS, "_shard_id")
        self._format = TableFormat(contract, columns=columns, distinct=("record_id", "payload", "_sequence_number"))
        self._prefix = f"{contract.name}/{source}"

    def lake_object(self, rows: Sequence[Row], *, hour: int, shard_id: str) -> LakeObject:
        """The object of one shard's rows that arrived in ``hour``, counted from 1970."""
        columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
        arrays = {name: self._format.array(name, values) for name, values in columns.items()}
        arrays["_shard_id"] = self._format.array("_shard_id", [shard_id] * len(rows))
        key = object_key(self._prefix, hour, shard_id, columns["_sequence_number"])
        body = self._format.parquet(arrays)
        return LakeObject(zone="quarantine", table="quarantine", key=key, body=body, records=len(rows), rows=len(rows))
