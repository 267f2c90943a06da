"""Batches a function gave up: Lambda's invocation records go in, their records go back on the stream.

An object that is done moves below ``done/``: what is left below ``aws/lambda/`` is what there is to do. Killed before
the move, its records are sent once more, which readers do not see.
https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from replay.place import ReplayError
from replay.stream_sender import CHUNK, Outgoing, StreamSender

TO_DO, DONE = "aws/lambda/", "done/"


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """A batch: the object that keeps it."""

    key: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Redrive:
    """Sends what ``bucket`` keeps to the stream it came from."""

    s3: Any
    bucket: str
    sender: StreamSender

    def batches(self) -> list[GivenUp]:
        """What there is to do, oldest first within a shard."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=TO_DO)
        found = [entry for page in pages for entry in page.get("Contents", ())]
        return [GivenUp(key=entry["Key"], size=entry["Size"]) for entry in found]

    def records(self, batch: GivenUp) -> list[Outgoing]:
        """The batch's records in the stream's order, with the keys they came with.

        `ReplayError` if the object is no invocation record of this stream.
        """
        document = json.loads(self.s3.get_object(Bucket=self.bucket, Key=batch.key)["Body"].read())
        place = f"s3://{self.bucket}/{batch.key}"
        stream = document.get("KinesisBatchInfo", {}).get("streamArn", "").rpartition("/")[2]
        if stream != self.sender.stream:
            raise ReplayError(f"{place} is of stream {stream!r}, not {self.sender.stream}: send it again by hand")
        payload = document.get("payload")
        event = json.loads(payload) if isinstance(payload, str) else payload
        if not event:
            raise ReplayError(f"{place} has no payload: replay its interval from the archive, then remove it")
        kinesis = [record["kinesis"] for record in event["Records"]]
        return [Outgoing(data=b64decode(each["data"]), key=each["partitionKey"]) for each in kinesis]

    def send(self, batch: GivenUp) -> int:
        """Sends its records and moves the object; returns how many entries had to be sent again."""
        records = self.records(batch)
        chunks = [records[start : start + CHUNK] for start in range(0, len(records), CHUNK)]
        repeated = sum(self.sender.send(chunk) for chunk in chunks)
        source = {"Bucket": self.bucket, "Key": batch.key}
        self.s3.copy_object(Bucket=self.bucket, Key=f"{DONE}{batch.key}", CopySource=source)
        self.s3.delete_object(**source)
        return repeated
