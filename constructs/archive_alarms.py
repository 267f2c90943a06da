"""What people are told about the archive, while the stream still has what the archive lacks."""

from config.environment import Environment
from config.event_archive import UNDELIVERED_PREFIX
from constructs import Construct
from constructs.alerts import Alerts, Limit, Metric
from constructs.event_archive import EventArchive
from constructs.object_notice import ObjectNotice

FIVE_MINUTES = 300
# An object may be open for a quarter of an hour; what is older than an hour is stuck.
STALE_SECONDS = 3_600


def watch_archive(alerts: Alerts, archive: EventArchive) -> None:
    """Tells of records that are not delivered, and of attempts to deliver that fail."""
    alerts.alarm(
        "ArchiveStale",
        name="archive-stale",
        what="Records wait for more than an hour to be archived. Firehose's log says why; the stream keeps them for "
        "its retention, and Firehose goes on by itself once the cause is gone.",
        metric=_metric(archive, "DeliveryToS3.DataFreshness", largest=True),
        limit=Limit(threshold=STALE_SECONDS),
    )
    alerts.alarm(
        "ArchiveFailing",
        name="archive-failing",
        what="Firehose cannot write to bronze for a quarter of an hour. Look at its log, its role and the lake's key.",
        metric=_metric(archive, "DeliveryToS3.Success", largest=False),
        limit=Limit(threshold=1, comparison="LessThanThreshold", periods=3),
    )
    if archive.table:
        alerts.alarm(
            "ArchiveEnvelopeFailing",
            name="archive-envelope-failing",
            what="Firehose cannot get records put into rows for a quarter of an hour: it waits, and the archive lacks "
            "them. Look at its log, the log of archive_envelope and Firehose's right to call it.",
            metric=_metric(archive, "ExecuteProcessing.Success", largest=False),
            limit=Limit(threshold=1, comparison="LessThanThreshold", periods=3),
        )


def notice_undelivered(scope: Construct, archive: EventArchive, *, env: Environment, alerts: Alerts) -> None:
    """Tells of every object of records that Firehose set aside: they are in no hour of the archive."""
    ObjectNotice(
        scope,
        "Undelivered",
        env=env,
        zone=archive.zone,
        prefix=UNDELIVERED_PREFIX,
        what="Firehose could not archive these records as they came. The stream has them for its retention.",
        alerts=alerts,
    )


def _metric(archive: EventArchive, name: str, *, largest: bool) -> Metric:
    """The worst of five minutes: the largest age, or the smallest share of attempts that succeed."""
    return Metric(
        namespace="AWS/Firehose",
        name=name,
        dimensions={"DeliveryStreamName": archive.delivery.name},
        statistic="Maximum" if largest else "Average",
        period_seconds=FIVE_MINUTES,
    )
