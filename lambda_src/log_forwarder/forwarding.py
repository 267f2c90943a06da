"""One log file: its lines in, events and set-aside lines out, part by part. No AWS and no clock.

A part is done when all its events are on the stream and all its bad lines in quarantine. Between parts the work may
end, and go on there in another invocation; a part that was begun and not done is done again, to the same effect.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from log_forwarder.line_formats import parsed
from log_forwarder.log_lines import LogLine
from log_forwarder.masking import LogMask
from log_forwarder.request_event import RequestEvents
from log_forwarder.set_aside import BadLine, bad_line, first_line_of, part_of
from shared.rejection import Rejection


@dataclass(kw_only=True)
class Forwarded:
    """What became of the lines: ``lines == forwarded + set_aside.total()``.

    ``next_line`` is where to go on; None if the file is done.
    """

    lines: int = 0
    forwarded: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    next_line: int | None = None


class Destination(Protocol):
    """Where lines go. When `done` returns, everything that was given is safe."""

    def forward(self, event_id: str, event: bytes) -> None: ...
    def done(self, set_aside: list[BadLine]) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Forwarder:
    """Forwards files under one contract and one masking key."""

    events: RequestEvents
    mask: LogMask

    def forward(
        self, lines: Iterator[LogLine], to: Destination, *, log_file: str, first: int, has_time: Callable[[], bool]
    ) -> Forwarded:
        """Forwards the lines from the part of line ``first`` on; ``has_time`` is asked before each part but that."""
        part = part_of(first)
        result, bad = Forwarded(), list[BadLine]()
        for line in lines:
            if part_of(line.number) < part:
                continue
            if part_of(line.number) > part:
                to.done(bad)
                bad, part = [], part_of(line.number)
                if not has_time():
                    result.next_line = first_line_of(part)
                    return result
            result.lines += 1
            try:
                event_id, event = self.events.event(parsed(line), log_file=log_file, line=line)
            except Rejection as rejection:
                bad.append(bad_line(line, rejection, self.mask.line(line.content), log_file=log_file))
                result.set_aside[rejection.reason.value] += 1
            else:
                to.forward(event_id, event)
                result.forwarded += 1
        to.done(bad)
        return result
