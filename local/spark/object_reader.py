"""An object's bytes from an offset to its end, in pieces. Small objects are kept, for Parquet is read in jumps.

Every look asks S3 whether the object is still the one that is kept, so nothing old is ever given out.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

SMALL_BYTES = 4 * 1024 * 1024
KEPT_BYTES = 128 * 1024 * 1024
PIECE_BYTES = 256 * 1024
UNCHANGED = frozenset({"304", "NotModified"})
MISSING = frozenset({"404", "NoSuchKey"})


@dataclass(frozen=True, kw_only=True)
class Opened:
    """``length`` bytes that ``pieces`` will give."""

    length: int
    pieces: Iterator[bytes]


@dataclass(kw_only=True)
class ObjectReader:
    """Reads objects; what is kept of them stays below ``KEPT_BYTES``."""

    s3: Any
    _kept: OrderedDict[tuple[str, str], tuple[str, bytes]] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, bucket: str, key: str, *, offset: int = 0, length: int | None = None) -> Opened:
        """FileNotFoundError if there is no such object, ValueError if it ends before the offset."""
        known = self._known(bucket, key)
        try:
            # A range would hide the size of the object, and one that begins at its end is an error.
            answer = self.s3.get_object(Bucket=bucket, Key=key, **({"IfNoneMatch": known[0]} if known else {}))
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code in MISSING:
                raise FileNotFoundError(f"s3://{bucket}/{key} does not exist") from error
            if code not in UNCHANGED or known is None:
                raise
            return _of_bytes(known[1], offset, length)
        size = answer["ContentLength"]
        if size > SMALL_BYTES:
            span = _span(size, offset, length)
            if len(span) == size:
                return Opened(length=size, pieces=_read(answer["Body"]))
            answer["Body"].close()
            return self._large(bucket, key, answer["ETag"], span)
        body = answer["Body"].read()
        self._keep(bucket, key, answer["ETag"], body)
        return _of_bytes(body, offset, length)

    def _large(self, bucket: str, key: str, etag: str, span: range) -> Opened:
        if not span:
            return Opened(length=0, pieces=iter(()))
        wanted = f"bytes={span.start}-{span.stop - 1}"
        answer = self.s3.get_object(Bucket=bucket, Key=key, Range=wanted, IfMatch=etag)
        return Opened(length=len(span), pieces=_read(answer["Body"]))

    def _known(self, bucket: str, key: str) -> tuple[str, bytes] | None:
        with self._lock:
            if found := self._kept.get((bucket, key)):
                self._kept.move_to_end((bucket, key))
            return found

    def _keep(self, bucket: str, key: str, etag: str, body: bytes) -> None:
        with self._lock:
            old = self._kept.pop((bucket, key), None)
            self._size += len(body) - (len(old[1]) if old else 0)
            self._kept[bucket, key] = (etag, body)
            while self._size > KEPT_BYTES:
                _, (_, oldest) = self._kept.popitem(last=False)
                self._size -= len(oldest)


def _span(size: int, offset: int, length: int | None) -> range:
    if offset > size:
        raise ValueError(f"offset {offset} lies behind the end of the object, {size} bytes")
    return range(offset, size if length is None else min(size, offset + length))


def _of_bytes(body: bytes, offset: int, length: int | None) -> Opened:
    span = _span(len(body), offset, length)
    return Opened(length=len(span), pieces=iter([body[span.start : span.stop]]))


def _read(body: Any) -> Iterator[bytes]:
    try:
        while piece := body.read(PIECE_BYTES):
            yield piece
    finally:
        body.close()
