"""S3, EventBridge and Secrets Manager as far as the function knows them, with a planted fault at any call."""

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import md5
from typing import Any

from botocore.exceptions import ClientError

from shared.arrival import Arrival

BRONZE, SILVER, QUARANTINE = "test-bronze", "test-silver", "test-quarantine"
ARRIVED = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def aws_error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


@dataclass
class Stored:
    body: bytes
    modified: datetime

    @property
    def etag(self) -> str:
        return md5(self.body, usedforsecurity=False).hexdigest()


class BrokenBody(io.BytesIO):
    """An answer whose connection breaks after so many bytes."""

    def __init__(self, body: bytes, breaks_after: int | None) -> None:
        super().__init__(body)
        self._breaks_after = breaks_after

    def read(self, size: int | None = -1) -> bytes:
        if self._breaks_after is None:
            return super().read(size)
        if self.tell() >= self._breaks_after:
            raise ConnectionResetError("broken")
        left = self._breaks_after - self.tell()
        return super().read(left if size is None or size < 0 else min(size, left))


@dataclass
class FakeS3:
    """Versions of objects by bucket and key. Call number ``fails_at`` fails, before or after it took effect."""

    objects: dict[tuple[str, str], list[Stored]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    fails_at: int | None = None
    after_effect: bool = False
    breaks_after: list[int] = field(default_factory=list)

    def land(self, key: str, body: bytes, *, bucket: str = BRONZE) -> Arrival:
        """Put a file as a source does; how it is announced."""
        versions = self.objects.setdefault((bucket, key), [])
        versions.append(Stored(body, ARRIVED))
        return Arrival(bucket=bucket, key=key, etag=versions[-1].etag, version_id=str(len(versions)), size=len(body))

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, IfNoneMatch: str | None = None, **_: Any) -> None:  # noqa: N803
        with self._faults("PutObject"):
            if IfNoneMatch and (Bucket, Key) in self.objects:
                raise aws_error("PreconditionFailed", "PutObject")
            self.objects[Bucket, Key] = [Stored(Body, ARRIVED)]

    def list_objects_v2(self, *, Bucket: str, Prefix: str, **_: Any) -> dict[str, int]:  # noqa: N803
        with self._faults("ListObjectsV2"):
            return {"KeyCount": int(any(key.startswith(Prefix) for key in self.written(Bucket)))}

    def get_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Range: str | None = None,  # noqa: N803
        IfMatch: str | None = None,  # noqa: N803
        VersionId: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        with self._faults("GetObject"):
            if (Bucket, Key) not in self.objects:
                raise aws_error("NoSuchKey", "GetObject")
            versions = self.objects[Bucket, Key]
            found = versions[int(VersionId) - 1] if VersionId else versions[-1]
            if IfMatch and IfMatch.strip('"') != found.etag:
                raise aws_error("PreconditionFailed", "GetObject")
            return self._answer(found, Range)

    def written(self, bucket: str) -> dict[str, bytes]:
        """Objects of a bucket by key."""
        return {key: versions[-1].body for (place, key), versions in self.objects.items() if place == bucket}

    def verdicts(self) -> list[dict[str, Any]]:
        return [json.loads(body) for key, body in self.written(BRONZE).items() if key.startswith("_verdicts/")]

    def _answer(self, found: Stored, wanted: str | None) -> dict[str, Any]:
        body = found.body
        answer: dict[str, Any] = {"LastModified": found.modified, "ETag": f'"{found.etag}"'}
        if wanted:
            if not body:
                raise aws_error("InvalidRange", "GetObject")
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            body = body[int(first) : int(last) + 1]
            answer["ContentRange"] = f"bytes {first}-{int(first) + len(body) - 1}/{len(found.body)}"
        breaks_after = self.breaks_after.pop(0) if self.breaks_after else None
        return {**answer, "Body": BrokenBody(body, breaks_after), "ContentLength": len(body)}

    def _faults(self, operation: str) -> "_Fault":
        self.calls.append(operation)
        return _Fault(self, operation, len(self.calls) == self.fails_at)


@dataclass
class _Fault:
    """Around one call: raises where the fault is planted."""

    s3: FakeS3
    operation: str
    is_due: bool

    def __enter__(self) -> None:
        if self.is_due and not self.s3.after_effect:
            raise aws_error("SlowDown", self.operation)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self.is_due and self.s3.after_effect:
            raise aws_error("InternalError", self.operation)


@dataclass
class FakeEvents:
    """Keeps what is put; ``failures`` of the first calls fail."""

    failures: int = 0
    entries: list[dict[str, Any]] = field(default_factory=list)

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        if self.failures:
            self.failures -= 1
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}
        self.entries += Entries
        return {"FailedEntryCount": 0, "Entries": [{}]}


class FakeSecrets:
    """One secret."""

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: ARG002, N803
        return {"SecretString": "k" * 64}
