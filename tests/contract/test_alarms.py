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
def test_every_function_on_a_stream_is_watched_for_what_waits_and_what_never_comes(stack: str) -> None:
    template = templates()[stack]
    mappings = template.all("aws_lambda_event_source_mapping").values()
    fed = {_name_in(each["function_name"]) for each in mappings if "aws_kinesis_stream." in each["event_source_arn"]}
    assert fed
    assert watched(template, "aws_lambda_function", "FunctionName", "IteratorAge") == fed
    asked = _asked_in_formulas(template)
    assert asked["Invocations"] == fed
    assert asked["IncomingRecords"] == set(template.all("aws_kinesis_stream"))


@pytest.mark.parametrize("stack", STACKS)
def test_every_dead_letter_queue_is_watched(stack: str) -> None:
    template = templates()[stack]
    queues = template.all("aws_sqs_queue")
    dead = {name for name in queues if _takes_dead_letters(name, queues)}
    assert watched(template, "aws_sqs_queue", "QueueName", "ApproximateNumberOfMessagesVisible") >= dead


def _takes_dead_letters(name: str, queues: dict[str, Block]) -> bool:
    return any(f"aws_sqs_queue.{name}." in str(other.get("redrive_policy", "")) for other in queues.values())


def _asked_in_formulas(template: Template) -> dict[str, set[str]]:
    """By metric, names of the resources that formulas of alarms are about."""
    alarms = template.all("aws_cloudwatch_metric_alarm").values()
    metrics = [query["metric"] for alarm in alarms for query in alarm.get("metric_query", ()) if "metric" in query]
    return {
        name: {
            _name_in(value) for each in metrics if each["metric_name"] == name for value in each["dimensions"].values()
        }
        for name in {each["metric_name"] for each in metrics}
    }


def _name_in(reference: str) -> str:
    """``orders`` of ``${aws_kinesis_stream.orders.name}``."""
    return reference.removeprefix("${").split(".")[1]
