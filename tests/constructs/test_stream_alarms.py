import json

from cdktf import TerraformStack

from config import Environment, EventStreamSize, ZoneLifecycle
from constructs.alerts import Alerts
from constructs.encryption_key import EncryptionKey
from constructs.event_stream import EventStream
from constructs.lake_zone import LakeZone
from constructs.object_notice import ObjectNotice
from constructs.stream_alarms import watch_stream
from tests.support.synthesis import Template, synthesized

WEEK = 168


def watched(env: Environment) -> Template:
    def make(stack: TerraformStack) -> None:
        alerts = Alerts(stack, "Alerts", env=env)
        key = EncryptionKey(stack, "Key", name="k", account_id=env.account_id)
        stream = EventStream(stack, "Events", name="events", key=key, size=EventStreamSize())
        watch_stream(alerts, stream, retention_hours=WEEK)
        zone = LakeZone(stack, "Failures", name="failures", key=key, lifecycle=ZoneLifecycle(), announces=True)
        ObjectNotice(stack, "Notice", env=env, zone=zone, prefix="aws/lambda/", what="Given up.", alerts=alerts)

    return synthesized(make)


def test_people_are_told_of_waiting_records_long_before_they_expire(env: Environment) -> None:
    made = watched(env)
    late = made.all("aws_cloudwatch_metric_alarm")
    thresholds = {alarm["alarm_name"]: alarm["threshold"] for alarm in late.values()}
    assert thresholds["ecommerce-test-events-late"] == 15 * 60_000
    assert thresholds["ecommerce-test-events-expiring"] == WEEK * 3_600_000 / 2
    ages = [alarm for alarm in late.values() if alarm["metric_name"] == "GetRecords.IteratorAgeMilliseconds"]
    assert {alarm["statistic"] for alarm in ages} == {"Maximum"}
    assert len(ages) == 2


def test_people_are_told_of_each_batch_that_was_given_up(env: Environment) -> None:
    made = watched(env)
    pattern = json.loads(made.one("aws_cloudwatch_event_rule")["event_pattern"])
    assert pattern["detail"]["object"] == {"key": [{"prefix": "aws/lambda/"}]}
    target = made.one("aws_cloudwatch_event_target")
    assert target["arn"].startswith("${aws_sns_topic.")
    assert json.loads(target["input_transformer"]["input_template"]) == "Given up. Object: s3://<bucket>/<key>"
