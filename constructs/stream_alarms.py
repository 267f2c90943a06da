"""What people are told about a stream and the functions behind it, while there is time to do something."""

from constructs.alerts import Alerts, Formula, Limit, Metric
from constructs.event_stream import EventStream
from constructs.python_function import PythonFunction

FIVE_MINUTES = 300
HOUR_SECONDS = 3_600
# How long records may wait before somebody is told: the contract promises minutes.
LATE_MS = 15 * 60_000
# A function that was never invoked has no figures at all, not even to be filled: the stream's, times nothing, stand in.
UNREAD = "IF(FILL(incoming, 0) > 0 AND SUM([FILL(invocations, 0), 0 * incoming]) < 1, 1, 0)"


def watch_stream(alerts: Alerts, stream: EventStream) -> None:
    """Tells of producers that are refused."""
    alerts.alarm(
        f"{stream.node.id}Refused",
        name=f"{stream.node.id.lower()}-refused",
        what="Producers are refused by full shards. Add shards, or look for a partition key that gets everything.",
        metric=_stream_metric(stream, "WriteProvisionedThroughputExceeded"),
        limit=Limit(threshold=0, periods=3),
    )


def watch_consumer(alerts: Alerts, stream: EventStream, function: PythonFunction, *, record_age_seconds: int) -> None:
    """Tells of records that wait for ``function``, and of those that are not handed to it; it gives up old ones.

    The age is the one at the invocation. The stream's own is the one at the read: Lambda reads on while batches wait or
    fail, and the archive reads as well.
    """
    name, id_ = stream.node.id.lower(), stream.node.id
    age = _function_metric(function, "IteratorAge", largest=True)
    alerts.alarm(
        f"{id_}Late",
        name=f"{name}-late",
        what="Records wait longer than a quarter of an hour. Look at the consumer's errors, throttles and duration.",
        metric=age,
        limit=Limit(threshold=LATE_MS),
    )
    alerts.alarm(
        f"{id_}Expiring",
        name=f"{name}-expiring",
        what=f"Records have waited for half of the {record_age_seconds / HOUR_SECONDS:g} hours after which they are "
        "given up. Repair the consumer, or lengthen its record_age_seconds at once; what was given up is in the zone "
        "failures and must be sent again.",
        metric=age,
        limit=Limit(threshold=record_age_seconds * 1_000 / 2),
    )
    alerts.alarm(
        f"{id_}Unread",
        name=f"{name}-unread",
        what="Records have come in for a quarter of an hour and the consumer was not invoked. Look whether its mapping "
        "is there and enabled, what the mapping's last result says, and at the function's throttles.",
        metric=Formula(
            expression=UNREAD,
            label="records come in and none is handed on",
            metrics={
                "incoming": _stream_metric(stream, "IncomingRecords"),
                "invocations": _function_metric(function, "Invocations"),
            },
        ),
        # One period alone says little: a record of its last seconds is handed on in the next one.
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
            metric=_function_metric(function, metric),
            limit=Limit(threshold=0, periods=periods),
        )


def _stream_metric(stream: EventStream, name: str) -> Metric:
    return Metric(
        namespace="AWS/Kinesis",
        name=name,
        dimensions={"StreamName": stream.stream.name},
        period_seconds=FIVE_MINUTES,
    )


def _function_metric(function: PythonFunction, name: str, *, largest: bool = False) -> Metric:
    return Metric(
        namespace="AWS/Lambda",
        name=name,
        dimensions={"FunctionName": function.function.function_name},
        statistic="Maximum" if largest else "Sum",
        period_seconds=FIVE_MINUTES,
    )


def _dashed(name: str) -> str:
    """``EtlProcessor`` as ``etl-processor``."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).strip("-")
