"""Parts of a file that nobody may read yet: on the function's disk as they are made, in the lake once all are."""

import errno
import tempfile
from contextlib import AbstractContextManager
from dataclasses import replace
from types import TracebackType

from data_validator.parts import Write
from shared.table_object import LakeObject

# What is set aside goes first: whoever sees a good row of a file can see its bad ones too.
ORDER = ("quarantine", "silver")


class HeldParts(AbstractContextManager["HeldParts"]):
    """Parts in a file without a name: it goes with the process. Lambda keeps what has one, even after a timeout."""

    def __init__(self) -> None:
        # Without a buffer: what did not fit would be tried once more at closing.
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._parts: list[tuple[LakeObject, int, int]] = []
        self.bytes = 0

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def hold(self, part: LakeObject) -> None:
        """Keep a part; OSError if there is no room for it."""
        left = memoryview(part.body)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            if error.errno == errno.ENOSPC:
                error.add_note(
                    f"{part.key}: no room beside {self.bytes} bytes of other parts; split the file, or give the "
                    "function more storage (ValidatorSize.storage_mb), and send the message again"
                )
            raise
        self._parts.append((replace(part, body=b""), self.bytes, len(part.body)))
        self.bytes += len(part.body)

    def publish(self, write: Write) -> None:
        """Write them all, with one in memory at a time."""
        for part, start, length in sorted(self._parts, key=lambda held: ORDER.index(held[0].zone)):
            self._file.seek(start)
            write(replace(part, body=self._file.read(length)))
