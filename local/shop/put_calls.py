"""Cuts records into calls of PutRecords: each partition key at most once per call, those of one key in their order.

A record whose key already stands in the call waits for the next one, and others pass it: visits and orders come in
bursts of one key, and a call for each step of each visitor would cost more than the step.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from local.shop.order_record import Record

# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html; larger records are a setting of the
# stream that this platform leaves at 1 MiB. Sizes count data and partition key, before base64.
MAX_RECORDS = 500
MAX_CALL_BYTES = 5 * 1024 * 1024
MAX_RECORD_BYTES = 1024 * 1024
MAX_KEY_CHARACTERS = 256
# How many records, and how much of them, may wait for their turn: what is sent late by them stays bounded.
MOST_WAITING = 10_000
MOST_WAITING_BYTES = 4 * MAX_CALL_BYTES


@dataclass
class _Call:
    """A call being made, and what waits for the next."""

    records: list[Record] = field(default_factory=list)
    size: int = 0
    waiting: list[Record] = field(default_factory=list)
    waiting_size: int = 0
    full: bool = False
    _keys: set[str] = field(default_factory=set)

    def offer(self, record: Record) -> None:
        """Takes the record in, or lets it wait; where one of a key waits, all later ones of it do."""
        size = _checked_bytes(record)
        fits = len(self.records) < MAX_RECORDS and self.size + size <= MAX_CALL_BYTES
        if fits and record.partition_key not in self._keys:
            self.records.append(record)
            self.size += size
        else:
            self.waiting.append(record)
            self.waiting_size += size
        self.full = self.full or not fits or len(self.records) == MAX_RECORDS
        self._keys.add(record.partition_key)

    @property
    def may_draw(self) -> bool:
        return not self.full and len(self.waiting) < MOST_WAITING and self.waiting_size < MOST_WAITING_BYTES


def calls(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The records in groups that PutRecords takes. A record beyond the limits is a ValueError before its call."""
    source = iter(records)
    waiting: list[Record] = []
    while True:
        call = _Call()
        for record in waiting:
            call.offer(record)
        while call.may_draw and (drawn := next(source, None)) is not None:
            call.offer(drawn)
        if not call.records:
            return
        waiting = call.waiting
        yield call.records


def _checked_bytes(record: Record) -> int:
    key = record.partition_key
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS:
        raise ValueError(
            f"record {record.identity}: partition key of {len(key)} characters, the stream takes 1 to "
            f"{MAX_KEY_CHARACTERS}; give the order a shorter number"
        )
    size = len(record.data) + len(key.encode())
    if size > MAX_RECORD_BYTES:
        raise ValueError(
            f"record {record.identity}: {size:,} bytes with its partition key, the stream takes "
            f"{MAX_RECORD_BYTES:,}; split the order into several events"
        )
    return size
