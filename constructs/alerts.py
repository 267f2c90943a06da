"""Where people are told that something needs them: one topic, and the alarms that speak on it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription

from config import Environment
from config.naming import physical_name
from constructs import Construct
from constructs.access import Condition, Statement, policy_document
from constructs.encryption_key import environment_key

Statistic = Literal["Average", "Maximum", "Minimum", "SampleCount", "Sum"]
Comparison = Literal[
    "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanOrEqualToThreshold", "LessThanThreshold"
]
# CloudWatch looks back a day at most, or a week where a period is an hour or longer.
DAY_SECONDS, WEEK_SECONDS, HOUR_SECONDS = 86_400, 604_800, 3_600
WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What CloudWatch is asked: ``statistic`` of ``name`` over ``period_seconds``."""

    namespace: str
    name: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: Statistic = "Sum"
    period_seconds: int = 60

    def __post_init__(self) -> None:
        if self.period_seconds not in (10, 20, 30) and (self.period_seconds < 60 or self.period_seconds % 60):
            raise ValueError(
                f"metric {self.namespace}/{self.name}: period_seconds is {self.period_seconds}; "
                "CloudWatch takes 10, 20, 30 or a multiple of 60"
            )


@dataclass(frozen=True, kw_only=True)
class Formula:
    """What CloudWatch computes: ``expression`` of ``metrics`` by the names they have in it, all of one period.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """

    expression: str
    label: str
    metrics: Mapping[str, Metric]

    def __post_init__(self) -> None:
        if len({metric.period_seconds for metric in self.metrics.values()}) != 1:
            raise ValueError(f"formula {self.expression}: give metrics, all with the same period_seconds")
        if unused := sorted(self.metrics.keys() - set(WORD.findall(self.expression))):
            raise ValueError(f"formula {self.expression}: it does not use {unused}")

    @property
    def period_seconds(self) -> int:
        return next(metric.period_seconds for metric in self.metrics.values())


@dataclass(frozen=True, kw_only=True)
class Limit:
    """When it is too much, or too little: ``comparison`` with ``threshold``, in ``periods`` periods after each other.

    ``silence_is_bad``: no figure at all counts as beyond the limit; otherwise as within it.
    """

    threshold: float
    comparison: Comparison = "GreaterThanThreshold"
    periods: int = 1
    silence_is_bad: bool = False


class Alerts(Construct):
    """An encrypted topic of the account's alarms; ``env.alert_emails`` are subscribed, and confirm by mail."""

    def __init__(self, scope: Construct, id_: str, *, env: Environment) -> None:
        super().__init__(scope, id_)
        self._env = env
        key = environment_key(self, "Key", env=env, name="alerts", for_services=("cloudwatch", "events"))
        self.topic = SnsTopic(self, "Topic", name=physical_name(env, "alerts"), kms_master_key_id=key.arn)
        self.may_publish = SnsTopicPolicy(
            self, "TopicPolicy", arn=self.topic.arn, policy=policy_document(self, "TopicPolicyDocument", self._policy())
        )
        for number, address in enumerate(env.alert_emails, start=1):
            SnsTopicSubscription(self, f"Email{number}", topic_arn=self.topic.arn, protocol="email", endpoint=address)

    def alarm(self, id_: str, *, name: str, what: str, metric: Metric | Formula, limit: Limit) -> CloudwatchMetricAlarm:
        """Tells people when ``metric`` goes beyond ``limit``, and when it is back. ``what`` says what to do then.

        ``name`` is unique in the account: the platform's and the environment's are put before it.
        """
        _check_reach(name, metric, limit)
        return CloudwatchMetricAlarm(
            self,
            id_,
            alarm_name=physical_name(self._env, name),
            alarm_description=what,
            **(_formula(metric) if isinstance(metric, Formula) else _metric(metric)),
            evaluation_periods=limit.periods,
            threshold=limit.threshold,
            comparison_operator=limit.comparison,
            treat_missing_data="breaching" if limit.silence_is_bad else "notBreaching",
            alarm_actions=[self.topic.arn],
            ok_actions=[self.topic.arn],
            # An alarm that goes off before it may publish is told to nobody.
            depends_on=[self.may_publish],
        )

    def _policy(self) -> Sequence[Statement]:
        account = Condition(test="StringEquals", variable="aws:SourceAccount", values=[self._env.account_id])
        plain = Condition(test="Bool", variable="aws:SecureTransport", values=["false"])
        return [
            Statement(
                sid="ServicesPublish",
                actions=["sns:Publish"],
                resources=[self.topic.arn],
                principals=("Service", ["cloudwatch.amazonaws.com", "events.amazonaws.com"]),
                conditions=[account],
            ),
            Statement(
                sid="RefusePlainHttp",
                effect="Deny",
                actions=["sns:Publish"],
                resources=[self.topic.arn],
                principals=("*", ["*"]),
                conditions=[plain],
            ),
        ]


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": dict(metric.dimensions) or None,
        "statistic": metric.statistic,
        "period": metric.period_seconds,
    }


def _formula(formula: Formula) -> dict[str, Any]:
    result = CloudwatchMetricAlarmMetricQuery(
        id="result", expression=formula.expression, label=formula.label, return_data=True
    )
    asked = [
        CloudwatchMetricAlarmMetricQuery(
            id=name,
            metric=CloudwatchMetricAlarmMetricQueryMetric(
                namespace=metric.namespace,
                metric_name=metric.name,
                dimensions=dict(metric.dimensions) or None,
                stat=metric.statistic,
                period=metric.period_seconds,
            ),
        )
        for name, metric in formula.metrics.items()
    ]
    return {"metric_query": [result, *asked]}


def _check_reach(name: str, metric: Metric | Formula, limit: Limit) -> None:
    reach = metric.period_seconds * limit.periods
    most = WEEK_SECONDS if metric.period_seconds >= HOUR_SECONDS else DAY_SECONDS
    if reach > most:
        raise ValueError(
            f"alarm {name}: {limit.periods} periods of {metric.period_seconds} s are {reach} s; CloudWatch looks back "
            f"{most} s at most: use fewer periods, or periods of an hour"
        )
