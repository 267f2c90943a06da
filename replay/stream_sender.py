"""Puts records on the stream again, at a pace, as often as it takes until each is accepted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from local.shop.order_record import Kind, Record
from local.shop.producer import send
from local.shop.put_calls import MAX_RECORD_BYTES
from replay.pace import Pace

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One record: records of one ``key`` keep their order."""

    data: bytes
    key: str


@dataclass(frozen=True, kw_only=True)
class StreamSender:
    """Whatever the stream refuses is sent again, after a pause that grows; what it never takes is a SendFailedError."""

    kinesis: Any
    stream: str
    pace: Pace
    on_progress: Callable[[int], object] = lambda _: None

    def send(self, chunk: Sequence[Outgoing]) -> int:
        """Sends all of them and waits for the pace; returns how many entries had to be sent again."""
        records = [_record(each) for each in chunk]
        report = send(records, client=self.kinesis, stream_name=self.stream, on_progress=self.on_progress)
        self.pace.wait(records=report.calls and len(records) + report.resent, size=sum(len(r.data) for r in records))
        return report.resent


def _record(outgoing: Outgoing) -> Record:
    """A record at the stream's limit came in with a key that was as short as can be."""
    key, room = outgoing.key, MAX_RECORD_BYTES - len(outgoing.data)
    if not 1 <= len(key.encode()) <= min(room, 256):
        key = sha256(key.encode()).hexdigest()[: max(1, room)]
    return Record(data=outgoing.data, partition_key=key, identity=key, kind=Kind.REPEAT)
