"""A file's bytes as text: unpacked, decoded strictly, in lines of a bounded length."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from data_validator.reasons import Check, Refusal
from data_validator.registry import FileFormat

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER_BYTES = 1024 * 1024
# Characters of one line, and of one row: what does not end by then is no row.
LONGEST_LINE = 4 * 1024 * 1024
BOM = "\ufeff"


class _Bounded(io.RawIOBase):
    """Counts unpacked bytes: a few kB of zeros, packed, could fill any machine."""

    def __init__(self, inner: IO[bytes], limit: int) -> None:
        super().__init__()
        self._inner, self._left, self._limit = inner, limit, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        piece = self._inner.read(len(memoryview(buffer).cast("B")))
        self._left -= len(piece)
        if self._left < 0:
            raise Refusal(
                Check.SIZE,
                expected=f"at most {self._limit} bytes unpacked (MAX_FILE_MB); split the file, as more may take longer "
                "than the function may run",
                observed=f"more than {self._limit} bytes",
            )
        memoryview(buffer).cast("B")[: len(piece)] = piece
        return len(piece)


def open_text(raw: io.RawIOBase, form: FileFormat, *, name: str, limit: int) -> io.TextIOWrapper:
    """The text of a file called ``name``, of at most ``limit`` unpacked bytes; line ends stay as they are."""
    packed: IO[bytes] = cast(IO[bytes], io.BufferedReader(raw, BUFFER_BYTES))
    if form.compression == "gzip" or (form.compression is None and name.endswith(".gz")):
        packed = cast(IO[bytes], gzip.GzipFile(fileobj=packed, mode="rb"))
    bounded = io.BufferedReader(_Bounded(packed, limit), BUFFER_BYTES)
    return io.TextIOWrapper(bounded, encoding=form.encoding, errors="strict", newline="")


class Lines:
    """Lines with their ends, ``last`` the one that was handed out last; Refusal if one does not end."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        read, limit = self._text.readline, LONGEST_LINE
        self.last = line = read(limit)
        if line.startswith(BOM):
            raise byte_order_mark()
        while line:
            if len(line) == limit and not line.endswith(("\n", "\r")):
                raise unending(limit)
            yield line
            self.last = line = read(limit)


def rows_ended_by(text: IO[str], row_end: str) -> Iterator[str]:
    """Rows without ``row_end``, which may have several characters; the last row may lack it."""
    rest, first = "", True
    while piece := text.read(BUFFER_BYTES):
        if first and piece.startswith(BOM):
            raise byte_order_mark()
        first = False
        *rows, rest = (rest + piece).split(row_end)
        if len(rest) > LONGEST_LINE:
            raise unending(LONGEST_LINE)
        yield from rows
    if rest.strip():
        yield rest


@contextmanager
def readable() -> Iterator[None]:
    """Turns what unpacking and decoding raise into a `Refusal`."""
    try:
        yield
    except UnicodeError as error:
        codec = getattr(error, "encoding", "the stated encoding")
        raise Refusal(Check.ENCODING, expected=f"text in {codec}", observed="bytes that are none") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Refusal(Check.COMPRESSION, expected="a whole gzip file", observed=type(error).__name__) from error


def byte_order_mark() -> Refusal:
    return Refusal(
        Check.ENCODING,
        expected="no byte order mark, or the encoding utf-8-sig in the source's format",
        observed="a byte order mark",
    )


def unending(limit: int) -> Refusal:
    return Refusal(Check.FORM, expected=f"rows of at most {limit} characters", observed="a longer one")
