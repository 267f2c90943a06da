"""What people are told about a source: that it is silent, and that its files are refused."""

from config.source import Source
from constructs.alerts import Alerts, Limit, Metric, Statistic

NAMESPACE, DIMENSION = "Ecommerce/Sources", "Source"
ACCEPTED, REFUSED = "FilesAccepted", "FilesRefused"
HOUR_SECONDS, FIVE_MINUTES = 3_600, 300


def watch_source(alerts: Alerts, source: Source) -> None:
    """Tells when no file came for ``freshness_hours``, and when one is refused.

    CloudWatch looks a little further back than asked while figures are missing, so word of a silent source can come
    some hours later than stated, never earlier.
    """
    id_, dashed = construct_id(source), source.name.replace("_", "-")
    if source.freshness_hours is not None:
        alerts.alarm(
            f"{id_}Silent",
            name=f"{dashed}-silent",
            what=f"No file of {source.name} came for {source.freshness_hours} hours. Ask {source.owner}; what lies in "
            f"bronze below {source.prefix} and has no verdict waits for the function, or in its dead-letter queue.",
            # How often a figure came, whatever it was: a file that says again what was said before is a sign of life.
            metric=_metric(source, ACCEPTED, HOUR_SECONDS, statistic="SampleCount"),
            limit=Limit(
                threshold=1, comparison="LessThanThreshold", periods=source.freshness_hours, silence_is_bad=True
            ),
        )
    alerts.alarm(
        f"{id_}Refused",
        name=f"{dashed}-refused",
        what=f"A file of {source.name} was refused whole; nothing of it is stored. The verdict in bronze below "
        f"_verdicts/{source.name}/ says why. Send it on to {source.owner}, who delivers a corrected file.",
        metric=_metric(source, REFUSED, FIVE_MINUTES, statistic="Sum"),
        limit=Limit(threshold=0),
    )


def construct_id(source: Source) -> str:
    """``CrmUsers`` of crm_users."""
    return "".join(part.capitalize() for part in source.name.split("_"))


def _metric(source: Source, name: str, period_seconds: int, *, statistic: Statistic) -> Metric:
    return Metric(
        namespace=NAMESPACE,
        name=name,
        dimensions={DIMENSION: source.name},
        statistic=statistic,
        period_seconds=period_seconds,
    )
