"""Where the lines of one file go: events to the stream, bad lines to quarantine."""

from collections.abc import Callable

from log_forwarder.event_writer import EventWriter
from log_forwarder.set_aside import BadLine, LogFile, QuarantineParts
from shared.table_object import LakeObject


class FileDestination:
    """Implements `forwarding.Destination`. ``file``, which costs a reading, is asked if something is bad."""

    def __init__(
        self,
        writer: EventWriter,
        parts: QuarantineParts,
        *,
        file: Callable[[], LogFile],
        write: Callable[[LakeObject], None],
    ) -> None:
        self._writer, self._parts, self._file, self._write = writer, parts, file, write

    def forward(self, event_id: str, event: bytes) -> None:
        self._writer.add(event_id, event)

    def done(self, set_aside: list[BadLine]) -> None:
        self._writer.flush()
        if set_aside:
            self._write(self._parts.lake_object(set_aside, self._file()))
