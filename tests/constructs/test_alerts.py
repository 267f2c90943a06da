import pytest
from cdktf import TerraformStack

from config import Environment
from constructs.alerts import Alerts, Formula, Limit, Metric
from tests.support.synthesis import Template, synthesized

LATE = Metric(
    namespace="AWS/Kinesis",
    name="GetRecords.IteratorAgeMilliseconds",
    dimensions={"StreamName": "events"},
    statistic="Maximum",
)


def alerts(limit: Limit, metric: Metric | Formula = LATE, *, emails: tuple[str, ...] = ()) -> Template:
    env = Environment(name="test", account_id="123456789012", alert_emails=emails)

    def make(stack: TerraformStack) -> None:
        Alerts(stack, "Alerts", env=env).alarm(
            "Late", name="events-late", what="Look at the consumer.", metric=metric, limit=limit
        )

    return synthesized(make)


def test_an_alarm_speaks_on_the_topic_when_it_begins_and_when_it_ends() -> None:
    made = alerts(Limit(threshold=60_000, periods=5))
    alarm = made.one("aws_cloudwatch_metric_alarm")
    (topic,) = alarm["alarm_actions"]
    assert topic.startswith("${aws_sns_topic.")
    assert alarm["ok_actions"] == [topic]
    assert (alarm["alarm_name"], alarm["evaluation_periods"], alarm["threshold"]) == (
        "ecommerce-test-events-late",
        5,
        60_000,
    )
    assert alarm["treat_missing_data"] == "notBreaching"


def test_where_silence_is_bad_missing_figures_set_it_off() -> None:
    made = alerts(Limit(threshold=1, comparison="LessThanThreshold", silence_is_bad=True))
    assert made.one("aws_cloudwatch_metric_alarm")["treat_missing_data"] == "breaching"


def test_an_alarm_on_a_formula_asks_for_its_metrics_and_judges_its_result_alone() -> None:
    formula = Formula(expression="late / 1000", label="seconds", metrics={"late": LATE})
    alarm = alerts(Limit(threshold=60), formula).one("aws_cloudwatch_metric_alarm")
    result, asked = alarm["metric_query"]
    assert result == {"id": "result", "expression": "late / 1000", "label": "seconds", "return_data": True}
    assert (asked["id"], asked.get("return_data")) == ("late", None)
    assert asked["metric"] == {
        "namespace": "AWS/Kinesis",
        "metric_name": "GetRecords.IteratorAgeMilliseconds",
        "dimensions": {"StreamName": "events"},
        "stat": "Maximum",
        "period": 60,
    }
    # AWS refuses an alarm that says both.
    assert not {"namespace", "metric_name", "dimensions", "statistic", "period"} & set(alarm)


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ({}, "same period_seconds"),
        ({"a": LATE, "b": Metric(namespace="N", name="M", period_seconds=300)}, "same period_seconds"),
        ({"a": LATE, "b": LATE, "c": LATE}, "does not use \\['c'\\]"),
    ],
)
def test_a_formula_without_metrics_of_one_period_or_with_idle_ones_is_refused(
    metrics: dict[str, Metric], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Formula(expression="a + b", label="", metrics=metrics)


def test_cloudwatch_and_eventbridge_may_publish_for_this_account_over_tls_only() -> None:
    statements = {statement["sid"]: statement for statement in alerts(Limit(threshold=1)).statements()}
    assert statements["ServicesPublish"]["condition"][0]["values"] == ["123456789012"]
    assert statements["RefusePlainHttp"]["effect"] == "Deny"
    assert statements["CloudwatchMaySend"]["actions"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


def test_each_address_is_subscribed() -> None:
    made = alerts(Limit(threshold=1), emails=("data@example.org", "ops@example.org"))
    subscribed = made.all("aws_sns_topic_subscription").values()
    assert [one["endpoint"] for one in subscribed] == ["data@example.org", "ops@example.org"]


@pytest.mark.parametrize(
    ("metric", "limit"),
    [
        (Metric(namespace="N", name="M", period_seconds=300), Limit(threshold=1, periods=289)),
        (Metric(namespace="N", name="M", period_seconds=86_400), Limit(threshold=1, periods=8)),
    ],
)
def test_an_alarm_that_looks_further_back_than_cloudwatch_is_refused(metric: Metric, limit: Limit) -> None:
    with pytest.raises(ValueError, match="CloudWatch looks back"):
        alerts(limit, metric)


def test_a_period_cloudwatch_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 60"):
        Metric(namespace="N", name="M", period_seconds=90)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no e-mail addresses"):
        alerts(Limit(threshold=1), emails=("ops",))
