"""Queues and topics: what is sent goes over TLS."""

from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.policy import Statement, resolved
from gate.template import Resource, Template

POLICIES = {"aws_sqs_queue": ("aws_sqs_queue_policy", "queue_url"), "aws_sns_topic": ("aws_sns_topic_policy", "arn")}


def message_refuses_plain_http(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for type_, (companion, field) in POLICIES.items():
        for resource in template.all(type_):
            said = [resource, *template.companions(companion, resource, field)]
            if not any(_denies_plain_http(s) for one in said for s in _statements(template, one)):
                yield Fault(resource, "its policy does not deny aws:SecureTransport=false", "deny it to everybody")


def _statements(template: Template, resource: Resource) -> list[Statement]:
    return resolved(template, resource.get("policy")) or []


def _denies_plain_http(statement: Statement) -> bool:
    everyone = "*" in statement.principals.get("*", []) + statement.principals.get("AWS", [])
    # A second condition would let through whatever it does not fit.
    (condition, *more) = statement.conditions or (None,)
    return (
        statement.effect == "Deny"
        and everyone
        and not more
        and condition is not None
        and condition.test == "Bool"
        and condition.variable.lower() == "aws:securetransport"
        and condition.values == ("false",)
    )
