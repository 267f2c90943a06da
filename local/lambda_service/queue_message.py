"""A message of a queue in the form in which Lambda hands it to the function.

In: a message as ReceiveMessage returns it. Out: its entry in the event, and the event for a whole batch, as JSON bytes.
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMessage:
    """A message that was received; ``receipt`` is what deletes it."""

    message_id: str
    receipt: str
    event_entry: dict[str, Any]


def queue_message(raw: "MessageTypeDef", queue_arn: str) -> QueueMessage:
    """The message with its entry in the function's event."""
    entry = {
        "messageId": raw["MessageId"],
        "receiptHandle": raw["ReceiptHandle"],
        "body": raw["Body"],
        "attributes": raw.get("Attributes", {}),
        "messageAttributes": {
            name: {
                "stringValue": attribute.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": attribute["DataType"],
            }
            for name, attribute in raw.get("MessageAttributes", {}).items()
        },
        "md5OfBody": raw["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }
    return QueueMessage(message_id=raw["MessageId"], receipt=raw["ReceiptHandle"], event_entry=entry)


def queue_event(messages: Sequence[QueueMessage]) -> bytes:
    """The event for these messages."""
    return json.dumps({"Records": [message.event_entry for message in messages]}, separators=(",", ":")).encode()
