import json

from cdktf import TerraformStack

from config import Environment, EventStreamSize, ZoneLifecycle
from constructs.alerts import Alerts
from constructs.encryption_key import EncryptionKey
from constructs.event_stream import EventStream
from constructs.lake_zone import LakeZone
from constructs.object_notice import ObjectNotice
from constructs.python_function import PythonFunction
from constructs.stream_alarms import watch_consumer, watch_stream
from contracts import load_contract
from tests.support.synthesis import Block, Template, synthesized

DAY_SECONDS = 86_400


def watched(env: Environment) -> Template:
    def make(stack: TerraformStack) -> None:
        alerts = Alerts(stack, "Alerts", env=env)
        key = EncryptionKey(stack, "Key", name="k", account_id=env.account_id)
        stream = EventStream(stack, "Events", name="events", key=key, size=EventStreamSize())
        function = PythonFunction(
            stack,
            "EtlProcessor",
            source="etl_processor",
            env=env,
            size=env.etl_processor,
            key=key,
            contracts=[load_contract("orders")],
            variables={},
        )
        watch_stream(alerts, stream)
        watch_consumer(alerts, stream, function, record_age_seconds=DAY_SECONDS)
        zone = LakeZone(stack, "Failures", name="failures", key=key, lifecycle=ZoneLifecycle(), announces=True)
        ObjectNotice(stack, "Notice", env=env, zone=zone, prefix="aws/lambda/", what="Given up.", alerts=alerts)

    return synthesized(make)


def alarm(made: Template, name: str) -> Block:
    (found,) = [
        each
        for each in made.all("aws_cloudwatch_metric_alarm").values()
        if each["alarm_name"] == f"ecommerce-test-events-{name}"
    ]
    return found


def test_people_are_told_of_waiting_records_long_before_they_are_given_up(env: Environment) -> None:
    made = watched(env)
    assert alarm(made, "late")["threshold"] == 15 * 60_000
    assert alarm(made, "expiring")["threshold"] == DAY_SECONDS * 1_000 / 2
    for each in (alarm(made, "late"), alarm(made, "expiring")):
        # The stream's own age is that of whoever reads: not of what waits after it was read, nor of this consumer.
        assert (each["namespace"], each["metric_name"], each["statistic"]) == ("AWS/Lambda", "IteratorAge", "Maximum")
        assert each["dimensions"]["FunctionName"].startswith("${aws_lambda_function.EtlProcessor")


def test_people_are_told_of_records_that_come_in_while_the_function_is_not_invoked(env: Environment) -> None:
    unread = alarm(watched(env), "unread")
    asked = {query["id"]: query["metric"] for query in unread["metric_query"] if "metric" in query}
    assert {name: (each["namespace"], each["metric_name"], each["stat"]) for name, each in asked.items()} == {
        "incoming": ("AWS/Kinesis", "IncomingRecords", "Sum"),
        "invocations": ("AWS/Lambda", "Invocations", "Sum"),
    }
    assert {each["period"] * unread["evaluation_periods"] for each in asked.values()} == {15 * 60}


def test_a_stream_on_which_nothing_comes_in_raises_nothing(env: Environment) -> None:
    unread = alarm(watched(env), "unread")
    (computed,) = [query for query in unread["metric_query"] if query.get("return_data")]
    assert computed["expression"].startswith("IF(FILL(incoming, 0) > 0 AND ")
    assert (computed["expression"].endswith(", 1, 0)"), unread["threshold"]) == (True, 0)
    assert unread["treat_missing_data"] == "notBreaching"


def test_people_are_told_of_each_batch_that_was_given_up(env: Environment) -> None:
    made = watched(env)
    pattern = json.loads(made.one("aws_cloudwatch_event_rule")["event_pattern"])
    assert pattern["detail"]["object"] == {"key": [{"prefix": "aws/lambda/"}]}
    target = made.one("aws_cloudwatch_event_target")
    assert target["arn"].startswith("${aws_sns_topic.")
    assert json.loads(target["input_transformer"]["input_template"]) == "Given up. Object: s3://<bucket>/<key>"
