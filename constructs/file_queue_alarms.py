"""What people are told about a queue of files, while its messages can still be sent again."""

from constructs.alerts import Alerts, Limit, Metric
from constructs.file_queue import KEEP_SECONDS, FileQueue

FIVE_MINUTES = 300
# How long a file may wait before somebody is told: its readers look once an hour.
LATE_SECONDS = 3_600


def watch_file_queue(alerts: Alerts, queue: FileQueue) -> None:
    """Tells of files that were given up, of files that wait, and of files that will be forgotten unread."""
    id_ = queue.node.id
    name = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in id_).strip("-")
    alerts.alarm(
        f"{id_}GivenUp",
        name=f"{name}-given-up",
        what="Files could not be processed, or their events not be delivered: the messages are dead letters. The "
        "function's log says why. Repair that, then start the redrive: what was done already changes nothing.",
        metric=_metric(str(queue.failed.name), "ApproximateNumberOfMessagesVisible"),
        limit=Limit(threshold=0),
    )
    for id_part, seconds, what in (
        ("Late", LATE_SECONDS, "A file waits for more than an hour. Look at the function's errors and throttles."),
        (
            "Forgotten",
            KEEP_SECONDS // 2,
            f"A file has waited for half of the {KEEP_SECONDS // 86_400} days that its message is kept. Repair the "
            "function; a message that is gone is made again by putting the file again.",
        ),
    ):
        alerts.alarm(
            f"{id_}{id_part}",
            name=f"{name}-{id_part.lower()}",
            what=what,
            metric=_metric(str(queue.queue.name), "ApproximateAgeOfOldestMessage"),
            limit=Limit(threshold=seconds),
        )


def _metric(queue_name: str, metric: str) -> Metric:
    return Metric(
        namespace="AWS/SQS",
        name=metric,
        dimensions={"QueueName": queue_name},
        statistic="Maximum",
        period_seconds=FIVE_MINUTES,
    )
