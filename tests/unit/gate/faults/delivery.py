"""Faults on the way of a record."""

from gate.finding import Rule
from gate.rules import delivery
from tests.unit.gate.faults.planting import Fault, drop, put

MAPPING = "aws_lambda_event_source_mapping.orders"
FAULTS: list[tuple[Rule, Fault]] = [
    (delivery.mapping_keeps_failures, drop(f"{MAPPING}.destination_config")),
    (delivery.mapping_gives_up, drop(f"{MAPPING}.maximum_retry_attempts")),
    (delivery.mapping_gives_up, put(f"{MAPPING}.maximum_retry_attempts", -1)),
    (delivery.mapping_gives_up, drop(f"{MAPPING}.maximum_record_age_in_seconds")),
    (delivery.mapping_isolates_bad_records, drop(f"{MAPPING}.function_response_types")),
    (
        delivery.mapping_isolates_bad_records,
        drop("aws_lambda_event_source_mapping.jobs.function_response_types"),
    ),
    (delivery.mapping_isolates_bad_records, put(f"{MAPPING}.bisect_batch_on_function_error", False)),
    (delivery.queue_has_a_dead_letter_queue, drop("aws_sqs_queue.jobs.redrive_policy")),
    (delivery.alarm_tells_somebody, put("aws_cloudwatch_metric_alarm.late.alarm_actions", [])),
    (delivery.function_logs_into_its_own_group, drop("aws_lambda_function.etl.logging_config")),
    (delivery.log_group_expires, drop("aws_cloudwatch_log_group.etl.retention_in_days")),
    (delivery.log_group_expires, put("aws_cloudwatch_log_group.etl.retention_in_days", 7)),
]
