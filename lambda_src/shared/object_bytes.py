"""The bytes of one object, read in order: a file to Python, ranges to S3, hashed on the way.

A broken connection is taken up where it broke. Every range is asked for by version and ETag, so what is read is one
object from its first byte to its last, even if another is put under the same key meanwhile.
"""

import io
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from urllib3.exceptions import HTTPError

from shared.arrival import Arrival

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from mypy_boto3_s3 import S3Client

RANGE_BYTES = 64 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
# Attempts without a byte of progress, 0.2 to 1.6 s apart.
ATTEMPTS = 5
BROKEN = (HTTPClientError, BotoCoreError, HTTPError, ConnectionError, TimeoutError)

log = logging.getLogger(__name__)

GONE = ("NoSuchKey", "NoSuchVersion", "404")
CHANGED = ("PreconditionFailed", "412")


class ObjectGoneError(Exception):
    """When the announced object is no longer there: someone must say whether that was meant."""


class ObjectReplacedError(Exception):
    """When another object lies under the key of a bucket without versions; it has an announcement of its own."""


@dataclass(frozen=True, kw_only=True)
class ObjectFacts:
    """What S3 says about the object."""

    size: int
    modified: datetime
    etag: str


class ObjectBytes(io.RawIOBase):
    """The object's bytes as a raw file. After `drain`, ``sha256`` is that of the whole object.

    ``still_time`` is asked before every piece, with the bytes read and those there are, and raises if it is too late.
    """

    def __init__(
        self,
        s3: "S3Client",
        arrival: Arrival,
        *,
        still_time: Callable[[int, int], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()
        self._s3, self._arrival, self._still_time, self._sleep = s3, arrival, still_time, sleep
        self._body: Any = None
        self._position = self._range_end = 0
        self._digest = sha256()
        self.facts = self._open_range()

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._digest.hexdigest()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        piece = self._next(min(len(view), PIECE_BYTES))
        view[: len(piece)] = piece
        self._digest.update(piece)
        return len(piece)

    def drain(self) -> None:
        """Read what is left, for the hash; also when who read so far has closed the file."""
        buffer = bytearray(PIECE_BYTES)
        while self.readinto(buffer):
            pass

    def _next(self, size: int) -> bytes:
        failures = 0
        while self._position < self.facts.size:
            self._still_time(self._position, self.facts.size)
            try:
                if self._body is None:
                    self._open_range()
                piece: bytes = self._body.read(size)
            except BROKEN as error:
                failures += 1
                self._body = None
                if failures == ATTEMPTS:
                    raise
                log.warning("%s: broken at byte %d: %s", self._arrival.key, self._position, type(error).__name__)
                self._sleep(0.1 * 2**failures)
                continue
            if piece:
                self._position += len(piece)
                if self._position == self._range_end:
                    self._body = None
                return piece
            # The connection ended before the range did.
            failures += 1
            self._body = None
            if failures == ATTEMPTS:
                raise ConnectionError(f"{self._arrival.key}: S3 ended {ATTEMPTS} answers at byte {self._position}")
        return b""

    def _open_range(self) -> ObjectFacts:
        wanted: dict[str, Any] = {"VersionId": self._arrival.version_id} if self._arrival.version_id else {}
        if self._arrival.size:  # an empty object has no range; S3 answers 416
            wanted["Range"] = f"bytes={self._position}-{self._position + RANGE_BYTES - 1}"
        try:
            answer = self._s3.get_object(
                Bucket=self._arrival.bucket, Key=self._arrival.key, IfMatch=f'"{self._arrival.etag}"', **wanted
            )
        except ClientError as error:
            raise self._meaning(error) from error
        self._body = answer["Body"]
        self._range_end = self._position + answer["ContentLength"]
        whole = answer.get("ContentRange", "").rpartition("/")[2]
        return ObjectFacts(
            size=int(whole) if whole else answer["ContentLength"],
            modified=answer["LastModified"],
            etag=answer["ETag"].strip('"'),
        )

    def _meaning(self, error: ClientError) -> Exception:
        code = error.response["Error"]["Code"]
        place = f"s3://{self._arrival.bucket}/{self._arrival.key} (version {self._arrival.version_id})"
        if code in GONE:
            return ObjectGoneError(f"{place} is gone; put it again, or delete the message if that was meant")
        if code in CHANGED:
            return ObjectReplacedError(f"{place} is no longer what was announced (ETag {self._arrival.etag})")
        return error
