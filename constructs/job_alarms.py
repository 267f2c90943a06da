"""What people are told about the Spark jobs: a run failed, a table was not published, changes stopped."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetInputTransformer,
)

from config.batch_jobs import BatchJob
from constructs import Construct
from constructs.alerts import Alerts, Limit, Metric, Statistic
from constructs.job_metrics import CDC_STOPPED, CONFLICTS, DIMENSION, NAMESPACE, QUALITY_FAILED, ROWS_PUBLISHED

HOUR_SECONDS, FIVE_MINUTES = 3_600, 300
# One is a backfill that met the schedule, and the next run makes it good; more in an hour do not get past each other.
FEW_CONFLICTS = 2


@dataclass(frozen=True, kw_only=True)
class RunEvents:
    """How an engine tells of its runs.

    ``states`` are those worth telling, ``whose`` the member that names the job's place; ``what`` happened, and what to
    ``do``.
    """

    source: str
    kind: str
    states: tuple[str, ...]
    whose: str
    what: str = "A run of a Spark job failed, was stopped or took too long; what was published before it stands."
    do: str = "Look at its log and start it again."


# https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
GLUE = RunEvents(
    source="aws.glue",
    kind="Glue Job State Change",
    states=("FAILED", "TIMEOUT", "STOPPED", "ERROR"),
    whose="jobName",
)
# Told once a run is older than its notify_after_minutes, whatever it is doing; it goes on.
GLUE_DELAYS = RunEvents(
    source="aws.glue",
    kind="Glue Job Run Status",
    states=("STARTING", "RUNNING", "STOPPING"),
    whose="jobName",
    what="A run of a Spark job takes longer than it should; it goes on until its timeout.",
    do="Look at what it waits for, or how much there is to do.",
)
# https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/using-eventbridge.html
EMR = RunEvents(
    source="aws.emr-serverless",
    kind="EMR Serverless Job Run State Change",
    states=("FAILED", "CANCELLED"),
    whose="applicationId",
)


def announce_runs(
    scope: Construct, id_: str, *, name: str, events: RunEvents, of: Sequence[str], alerts: Alerts
) -> None:
    """Tells of every run of the jobs or applications ``of`` that ``events`` are about."""
    detail = {"state": list(events.states), events.whose: list(of)}
    rule = CloudwatchEventRule(
        scope,
        f"{id_}Rule",
        name=name,
        description=events.what,
        event_pattern=json.dumps({"source": [events.source], "detail-type": [events.kind], "detail": detail}),
    )
    CloudwatchEventTarget(
        scope,
        f"{id_}Told",
        rule=rule.name,
        target_id="alerts",
        arn=alerts.topic.arn,
        input_transformer=CloudwatchEventTargetInputTransformer(
            input_paths={"whose": f"$.detail.{events.whose}", "run": "$.detail.jobRunId", "state": "$.detail.state"},
            input_template=json.dumps(f"{events.what} {events.do} <whose>, run <run>: <state>"),
        ),
        depends_on=[alerts.may_publish],
    )


def watch_job(alerts: Alerts, job: BatchJob, *, freshness_hours: int | None) -> None:
    """Tells of tables that ``job`` did not publish, and of ``freshness_hours`` in which it said nothing."""
    id_, dashed = "".join(part.capitalize() for part in job.name.split("_")), job.name.replace("_", "-")
    alerts.alarm(
        f"{id_}QualityFailed",
        name=f"{dashed}-quality-failed",
        what=f"A table of {job.name} breaks a rule of its contract and was not published; what stood there still "
        "stands. The verdict lies below _quality/ in the table's zone.",
        metric=_metric(job, QUALITY_FAILED),
        limit=Limit(threshold=0),
    )
    alerts.alarm(
        f"{id_}Conflicts",
        name=f"{dashed}-conflicts",
        what=f"Runs of {job.name} get in others' way more than {FEW_CONFLICTS} times an hour. Look for two schedules.",
        metric=_metric(job, CONFLICTS, HOUR_SECONDS),
        limit=Limit(threshold=FEW_CONFLICTS),
    )
    if job.follows_changes:
        alerts.alarm(
            f"{id_}Stopped",
            name=f"{dashed}-stopped",
            what=f"{job.name} goes no further with a table: its changes do not fit, or it has no contract. The job's "
            "log names it; see docs/CHANGE_CAPTURE.md. The other tables go on.",
            metric=_metric(job, CDC_STOPPED),
            limit=Limit(threshold=0),
        )
    if freshness_hours is not None:
        alerts.alarm(
            f"{id_}Silent",
            name=f"{dashed}-silent",
            what=f"{job.name} said nothing for {freshness_hours} hours, so that its tables are as they were. Look at "
            "what starts it, and at its last run.",
            # How often a figure came, whatever it was: a run that finds nothing new is a run.
            metric=_metric(job, ROWS_PUBLISHED, HOUR_SECONDS, statistic="SampleCount"),
            limit=Limit(threshold=1, comparison="LessThanThreshold", periods=freshness_hours, silence_is_bad=True),
        )


def _metric(job: BatchJob, name: str, period_seconds: int = FIVE_MINUTES, *, statistic: Statistic = "Sum") -> Metric:
    return Metric(
        namespace=NAMESPACE,
        name=name,
        dimensions={DIMENSION: job.name},
        statistic=statistic,
        period_seconds=period_seconds,
    )
