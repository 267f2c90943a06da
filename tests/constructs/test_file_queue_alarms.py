from cdktf import TerraformStack

from config import Environment
from constructs.alerts import Alerts
from constructs.file_queue_alarms import watch_file_queue
from tests.constructs.test_file_queue import file_queue
from tests.support.synthesis import Template, synthesized


def alarms(env: Environment) -> Template:
    def build(stack: TerraformStack) -> None:
        watch_file_queue(Alerts(stack, "Alerts", env=env), file_queue(stack))

    return synthesized(build)


def test_the_first_dead_letter_is_told_of(env: Environment) -> None:
    template = alarms(env)
    (alarm,) = [a for a in template.all("aws_cloudwatch_metric_alarm").values() if a["alarm_name"].endswith("given-up")]
    assert (alarm["metric_name"], alarm["threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)
    assert "Failed" in alarm["dimensions"]["QueueName"]


def test_files_that_wait_are_told_of_long_before_their_messages_are_forgotten(env: Environment) -> None:
    template = alarms(env)
    kept = min(queue["message_retention_seconds"] for queue in template.all("aws_sqs_queue").values())
    ages = [
        alarm["threshold"]
        for alarm in template.all("aws_cloudwatch_metric_alarm").values()
        if alarm["metric_name"] == "ApproximateAgeOfOldestMessage"
    ]
    assert len(ages) == 2
    assert all(age <= kept / 2 for age in ages)
