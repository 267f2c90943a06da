"""Corrections of moto's SQS: one taker at a time, whole attributes, no function but through the Lambda service."""

import json
import threading
import time
from typing import Any

from moto.sqs.models import Message, Queue, SQSBackend

from local.embedded_aws.corrections.anchor import Anchor

ADD_MESSAGE = Anchor(Queue, "add_message", "f27c9231c1f2")
DELETE_MESSAGE = Anchor(Queue, "delete_message", "fa6fd5b9bd2c")
RECEIVE_MESSAGE = Anchor(SQSBackend, "receive_message", "065f3e5e7d21")
ATTRIBUTES = Anchor(Queue, "attributes", "40cb990b1216")

WAIT_SECONDS = 0.2

_one_at_a_time = threading.RLock()


def sqs_leaves_event_source_mappings_to_lambda() -> None:
    """Symptom: with an event source mapping each message tries to run the function in docker, while it is being sent.

    The Lambda service polls the queue instead, with batches, partial answers and visibility timeouts, as AWS does.
    """
    add_message = ADD_MESSAGE.original

    def add(queue: Queue, message: Message) -> None:
        if queue.fifo_queue:
            add_message(queue, message)
            return
        with _one_at_a_time, queue._messages_lock:
            queue._messages.append(message)
            queue._messages_lock.notify_all()

    ADD_MESSAGE.replace_by(add)


def sqs_hands_out_each_message_to_one_receiver() -> None:
    """Symptom: two receivers at the same time get one message, and a message sent while another is deleted is lost."""
    delete_message, receive_message = DELETE_MESSAGE.original, RECEIVE_MESSAGE.original

    def delete(queue: Queue, receipt_handle: str) -> None:
        with _one_at_a_time:
            delete_message(queue, receipt_handle)

    def receive(
        backend: SQSBackend, queue_name: str, count: int, wait_seconds_timeout: int, *others: Any, **named: Any
    ) -> list[Message]:
        until = time.monotonic() + float(wait_seconds_timeout or 0)
        while True:
            with _one_at_a_time:
                found: list[Message] = receive_message(backend, queue_name, count, 0, *others, **named)
            if found or time.monotonic() >= until:
                return found
            time.sleep(WAIT_SECONDS)

    DELETE_MESSAGE.replace_by(delete)
    RECEIVE_MESSAGE.replace_by(receive)


def sqs_tells_redrive_policies_as_they_were_said() -> None:
    """Symptom: who may use a dead-letter queue is not told, and every plan wants to take blanks out of who does."""
    attributes = vars(Queue)["attributes"].fget

    def whole(queue: Any) -> dict[str, Any]:
        answer: dict[str, Any] = attributes(queue)
        if queue.redrive_policy:
            answer["RedrivePolicy"] = json.dumps(queue.redrive_policy, separators=(",", ":"))
        if allowed := getattr(queue, "redrive_allow_policy", None):
            answer["RedriveAllowPolicy"] = allowed
        return answer

    ATTRIBUTES.replace_by(property(whole))
