"""Faults of queues and topics."""

from gate.finding import Rule
from gate.rules import messages
from tests.unit.gate.faults.planting import Fault, drop, say
from tests.unit.gate.good.words import EVERYONE, FOR_US, NO_HTTP, statement

ALL = statement("sqs:*", on=["*"], principals=EVERYONE) | {"effect": "Deny"}
FAULTS: list[tuple[Rule, Fault]] = [
    (messages.message_refuses_plain_http, drop("aws_sqs_queue.jobs.policy")),
    (messages.message_refuses_plain_http, drop("aws_sqs_queue_policy.dead")),
    (messages.message_refuses_plain_http, drop("aws_sns_topic_policy.alarms")),
    (messages.message_refuses_plain_http, say("messages", ALL | {"effect": "Allow", "condition": [NO_HTTP]})),
    (messages.message_refuses_plain_http, say("messages", ALL | {"condition": [NO_HTTP, *FOR_US]})),
]
