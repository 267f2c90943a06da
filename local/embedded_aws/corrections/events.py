"""Corrections of moto's EventBridge: which rules an event reaches, and what it says."""

import copy
import logging
import uuid
from typing import Any

from moto.events.models import Rule
from moto.sqs.exceptions import QueueDoesNotExist

from local.embedded_aws.corrections.anchor import Anchor

SEND_TO_TARGETS = Anchor(Rule, "send_to_targets", "472e002e2dab")

log = logging.getLogger(__name__)


def events_reach_each_rule_that_fits_them() -> None:
    """Symptom: one target that moto cannot serve, and no later rule hears of the event; schedules hear of every one.

    As in AWS a rule that is disabled, or has no pattern, gets nothing, and no rule depends on another.
    """
    send_to_targets = SEND_TO_TARGETS.original

    def send(rule: Rule, event: Any, transform_input: bool = True) -> None:
        if rule.state == "DISABLED" or not rule.event_pattern.get_pattern():
            return
        for target in rule.targets:
            alone = copy.copy(rule)
            alone.targets = [target]
            try:
                send_to_targets(alone, event, transform_input)
            except (NotImplementedError, QueueDoesNotExist) as error:
                log.warning("rule %s: %s is not told: %r", rule.name, target["Arn"], error)

    SEND_TO_TARGETS.replace_by(send)


def events_of_objects_read_like_those_of_s3() -> None:
    """Symptom: all events have one id, and an object's digest is called eTag, which S3 calls etag."""
    send_to_targets = SEND_TO_TARGETS.original

    def send(rule: Rule, event: Any, transform_input: bool = True) -> None:
        if event.get("source") == "aws.s3":
            detail = event["detail"]
            found = {("etag" if name == "eTag" else name): value for name, value in detail["object"].items()}
            event = event | {"id": str(uuid.uuid4()), "detail": detail | {"object": found}}
        send_to_targets(rule, event, transform_input)

    SEND_TO_TARGETS.replace_by(send)
