"""One batch of the event stream: Lambda's Kinesis event in, the objects to be written and the counts out.

No AWS, no clock. Every record becomes a row of its family's table or one of quarantine. Objects never mix shards or
hours.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from etl_processor.conflicts import ANY_TIME_US, FirstOfEachId, decoded
from etl_processor.datasets import Contracts
from etl_processor.event_family import EventFamily
from etl_processor.event_rows import EventRows
from etl_processor.families import UNKNOWN, Families
from shared.collector import collector_paused
from shared.quarantine_rows import QuarantineRows, QuarantineTable, Row
from shared.rejection import Reason, Rejection
from shared.table_object import LakeObject
from shared.tokens import Tokens

HOUR_US = 3_600 * 1_000_000
# Rejected records are worth a look at the clock, too: 256 of the largest take a second.
CLOCK_EVERY = 256


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """What became of a batch: ``received == stored + sum(quarantined.values())``.

    ``stored_by_event`` and ``quarantined`` (by reason) leave out what did not occur; ``late`` are some of the stored.
    """

    received: int
    stored: int
    late: int
    stored_by_event: Mapping[str, int]
    quarantined: Mapping[str, int]
    objects: tuple[LakeObject, ...]


@dataclass(frozen=True, kw_only=True)
class _Shard:
    """Rows of one shard by hour: events by family and their own hour, quarantine by that of the arrival."""

    events: defaultdict[tuple[EventFamily, int], EventRows] = field(default_factory=lambda: defaultdict(EventRows))
    quarantine: defaultdict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))


class BatchProcessor:
    """Processes batches under one set of contracts and one masking key."""

    def __init__(self, contracts: Contracts, masking_key: bytes) -> None:
        tokens = Tokens(masking_key)
        self._families = Families(contracts, tokens)
        self._quarantine_rows = QuarantineRows(self._families.contract, tokens)
        self._quarantine_table = QuarantineTable(contracts.table("quarantine"), UNKNOWN)

    def process(self, event: Mapping[str, Any], *, check_time: Callable[[], object] = lambda: None) -> BatchResult:
        """The result of a batch; the same records always give the same objects, byte for byte.

        ``check_time`` is called now and then and may raise to give the batch up.
        """
        with collector_paused():  # also while the rows are let go, or it would look at each of them once
            return self._process(event, check_time)

    def _process(self, event: Mapping[str, Any], check_time: Callable[[], object]) -> BatchResult:
        shards, reasons = self._sorted(event["Records"], check_time)
        check_time()
        stored: Counter[str] = Counter()
        late = 0
        for shard in shards.values():
            for (family, _), rows in shard.events.items():
                stored[family.EVENT] += len(rows.contents)
                late += rows.late.count(True)
        return BatchResult(
            received=len(event["Records"]),
            stored=stored.total(),
            late=late,
            stored_by_event=dict(sorted(stored.items())),
            quarantined=dict(sorted(reasons.items())),
            objects=tuple(self._objects(shards)),
        )

    def _sorted(
        self, records: Sequence[Mapping[str, Any]], check_time: Callable[[], object]
    ) -> tuple[Mapping[str, _Shard], Counter[str]]:
        """The rows of all records by shard, and how many were set aside for which reason."""
        shards: defaultdict[str, _Shard] = defaultdict(_Shard)
        reasons: Counter[str] = Counter()
        ids = FirstOfEachId(self._families)
        read = self._families.read
        for record in _watched(records, check_time):
            shard, kinesis = shards[record["eventID"].partition(":")[0]], record["kinesis"]
            data, arrival_us = kinesis["data"], round(kinesis["approximateArrivalTimestamp"] * 1_000_000)
            try:
                family, event_id, occurred_us, content, lines = read(decoded(data), arrival_us)
                if ids[family].setdefault(event_id, data) is not data:
                    ids.check(family, event_id, data, content, lines)
            except Rejection as rejection:
                reasons[rejection.reason.value] += 1
                self._set_aside(kinesis, arrival_us, rejection, shard)
                continue
            rows = shard.events[family, occurred_us // HOUR_US]
            rows.contents.append(content)
            rows.lines += lines
            rows.sequence_numbers.append(kinesis["sequenceNumber"])
            rows.arrivals_us.append(arrival_us)
            rows.occurred_us.append(occurred_us)
        return shards, reasons

    def _set_aside(self, kinesis: Mapping[str, Any], arrival_us: int, rejection: Rejection, shard: _Shard) -> None:
        data: str = kinesis["data"]
        if rejection.reason is Reason.BAD_BASE64:
            raw, source = data.encode(errors="replace"), UNKNOWN
        else:
            raw = decoded(data)
            if rejection.reason is Reason.EVENT_ID_CONFLICT:  # it can be read, so its family is certain
                source = self._families.read(raw, ANY_TIME_US)[0].EVENT
            else:
                source = self._families.source(raw)
        row = self._quarantine_rows.row(raw, rejection, source, kinesis["sequenceNumber"], arrival_us)
        shard.quarantine[arrival_us // HOUR_US].append(row)

    def _objects(self, shards: Mapping[str, _Shard]) -> Iterator[LakeObject]:
        for shard_id, shard in shards.items():
            for (family, hour), rows in shard.events.items():
                yield from family.objects(rows, hour=hour, shard_id=shard_id)
            for hour, rejected in shard.quarantine.items():
                yield self._quarantine_table.lake_object(rejected, hour=hour, shard_id=shard_id)


def _watched(records: Sequence[Mapping[str, Any]], check_time: Callable[[], object]) -> Iterator[Mapping[str, Any]]:
    """The records, with a look at the clock now and then."""
    for start in range(0, len(records), CLOCK_EVERY):
        check_time()
        yield from records[start : start + CLOCK_EVERY]
