"""The lines of a log file: its bytes in, plain or gzip, numbered lines out, one after the other.

Memory does not grow with the file, nor with a line: of one longer than `MAX_LINE_BYTES` only the head is kept.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

# Servers cut a request line at 8 kB; the longest real lines stay far below.
MAX_LINE_BYTES = 65_536
PIECE_BYTES = 256 * 1024
GZIP = b"\x1f\x8b"
UTF8_MARK = b"\xef\xbb\xbf"
CUT_OFF = "the file ends, or is damaged, inside its compressed data"
TOO_LONG = f"expected at most {MAX_LINE_BYTES} bytes"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line as it stands in the file, without its end; ``fault`` says why it cannot be read, whatever is in it."""

    number: int
    content: bytes
    fault: str | None = None

    def identity(self, log_file: str) -> str:
        """From file, place and content, in hex: two like lines are two, the same file twice is one."""
        return sha256(f"{log_file}\0{self.number}\0".encode() + self.content).hexdigest()


class DamagedFileError(Exception):
    """When the compressed data end too early, or are none; what came before is good."""


def log_lines(raw: io.RawIOBase) -> Iterator[LogLine]:
    """Every line that is not blank, numbered from 1 with the blank ones; a damaged end counts as a line."""
    number, rest = 0, b""
    try:
        for piece in _pieces(raw):
            *whole, rest = (rest + piece).split(b"\n")
            for content in whole:
                number += 1
                if line := _line(number, content):
                    yield line
            # A line without end is read to its end, and only its head remembered.
            rest = rest[: MAX_LINE_BYTES + 1]
    except DamagedFileError:
        yield LogLine(number + 1, rest[:MAX_LINE_BYTES], CUT_OFF)
        return
    if line := _line(number + 1, rest):
        yield line


def _line(number: int, content: bytes) -> LogLine | None:
    if number == 1:
        content = content.removeprefix(UTF8_MARK)
    if len(content) > MAX_LINE_BYTES:
        return LogLine(number, content[:MAX_LINE_BYTES], TOO_LONG)
    content = content.rstrip()
    return LogLine(number, content) if content else None


def _pieces(raw: io.RawIOBase) -> Iterator[bytes]:
    # By its first bytes: whoever compresses a file may forget to call it .gz.
    buffered = io.BufferedReader(raw, PIECE_BYTES)
    if not buffered.peek(len(GZIP)).startswith(GZIP):
        while piece := buffered.read1(PIECE_BYTES):
            yield piece
        return
    unzipped = gzip.GzipFile(fileobj=buffered)
    try:
        # read1: what is good before the damage comes out before the error does.
        while piece := unzipped.read1(PIECE_BYTES):
            yield piece
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DamagedFileError(CUT_OFF) from error
