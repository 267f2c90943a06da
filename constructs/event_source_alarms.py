"""What people are told about a source of events: that none of it was stored for too long."""

from cdktf_cdktf_provider_aws.cloudwatch_log_metric_filter import (
    CloudwatchLogMetricFilter,
    CloudwatchLogMetricFilterMetricTransformation,
)

from config.source import Source
from constructs.alerts import Alerts, Limit, Metric
from constructs.python_function import PythonFunction
from constructs.source_alarms import HOUR_SECONDS, NAMESPACE, construct_id

# Member of the function's line of counts: rows stored by the name of the event.
COUNTS = "StoredByEvent"


def watch_event_source(alerts: Alerts, source: Source, function: PythonFunction) -> None:
    """Tells when ``function`` stored no event of the source for ``freshness_hours``.

    The function counts by event in its log, and its metrics know no sources: a filter makes one of the count.
    """
    if source.freshness_hours is None:
        return
    counted = f"$.{COUNTS}.{source.contract}"
    metric = f"EventsStored.{source.name}"
    CloudwatchLogMetricFilter(
        function,
        f"{construct_id(source)}Stored",
        name=metric,
        log_group_name=function.log_group.name,
        pattern=f"{{ {counted} > 0 }}",
        metric_transformation=CloudwatchLogMetricFilterMetricTransformation(
            namespace=NAMESPACE, name=metric, value=counted
        ),
    )
    dashed = source.name.replace("_", "-")
    alerts.alarm(
        f"{construct_id(source)}Silent",
        name=f"{dashed}-silent",
        what=f"Nothing of {source.name} was stored for {source.freshness_hours} hours. Look whether events come into "
        f"the stream and whether they are set aside, then ask {source.owner}.",
        metric=Metric(namespace=NAMESPACE, name=metric, period_seconds=HOUR_SECONDS),
        limit=Limit(threshold=1, comparison="LessThanThreshold", periods=source.freshness_hours, silence_is_bad=True),
    )
