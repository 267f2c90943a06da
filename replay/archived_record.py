"""Where one record of the archive ends and the next begins: lines in, records out.

In GZIP, Firehose writes each record as it came and a line feed behind it, and nothing marks a line feed inside a
record. Inside a JSON document one can stand between its members only. So a record is a line, or as many lines as it
takes to end the JSON object that the first one begins. What is no JSON object is a line by itself: nothing behind the
stream could have stored it, it stands in quarantine, and whether its pieces belong together no longer matters. In
Parquet a record is a row, and none of this is asked.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from itertools import islice
from json import JSONDecodeError, JSONDecoder
from typing import Any

MAX_RECORD_BYTES = 1024 * 1024
DECODER = JSONDecoder()


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedRecord:
    """``event_id`` is None unless the record is a JSON object that names itself and its type.

    ``partition_key`` is the one it came with, None where the archive does not know it.
    """

    data: bytes
    event_id: str | None
    partition_key: str | None = None

    @property
    def digest(self) -> str:
        """What quarantine calls a record without a usable event_id."""
        return f"sha256:{sha256(self.data).hexdigest()}"

    @property
    def ids(self) -> tuple[str, ...]:
        """Every name under which quarantine may have it."""
        return (self.digest,) if self.event_id is None else (self.event_id, self.digest)


def records_of(lines: Iterable[bytes]) -> Iterator[ArchivedRecord]:
    """The records of one object, in order. Their bytes are those that came in."""
    source, again = iter(lines), deque[bytes]()

    def next_lines(count: int) -> list[bytes]:
        known = [again.popleft() for _ in range(min(count, len(again)))]
        return known + list(islice(source, count - len(known)))

    while taken := next_lines(1):
        found = _first_object(taken)
        # Twice as many each time: a text of many lines is not read again for each of them.
        while found is Open.YES and sum(map(len, taken)) <= MAX_RECORD_BYTES and (more := next_lines(len(taken))):
            taken += more
            found = _first_object(taken)
        if isinstance(found, ArchivedRecord):
            again.extendleft(reversed(taken[found.data.count(b"\n") + 1 :]))
            yield found
        else:
            again.extendleft(reversed(taken[1:]))
            if taken[0]:
                yield ArchivedRecord(data=taken[0], event_id=None)


def whole_record(data: bytes, *, partition_key: str | None) -> ArchivedRecord:
    """A record whose beginning and end are known."""
    try:
        document = DECODER.decode(data.decode())
    except (ValueError, RecursionError):
        document = None
    event_id = _event_id(document) if isinstance(document, dict) else None
    return ArchivedRecord(data=data, event_id=event_id, partition_key=partition_key)


class Open(Enum):
    """Whether further lines can still make a JSON object of a text."""

    YES = "yes"
    NO = "no"


def _first_object(lines: list[bytes]) -> ArchivedRecord | Open:
    """The record that the first lines are. Those behind it may be anything, so their bytes only pass through."""
    if not lines[0].lstrip().startswith(b"{"):
        return Open.NO
    text = b"\n".join(lines).decode(errors="surrogateescape")
    try:
        document, end = DECODER.raw_decode(text, text.index("{"))
    except JSONDecodeError as error:
        # A line feed cannot stand in a JSON string: a text that breaks off within one is not ended by the next line.
        breaks_off = error.pos >= len(text.rstrip()) and not error.msg.startswith("Unterminated")
        return Open.YES if breaks_off else Open.NO
    except (ValueError, RecursionError):
        return Open.NO
    end_of_line = text.find("\n", end)
    record = text if end_of_line < 0 else text[:end_of_line]
    if record[end:].strip() or any("\udc80" <= character <= "\udcff" for character in record):
        return Open.NO
    return ArchivedRecord(data=record.encode(), event_id=_event_id(document))


def _event_id(document: dict[str, Any]) -> str | None:
    event_id, event_type = document.get("event_id"), document.get("event_type")
    return event_id if isinstance(event_id, str) and isinstance(event_type, str) else None
