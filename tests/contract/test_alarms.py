"""Is everything that can fail silently watched, in every environment?"""

import pytest

from tests.support.platform import templates
from tests.support.synthesis import Block, Template

STACKS = sorted(templates())


def watched(template: Template, type_: str, dimension: str, metric: str) -> set[str]:
    """Names of the resources of a type that an alarm on ``metric`` is about."""
    alarms = [a for a in template.all("aws_cloudwatch_metric_alarm").values() if a.get("metric_name") == metric]
    addresses = [str(alarm["dimensions"][dimension]).removeprefix("${").split(".") for alarm in alarms]
    return {address[1] for address in addresses if address[0] == type_}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("metric", ["Errors", "Throttles", "DestinationDeliveryFailures"])
def test_every_function_is_watched(stack: str, metric: str) -> None:
    template = templates()[stack]
    functions = set(template.all("aws_lambda_function"))
    assert functions
    assert watched(template, "aws_lambda_function", "FunctionName", metric) == functions


@pytest.mark.parametrize("stack", STACKS)
def test_every_stream_is_watched(stack: str) -> None:
    template = templates()[stack]
    streams = set(template.all("aws_kinesis_stream"))
    assert streams
    assert watched(template, "aws_kinesis_stream", "StreamName", "GetRecords.IteratorAgeMilliseconds") == streams


@pytest.mark.parametrize("stack", STACKS)
def test_every_dead_letter_queue_is_watched(stack: str) -> None:
    template = templates()[stack]
    queues = template.all("aws_sqs_queue")
    dead = {name for name in queues if _takes_dead_letters(name, queues)}
    assert watched(template, "aws_sqs_queue", "QueueName", "ApproximateNumberOfMessagesVisible") >= dead


def _takes_dead_letters(name: str, queues: dict[str, Block]) -> bool:
    return any(f"aws_sqs_queue.{name}." in str(other.get("redrive_policy", "")) for other in queues.values())
