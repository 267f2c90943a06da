"""What people are told about a stream and the functions behind it, while there is time to do something."""

from constructs.alerts import Alerts, Limit, Metric
from constructs.event_stream import EventStream
from constructs.python_function import PythonFunction

FIVE_MINUTES = 300
HOUR_MS = 3_600_000
# How long records may wait before somebody is told: the contract promises minutes.
LATE_MS = 15 * 60_000


def watch_stream(alerts: Alerts, stream: EventStream, *, retention_hours: int) -> None:
    """Tells of records that wait, of records that will expire unread, and of producers that are refused."""
    name, id_ = stream.node.id.lower(), stream.node.id

    def age(statistic_seconds: int) -> Metric:
        return _stream_metric(stream, "GetRecords.IteratorAgeMilliseconds", statistic_seconds)

    alerts.alarm(
        f"{id_}Late",
        name=f"{name}-late",
        what="Records wait longer than a quarter of an hour. Look at the consumer's errors, throttles and duration.",
        metric=age(60),
        limit=Limit(threshold=LATE_MS, periods=5),
    )
    alerts.alarm(
        f"{id_}Expiring",
        name=f"{name}-expiring",
        what=f"Records have waited for half of the {retention_hours} hours the stream keeps them. Repair the consumer, "
        "or lengthen the retention at once: what expires is only in the archive.",
        metric=age(FIVE_MINUTES),
        limit=Limit(threshold=retention_hours * HOUR_MS / 2),
    )
    alerts.alarm(
        f"{id_}Refused",
        name=f"{name}-refused",
        what="Producers are refused by full shards. Add shards, or look for a partition key that gets everything.",
        metric=_stream_metric(stream, "WriteProvisionedThroughputExceeded", FIVE_MINUTES, largest=False),
        limit=Limit(threshold=0, periods=3),
    )


def watch_function(alerts: Alerts, function: PythonFunction) -> None:
    """Tells of errors that stay, of executions that are refused, and of batches given up that could not be kept."""
    name = function.node.id
    for metric, periods, what in (
        ("Errors", 3, "It fails for a quarter of an hour. Its log says why; what it could not process is tried again."),
        ("Throttles", 3, "Executions are refused. Look at the account's concurrency and at what is reserved."),
        (
            "DestinationDeliveryFailures",
            1,
            "A batch was given up and could not be kept: these records are lost but for the archive. Repair the "
            "destination, then replay the interval.",
        ),
    ):
        alerts.alarm(
            f"{name}{metric}",
            name=f"{_dashed(name)}-{_dashed(metric)}",
            what=what,
            metric=Metric(
                namespace="AWS/Lambda",
                name=metric,
                dimensions={"FunctionName": function.function.function_name},
                period_seconds=FIVE_MINUTES,
            ),
            limit=Limit(threshold=0, periods=periods),
        )


def _stream_metric(stream: EventStream, name: str, seconds: int, *, largest: bool = True) -> Metric:
    return Metric(
        namespace="AWS/Kinesis",
        name=name,
        dimensions={"StreamName": stream.stream.name},
        statistic="Maximum" if largest else "Sum",
        period_seconds=seconds,
    )


def _dashed(name: str) -> str:
    """``EtlProcessor`` as ``etl-processor``."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).strip("-")
