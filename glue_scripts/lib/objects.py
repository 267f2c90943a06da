"""The objects of one bucket, as far as a job handles them itself: lists, small documents, deletions.

Rows come and go by Spark.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from botocore.config import Config
from botocore.exceptions import ClientError

from lib.clients import aws_client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 8})
KEYS_PER_DELETION = 1_000
# Another was first; or several at once, of which this one lost, or nobody knows yet.
TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")
CREATION_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """``etag`` changes with the content; ``modified`` is when it was written, None where nobody asks."""

    key: str
    size: int
    etag: str
    modified: datetime | None = None


class Objects(Protocol):
    """One bucket: `S3Objects`, or a folder in tests."""

    def url(self, key: str) -> str:
        """What Spark reads or writes."""

    def listed(self, prefix: str) -> list[StoredObject]:
        """All objects below, sorted by key."""

    def read(self, key: str) -> bytes | None:
        """The content; None if there is no such object."""

    def create(self, key: str, body: bytes) -> bool:
        """Writes what is not there yet, and says whether ``body`` is what is there now: False if another was first.

        True as well if the answer to an earlier attempt was lost, after which the object is found to be one's own.
        """

    def write(self, key: str, body: bytes) -> None:
        """Writes or replaces."""

    def delete(self, keys: Iterable[str]) -> None:
        """Deletes; what is not there any more is no error."""


class S3Objects:
    """`Objects` in S3."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self._s3: S3Client = aws_client("s3", config=CONFIG)
        self._creating: S3Client = aws_client("s3", config=CONFIG)
        # Glue 5.0 brings a boto3 older than the argument IfNoneMatch.
        self._creating.meta.events.register("before-call.s3.PutObject", _only_if_absent)

    def url(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def listed(self, prefix: str) -> list[StoredObject]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [
            StoredObject(
                key=entry["Key"], size=entry["Size"], etag=entry["ETag"].strip('"'), modified=entry["LastModified"]
            )
            for page in pages
            for entry in page.get("Contents", ())
        ]

    def read(self, key: str) -> bytes | None:
        try:
            return self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if _code(error) == "NoSuchKey":
                return None
            raise

    def create(self, key: str, body: bytes) -> bool:
        for _ in range(CREATION_TRIES):
            try:
                self._creating.put_object(Bucket=self.bucket, Key=key, Body=body)
            except ClientError as error:
                if _code(error) not in TAKEN:
                    raise
            found = self.read(key)
            if found is not None:
                return found == body
        raise TimeoutError(f"s3://{self.bucket}/{key}: nobody could create it in {CREATION_TRIES} tries; run it again")

    def write(self, key: str, body: bytes) -> None:
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def delete(self, keys: Iterable[str]) -> None:
        names = list(keys)
        for start in range(0, len(names), KEYS_PER_DELETION):
            batch = [{"Key": key} for key in names[start : start + KEYS_PER_DELETION]]
            answer = self._s3.delete_objects(Bucket=self.bucket, Delete={"Objects": batch, "Quiet": True})  # type: ignore[typeddict-item]
            if failed := answer.get("Errors"):
                raise OSError(f"s3://{self.bucket}: {len(failed)} objects were not deleted, the first: {failed[0]}")


def _only_if_absent(params: dict[str, Any], **_: object) -> None:
    params["headers"]["If-None-Match"] = "*"


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")
