"""Who is told when changes come late, when a task stops, and when rows differ."""

import json

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget

from constructs import Construct
from constructs.alerts import Alerts, Limit, Metric

NAMESPACE = "AWS/DMS"
PERIOD_SECONDS = 60
# A few are the last changes before midnight, which are compared a day later.
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Validating_S3.html#CHAP_Validating_S3_limitations
FEW_DIFFERENCES = 10
STATES = (
    "DMS Replication Task State Change",
    "DMS Replication State Change",
    "DMS Replication Instance State Change",
)
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_EventBridge.html
BAD = ("*FAILED*", "*FAILURE*", "*STOPPED*", "*LOW_STORAGE*", "*PAUSED*")


def watch_replication(
    alerts: Alerts,
    id_: str,
    *,
    name: str,
    dimensions: dict[str, str],
    latency_minutes: int,
    validates: bool,
    look_at: str = "the machine's memory and the bucket's key and policy",
) -> None:
    """Alarms on one task: it is behind its source, its target is behind it, or rows differ.

    ``look_at`` is what may keep a target waiting.
    """
    behind = Limit(threshold=latency_minutes * 60, periods=5)
    sides = {
        "Source": "DMS reads changes late: look at the source's load, the VPN, and the task's log.",
        "Target": f"DMS writes changes late: look at {look_at}.",
    }
    for side, what in sides.items():
        alerts.alarm(
            f"{id_}{side}Late",
            name=f"{name}-{side.lower()}-late",
            what=f"{what} The source keeps its log 72 hours: after that only a full load helps.",
            metric=_metric(f"CDCLatency{side}", dimensions),
            limit=behind,
        )
    if validates:
        alerts.alarm(
            f"{id_}Differs",
            name=f"{name}-differs",
            what="Rows differ from the source: awsdms_validation_failures_v1 lists them; see docs/CHANGE_CAPTURE.md.",
            metric=_metric("ValidationFailedOverallCount", dimensions),
            limit=Limit(threshold=FEW_DIFFERENCES),
        )


def announce_stops(scope: Construct, id_: str, *, name: str, alerts: Alerts) -> None:
    """Every task, replication and machine of the account that fails, stops or runs out of room is told of.

    By EventBridge, as AWS advises, and not by a subscription of DMS's own, which knows no serverless replications.
    """
    pattern = {
        "source": ["aws.dms"],
        "detail-type": list(STATES),
        "detail": {"eventType": [{"wildcard": bad} for bad in BAD]},
    }
    rule = CloudwatchEventRule(
        scope,
        f"{id_}Rule",
        name=name,
        description="A task or a machine of DMS failed or stopped",
        event_pattern=json.dumps(pattern),
    )
    CloudwatchEventTarget(
        scope, f"{id_}Told", rule=rule.name, arn=alerts.topic.arn, target_id="alerts", depends_on=[alerts.may_publish]
    )


def _metric(name: str, dimensions: dict[str, str]) -> Metric:
    return Metric(
        namespace=NAMESPACE, name=name, dimensions=dimensions, statistic="Maximum", period_seconds=PERIOD_SECONDS
    )
