"""Sends what an interval of the archive holds to the stream again, object by object, from where it was cut off."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from replay.archive import ArchiveObject
from replay.archived_object import archived_records
from replay.archived_record import ArchivedRecord
from replay.journal import Counts, Journal
from replay.stream_sender import CHUNK, Outgoing, StreamSender

Choice = Callable[[ArchivedRecord], bool]


def events_only(record: ArchivedRecord) -> bool:
    """What a replay sends: the rest would only be set aside once more, and its pieces perhaps under new names."""
    return record.event_id is not None


@dataclass(frozen=True, kw_only=True)
class Replay:
    """``choice`` says what is sent of what the archive holds."""

    s3: Any
    bucket: str
    sender: StreamSender
    journal: Journal
    choice: Choice = events_only

    def run(self, objects: Iterable[ArchiveObject]) -> Counts:
        """Sends them; the journal's counts say what became of every record."""
        done = set(self.journal.done)
        for each in objects:
            if each.key not in done:
                self._send(each.key)
        self.journal.close()
        return self.journal.counts

    def _send(self, key: str) -> None:
        position = self.journal.skip(key)
        records = islice(archived_records(self.s3, self.bucket, key), position, None)
        while chunk := list(islice(records, CHUNK)):
            chosen: list[ArchivedRecord] = []
            others: list[ArchivedRecord] = []
            for record in chunk:
                (chosen if self.choice(record) else others).append(record)
            if chosen:
                self.journal.counts.repeated += self.sender.send([_outgoing(record) for record in chosen])
            self._count(len(chosen), others)
            position += len(chunk)
            self.journal.advance(key, position)
        self.journal.finish(key)

    def _count(self, sent: int, others: list[ArchivedRecord]) -> None:
        counts = self.journal.counts
        left = sum(record.event_id is None for record in others)
        counts.sent += sent
        counts.left += left
        counts.passed_over += len(others) - left


def _outgoing(record: ArchivedRecord) -> Outgoing:
    """By the key it came with, or by its event: should the archive hold two payloads under one id, they come in the
    order they came in then.
    """
    return Outgoing(data=record.data, key=record.partition_key or record.event_id or record.digest)
