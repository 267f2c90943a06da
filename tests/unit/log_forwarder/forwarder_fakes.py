"""S3, Kinesis and SQS as far as the log_forwarder knows them, and log lines to feed it."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import md5
from typing import Any

from tests.unit.etl_processor.aws_fakes import aws_error

BUCKET, KEY = "ecommerce-test-bronze-123456789012", "web_logs/2015/access.log"
ARRIVED = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Chrome/9.0.597.98"


def log_line(number: int = 1, **changed: str) -> str:
    """A line of the combined format; names as in `log_forwarder.web_request`."""
    fields = {
        "host": "83.149.9.216",
        "user": "-",
        "time": "17/May/2015:10:05:03 +0000",
        "request": f"GET /product/{number} HTTP/1.1",
        "status": "200",
        "size": "203023",
        "referrer": "http://shop.example.com/",
        "agent": AGENT,
    } | changed
    return '{host} - {user} [{time}] "{request}" {status} {size} "{referrer}" "{agent}"'.format(**fields)


def log_of(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def etag_of(content: bytes) -> str:
    return md5(content, usedforsecurity=False).hexdigest()


def message_of(content: bytes, *, key: str = KEY, message_id: str = "m-1", **body: Any) -> dict[str, Any]:
    """The message that EventBridge's event of an object becomes."""
    found = {"key": key, "size": len(content), "etag": etag_of(content), "version-id": etag_of(content)[:8]}
    event = {"detail-type": "Object Created", "detail": {"bucket": {"name": BUCKET}, "object": found}}
    return {"messageId": message_id, "body": json.dumps(event | body)}


@dataclass
class FakeS3:
    """Keeps what is put, and serves ``files``; ``refuse`` makes it refuse to take every key that contains it."""

    files: dict[str, bytes] = field(default_factory=dict)
    refuse: str | None = None
    objects: dict[str, bytes] = field(default_factory=dict)
    reads: int = 0

    def get_object(self, *, Bucket: str, Key: str, **wanted: Any) -> dict[str, Any]:  # noqa: N803
        assert Bucket == BUCKET
        self.reads += 1
        if Key not in self.files:
            raise aws_error("NoSuchKey", "GetObject")
        content = self.files[Key]
        if wanted["IfMatch"].strip('"') != etag_of(content):
            raise aws_error("PreconditionFailed", "GetObject")
        start = int(wanted["Range"].removeprefix("bytes=").partition("-")[0]) if "Range" in wanted else 0
        return {
            "Body": io.BytesIO(content[start:]),
            "ContentLength": len(content) - start,
            "ContentRange": f"bytes {start}-{len(content) - 1}/{len(content)}",
            "LastModified": ARRIVED,
            "ETag": f'"{etag_of(content)}"',
        }

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803
        assert "quarantine" in Bucket
        if self.refuse is not None and self.refuse in Key:
            raise aws_error("SlowDown", "PutObject")
        self.objects[Key] = Body


@dataclass
class FakeKinesis:
    """Keeps what it takes; ``refuses(call, position)`` says which records of which call it does not take."""

    refuses: Callable[[int, int], bool] = lambda _call, _position: False
    calls: list[int] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    def put_records(self, *, StreamName: str, Records: Sequence[Any]) -> dict[str, Any]:  # noqa: N803
        assert StreamName
        assert 0 < len(Records) <= 500
        self.calls.append(len(Records))
        answers: list[dict[str, Any]] = []
        for position, record in enumerate(Records):
            if self.refuses(len(self.calls), position):
                answers.append({"ErrorCode": "ProvisionedThroughputExceededException"})
            else:
                self.taken.append(record["Data"])
                answers.append({"SequenceNumber": str(len(self.taken)), "ShardId": "shardId-000000000000"})
        return {"FailedRecordCount": sum("ErrorCode" in answer for answer in answers), "Records": answers}

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(event) for event in self.taken]


@dataclass
class FakeSqs:
    """Keeps what is sent."""

    sent: list[str] = field(default_factory=list)

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        assert QueueUrl
        self.sent.append(MessageBody)
