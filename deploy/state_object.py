"""A state in its bucket: the object, its lock, and every version there ever was of it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from deploy.aws import Aws
from deploy.stack import DeployError, Stack
from deploy.state_lock import Lock, parse_lock

ABSENT = ("404", "NoSuchKey", "NoSuchBucket", "NotFound")
FORBIDDEN = ("403", "AccessDenied", "Forbidden")


@dataclass(frozen=True, kw_only=True)
class StateVersion:
    """One version of a state. ``serial`` and ``lineage`` are None if Terraform could not read it."""

    id: str
    written: datetime
    size: int
    serial: int | None = None
    lineage: str | None = None
    resources: int = 0

    @property
    def readable(self) -> bool:
        return self.serial is not None


@dataclass(frozen=True, kw_only=True)
class StateObject:
    """``s3://bucket/key``."""

    aws: Aws
    bucket: str
    key: str

    @classmethod
    def of(cls, stack: Stack) -> "StateObject":
        backend = stack.backend
        aws = Aws(region=backend["region"], endpoint=stack.endpoint)
        return cls(aws=aws, bucket=backend["bucket"], key=backend["key"])

    def lock(self) -> Lock | None:
        """Who holds it; None if nobody does."""
        text = self._read(f"{self.key}.tflock")
        return None if text is None else parse_lock(text)

    def written(self) -> datetime | None:
        """When it was last written; None if it, or its bucket, does not exist."""
        try:
            moment: datetime = self._s3.head_object(Bucket=self.bucket, Key=self.key)["LastModified"]
        except ClientError as error:
            self._only_absent(error)
            return None
        return moment

    def bucket_exists(self) -> bool:
        try:
            self._s3.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            self._only_absent(error)
            return False
        return True

    def versions(self, limit: int) -> list[StateVersion]:
        """The newest ones, newest first."""
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=self.key)
        found = [v for page in pages for v in page.get("Versions", []) if v["Key"] == self.key]
        found.sort(key=lambda version: version["LastModified"], reverse=True)
        return [self._version(version) for version in found[:limit]]

    def current(self) -> str | None:
        """Id of the version that readers get; None if the object was deleted."""
        try:
            return str(self._s3.head_object(Bucket=self.bucket, Key=self.key)["VersionId"])
        except ClientError as error:
            self._only_absent(error)
            return None

    def bring_back(self, version: StateVersion) -> None:
        """Makes an old version the newest; nothing of the history goes."""
        source = {"Bucket": self.bucket, "Key": self.key, "VersionId": version.id}
        self._s3.copy_object(Bucket=self.bucket, Key=self.key, CopySource=source)

    @property
    def _s3(self) -> Any:
        return self.aws.client("s3")

    def _version(self, listed: dict[str, Any]) -> StateVersion:
        body = self._s3.get_object(Bucket=self.bucket, Key=self.key, VersionId=listed["VersionId"])["Body"].read()
        return parse_version(listed["VersionId"], listed["LastModified"], body)

    def _read(self, key: str) -> str | None:
        try:
            return str(self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read().decode())
        except ClientError as error:
            self._only_absent(error)
            return None

    def _only_absent(self, error: ClientError) -> None:
        """Raises whatever else it is."""
        code = error.response["Error"]["Code"]
        if code in FORBIDDEN:
            raise DeployError(
                f"s3://{self.bucket} refuses these credentials ({code}): are they of the account in the bucket's name?"
            ) from error
        if code not in ABSENT:
            raise error


def parse_version(id_: str, written: datetime, body: bytes) -> StateVersion:
    """What Terraform would see in this version."""
    try:
        state = json.loads(body)
        serial, lineage = int(state["serial"]), str(state["lineage"])
        resources = sum(len(r["instances"]) for r in state["resources"] if r["mode"] == "managed")
    except (ValueError, KeyError, TypeError):
        return StateVersion(id=id_, written=written, size=len(body))
    return StateVersion(id=id_, written=written, size=len(body), serial=serial, lineage=lineage, resources=resources)


def version_to_restore(versions: list[StateVersion], *, current: str | None) -> StateVersion | None:
    """The newest version Terraform can read; None if that is the current one already."""
    newest = next((version for version in versions if version.readable), None)
    return None if newest is None or newest.id == current else newest
