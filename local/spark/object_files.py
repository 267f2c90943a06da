"""Objects as files: an S3 client goes in, what a file system does comes out.

S3 knows no directories. A prefix with objects is one; one that was made and is still empty is remembered here for as
long as the gateway lives, for Hadoop's committers make directories and look into them before anything is there.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from local.spark.file_status import Entry

NOT_FOUND = frozenset({"404", "NoSuchKey", "NotFound"})
DELETE_AT_ONCE = 1_000


class UnknownBucketError(Exception):
    """When there is no such bucket; the message lists those there are."""


class NotEmptyError(Exception):
    """When a directory that holds something is to go without what it holds."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A path: its bucket, and the key without slashes at either end; empty for the bucket itself."""

    bucket: str
    key: str

    @classmethod
    def of(cls, path: str) -> "Place":
        bucket, _, key = path.strip("/").partition("/")
        return cls(bucket=bucket, key=key.strip("/"))

    @property
    def below(self) -> str:
        """The prefix of what lies in it."""
        return f"{self.key}/" if self.key else ""

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[2]

    def child(self, name: str) -> "Place":
        return Place(bucket=self.bucket, key=f"{self.below}{name}")

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(kw_only=True)
class ObjectFiles:
    """The file system over all buckets of an S3."""

    s3: Any
    _made: set[Place] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def entry(self, place: Place) -> Entry:
        """What is there; FileNotFoundError if nothing is."""
        if place.key and (found := self._file(place)):
            return found
        if not place.key or place in self._made_or_above() or next(self._objects(place, one=True), None):
            return Entry()
        raise FileNotFoundError(f"{place} does not exist")

    def listed(self, place: Place) -> list[Entry]:
        """What lies in a directory, by name; of a file itself."""
        found = dict[str, Entry]()
        for page in self._pages(place, Delimiter="/"):
            for prefix in page.get("CommonPrefixes", ()):
                name = prefix["Prefix"][len(place.below) :].rstrip("/")
                found[name] = Entry(name=name)
            for each in page.get("Contents", ()):
                if name := each["Key"][len(place.below) :]:
                    found[name] = _entry(each, name)
        for made in self._made_or_above():
            if made.bucket == place.bucket and made.key and made.key == f"{place.below}{made.name}":
                found.setdefault(made.name, Entry(name=made.name))
        if found:
            return [found[name] for name in sorted(found)]
        itself = self.entry(place)
        return [] if itself.is_directory else [itself]

    def all_files(self, place: Place) -> list[Entry]:
        """Every file below, at any depth."""
        itself = self.entry(place)
        return [_entry(each, each["Key"]) for each in self._objects(place)] if itself.is_directory else [itself]

    def make_directory(self, place: Place) -> None:
        with self._lock:
            self._made.add(place)

    def delete(self, place: Place, *, recursive: bool) -> bool:
        """Whether there was something to delete."""
        keys = [each["Key"] for each in self._objects(place)]
        if keys and not recursive:
            raise NotEmptyError(f"{place} is not empty: {len(keys)} objects lie in it")
        if place.key and self._file(place):
            keys.append(place.key)
        made = self._forget(place)
        self._delete(place.bucket, keys)
        return bool(keys) or made

    def rename(self, source: Place, target: Place, *, overwrite: bool = False) -> bool:
        """Copies and deletes; as on HDFS not onto a file that is there, and into a directory that is there."""
        if self._there(target) and not overwrite:
            if not self.entry(target).is_directory:
                return False
            target = target.child(source.name)
            if self._there(target):
                return False
        keys = [source.key] if self._file(source) else [each["Key"] for each in self._objects(source)]
        for key in keys:
            origin = {"Bucket": source.bucket, "Key": key}
            self.s3.copy_object(Bucket=target.bucket, Key=target.key + key[len(source.key) :], CopySource=origin)
        made = self._forget(source)
        if made and not keys:
            self.make_directory(target)
        self._delete(source.bucket, keys)
        return bool(keys) or made

    def _there(self, place: Place) -> bool:
        try:
            self.entry(place)
        except FileNotFoundError:
            return False
        return True

    def _file(self, place: Place) -> Entry | None:
        if not place.key:
            return None
        try:
            head = self.s3.head_object(Bucket=place.bucket, Key=place.key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in NOT_FOUND:
                return None
            raise
        return Entry(size=head["ContentLength"], modified_ms=_milliseconds(head["LastModified"]))

    def _objects(self, place: Place, *, one: bool = False) -> Iterator[Any]:
        for page in self._pages(place, **({"PaginationConfig": {"MaxItems": 1}} if one else {})):
            yield from page.get("Contents", ())

    def _pages(self, place: Place, **options: Any) -> Iterator[Any]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=place.below, **options)
        try:
            yield from pages
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "NoSuchBucket":
                raise
            there = ", ".join(bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]) or "none"
            raise UnknownBucketError(f"there is no bucket {place.bucket!r}; there are: {there}") from error

    def _delete(self, bucket: str, keys: list[str]) -> None:
        for start in range(0, len(keys), DELETE_AT_ONCE):
            some = [{"Key": key} for key in keys[start : start + DELETE_AT_ONCE]]
            answer = self.s3.delete_objects(Bucket=bucket, Delete={"Objects": some, "Quiet": True})
            if errors := answer.get("Errors"):
                raise OSError(f"s3://{bucket}/{errors[0]['Key']} could not be deleted: {errors[0].get('Message')}")

    def _forget(self, place: Place) -> bool:
        """Whether it, or something in it, was a directory that had been made."""
        with self._lock:
            gone = {each for each in self._made if each.bucket == place.bucket and _within(each.key, place)}
            self._made -= gone
        return bool(gone)

    def _made_or_above(self) -> set[Place]:
        with self._lock:
            made = set(self._made)
        return made | {above for each in made for above in _above(each)}


def _within(key: str, place: Place) -> bool:
    return key == place.key or key.startswith(place.below)


def _above(place: Place) -> Iterable[Place]:
    parts = place.key.split("/")
    return (Place(bucket=place.bucket, key="/".join(parts[:count])) for count in range(1, len(parts)))


def _entry(listed: Any, name: str) -> Entry:
    return Entry(name=name, size=listed["Size"], modified_ms=_milliseconds(listed["LastModified"]))


def _milliseconds(moment: Any) -> int:
    return int(moment.timestamp() * 1000)
