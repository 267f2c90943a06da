"""The way of a record: a failure is kept, retries end, queues have somewhere to put what nobody can read."""

from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.template import Resource, Template, mentions


def mapping_keeps_failures(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Scanners do not see this one: without a destination, what a function gives up on is gone."""
    for mapping in _stream_mappings(template):
        if not mapping.get("destination_config.on_failure.destination_arn"):
            yield Fault(mapping, "records it gives up on are lost", "set destination_config.on_failure")


def mapping_gives_up(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """The default is to try one bad batch until its shard's records expire."""
    for mapping in _stream_mappings(template):
        for field in ("maximum_retry_attempts", "maximum_record_age_in_seconds"):
            value = mapping.get(field)
            if not isinstance(value, int) or value < 0:
                yield Fault(mapping, f"{field} is {value}: one bad batch holds its shard for ever", "set a number")


def mapping_isolates_bad_records(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for mapping in template.all("aws_lambda_event_source_mapping"):
        if "ReportBatchItemFailures" not in (mapping.get("function_response_types") or []):
            yield Fault(mapping, "one bad record fails its whole batch", "add ReportBatchItemFailures")
    for mapping in _stream_mappings(template):
        if mapping.get("bisect_batch_on_function_error") is not True:
            yield Fault(mapping, "a batch that kills the function is never halved", "bisect_batch_on_function_error")


def queue_has_a_dead_letter_queue(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    queues = template.all("aws_sqs_queue")
    redrives = [q.get("redrive_policy") for q in queues if q.get("redrive_policy")]
    redrives += [r.get("redrive_policy") for r in template.all("aws_sqs_queue_redrive_policy")]
    targets = [r.get("dead_letter_config.target_arn") for r in template.resources() if r.get("dead_letter_config")]
    for queue in queues:
        own = queue.get("redrive_policy") or template.companions("aws_sqs_queue_redrive_policy", queue, "queue_url")
        if not own and not any(mentions(text, queue) for text in [*redrives, *targets]):
            yield Fault(queue, "what nobody can read stays until it expires", "give it a dead-letter queue")


def alarm_tells_somebody(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for alarm in template.all("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"):
        if not alarm.get("alarm_actions"):
            yield Fault(alarm, "nobody hears it", "send it to the environment's topic")


def function_logs_into_its_own_group(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """A group that Lambda makes by itself has no end and no key."""
    groups = template.all("aws_cloudwatch_log_group")
    for function in template.all("aws_lambda_function"):
        if not any(function.refers_to(group, "logging_config.log_group") for group in groups):
            yield Fault(function, "Lambda would make its log group", "set logging_config.log_group to one of ours")


def log_group_expires(template: Template, env: Environment) -> Iterator[Fault]:
    for group in template.all("aws_cloudwatch_log_group"):
        days = group.get("retention_in_days") or 0
        if days < env.log_keep_days:
            problem = f"retention_in_days is {days or 'not set'}, this environment says {env.log_keep_days}"
            yield Fault(group, problem, "set it to env.log_keep_days")


def _stream_mappings(template: Template) -> list[Resource]:
    """Queues keep their own failures; see the rule for them."""
    queues = template.all("aws_sqs_queue")
    mappings = template.all("aws_lambda_event_source_mapping")
    return [m for m in mappings if not any(m.refers_to(queue, "event_source_arn") for queue in queues)]
