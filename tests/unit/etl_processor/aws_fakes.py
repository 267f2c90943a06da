"""S3 and Secrets Manager as far as the function knows them."""

from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from botocore.exceptions import ClientError


def aws_error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


@dataclass
class FakeS3:
    """Keeps what is put; `refuse` makes it refuse every key that contains it, `hold` makes order_items wait."""

    refuse: str | None = None
    hold: Event | None = None
    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    options: list[dict[str, Any]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **options: Any) -> None:  # noqa: N803
        if self.refuse is not None and self.refuse in Key:
            raise aws_error("SlowDown", "PutObject")
        if self.hold and Key.startswith("order_items/"):
            self.hold.wait()
        with self.lock:
            self.objects[Bucket, Key] = Body
            self.options.append(options)


@dataclass
class FakeSecrets:
    """One secret; `failures` of the first calls fail."""

    value: str = "k" * 64
    failures: int = 0
    asked: list[str] = field(default_factory=list)

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        self.asked.append(SecretId)
        if len(self.asked) <= self.failures:
            raise aws_error("InternalServiceError", "GetSecretValue")
        return {"SecretString": self.value}


@dataclass
class Context:
    """Lambda's context as far as it is read."""

    function_name: str = "ecommerce-test-etl-processor"
    remaining_ms: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms
