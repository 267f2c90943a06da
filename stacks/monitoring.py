"""The monitoring layer: who is told when the way of the events is blocked."""

from collections.abc import Sequence

from config import Environment
from constructs import Construct
from constructs.alerts import Alerts
from constructs.archive_alarms import notice_undelivered, watch_archive
from constructs.event_archive import EventArchive
from constructs.event_stream import EventStream
from constructs.lake_zone import LakeZone
from constructs.object_notice import ObjectNotice
from constructs.python_function import PythonFunction
from constructs.stream_alarms import watch_function, watch_stream


class MonitoringLayer(Construct):
    """Alarms on the stream, its archive and the functions, and word of every batch that was given up."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        alerts: Alerts,
        events: EventStream,
        failures: LakeZone,
        archive: EventArchive | None,
        functions: Sequence[PythonFunction],
    ) -> None:
        super().__init__(scope, id_)
        watch_stream(alerts, events)
        for function in functions:
            watch_function(alerts, function)
        if archive:
            watch_archive(alerts, archive)
            notice_undelivered(self, archive, env=env, alerts=alerts)
        ObjectNotice(
            self,
            "BatchGivenUp",
            env=env,
            zone=failures,
            prefix="aws/lambda/",
            what="A batch was given up; all its records are kept here. Find the cause, then send them again.",
            alerts=alerts,
        )
