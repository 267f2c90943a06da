"""A queue as SQS keeps it, with a clock of its own: visibility timeouts, receive counts, dead letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

ARN = "arn:aws:sqs:eu-west-1:123456789012:files"


@dataclass
class FakeMessage:
    body: str
    receives: int = 0
    visible_at: float = 0.0


@dataclass
class FakeQueue:
    """Implements of SQS's client what a worker calls; ``clock`` says what time it is."""

    clock: Callable[[], float]
    visibility_seconds: float = 60
    most_receives: int = 5
    messages: dict[str, FakeMessage] = field(default_factory=dict)
    dead_letters: list[str] = field(default_factory=list)
    deletes_fail: bool = False

    def send(self, *names: str) -> None:
        self.messages |= {name: FakeMessage(body=f"body of {name}") for name in names}

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int, **_: Any) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl
        for name in [name for name, message in self._visible() if message.receives == self.most_receives]:
            self.dead_letters.append(name)
            del self.messages[name]
        taken = self._visible()[:MaxNumberOfMessages]
        for _name, message in taken:
            message.receives += 1
            message.visible_at = self.clock() + self.visibility_seconds
        return {"Messages": [_received(name, message) for name, message in taken]} if taken else {}

    def delete_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl
        if self.deletes_fail:
            return {"Failed": [{"Id": entry["Id"], "Code": "InternalError"} for entry in Entries]}
        for entry in Entries:
            self.messages.pop(entry["ReceiptHandle"], None)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def get_queue_url(self, *, QueueName: str) -> dict[str, str]:  # noqa: N803
        return {"QueueUrl": f"http://127.0.0.1/{QueueName}"}

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return {"Attributes": {"VisibilityTimeout": str(self.visibility_seconds)}}

    def _visible(self) -> list[tuple[str, FakeMessage]]:
        return [(name, message) for name, message in self.messages.items() if message.visible_at <= self.clock()]


def _received(name: str, message: FakeMessage) -> dict[str, Any]:
    return {
        "MessageId": name,
        "ReceiptHandle": name,
        "Body": message.body,
        "MD5OfBody": "md5",
        "Attributes": {"ApproximateReceiveCount": str(message.receives)},
    }
