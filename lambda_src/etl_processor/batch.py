"""One batch of the order stream: Lambda's Kinesis event in, the objects to be written and the counts out.

No AWS, no clock. Every record becomes one row of orders or one of quarantine. Objects never mix shards or hours.
"""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pybase64 import b64decode

from etl_processor.datasets import Contracts
from etl_processor.order_event import OrderReader
from etl_processor.order_rows import OrderRows, OrderTables
from shared.quarantine_rows import QuarantineRows, QuarantineTable, Row
from shared.rejection import Reason, Rejection
from shared.table_object import LakeObject
from shared.tokens import Tokens

HOUR_US = 3_600 * 1_000_000


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """What became of a batch: ``received == stored + sum(quarantined.values())``."""

    received: int
    stored: int
    quarantined: Mapping[str, int]
    objects: tuple[LakeObject, ...]


@dataclass(frozen=True, kw_only=True)
class _Shard:
    """Rows of one shard by hour: orders by that of the event, quarantine by that of the arrival."""

    orders: defaultdict[int, OrderRows] = field(default_factory=lambda: defaultdict(OrderRows))
    quarantine: defaultdict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))


class BatchProcessor:
    """Processes batches under one set of contracts and one masking key."""

    def __init__(self, contracts: Contracts, masking_key: bytes) -> None:
        tokens = Tokens(masking_key)
        self._reader = OrderReader(contracts, tokens)
        self._order_tables = OrderTables(contracts, tokens)
        self._quarantine_rows = QuarantineRows(contracts.order_event, tokens)
        self._quarantine_table = QuarantineTable(contracts.quarantine, contracts.order_event.name)

    def process(self, event: Mapping[str, Any]) -> BatchResult:
        """The result of a batch; the same records always give the same objects, byte for byte."""
        with _collector_paused():  # also while the rows are let go, or it would look at each of them once
            return self._process(event)

    def _process(self, event: Mapping[str, Any]) -> BatchResult:
        shards: defaultdict[str, _Shard] = defaultdict(_Shard)
        reasons: Counter[str] = Counter()
        for record in event["Records"]:
            shard = shards[record["eventID"].partition(":")[0]]
            reason = self._add(record["kinesis"], shard)
            if reason:
                reasons[reason] += 1
        objects = tuple(self._objects(shards))
        received = len(event["Records"])
        stored = received - reasons.total()
        return BatchResult(received=received, stored=stored, quarantined=dict(sorted(reasons.items())), objects=objects)

    def _add(self, record: Mapping[str, Any], shard: _Shard) -> str | None:
        """Add one record's rows; the reason code if it is set aside."""
        sequence_number = record["sequenceNumber"]
        arrival_us = round(record["approximateArrivalTimestamp"] * 1_000_000)
        raw = None
        try:
            raw = _decoded(record["data"])
            order = self._reader.read(raw, arrival_us)
        except Rejection as rejection:
            raw = record["data"].encode(errors="replace") if raw is None else raw
            row = self._quarantine_rows.row(raw, rejection, sequence_number, arrival_us)
            shard.quarantine[arrival_us // HOUR_US].append(row)
            return rejection.reason.value
        rows = shard.orders[order.occurred_us // HOUR_US]
        self._order_tables.add(rows, order, sequence_number, arrival_us)
        return None

    def _objects(self, shards: Mapping[str, _Shard]) -> Iterator[LakeObject]:
        for shard_id, shard in shards.items():
            for hour, rows in shard.orders.items():
                yield from self._order_tables.objects(rows, hour=hour, shard_id=shard_id)
            for hour, rejected in shard.quarantine.items():
                yield self._quarantine_table.lake_object(rejected, hour=hour, shard_id=shard_id)


def _decoded(data: str) -> bytes:
    try:
        return b64decode(data, validate=True)
    except ValueError as error:
        raise Rejection(Reason.BAD_BASE64, "expected base64 in the standard alphabet, padded") from error


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A batch makes a million objects and no cycles; looking for some costs a tenth of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
