"""The ingestion layer: the stream that takes the shop's events."""

from config import Environment
from config.naming import bucket_name, event_stream_name
from constructs import Construct
from constructs.encryption_key import environment_key
from constructs.event_stream import EventStream
from constructs.lake_zone import LakeZone
from constructs.log_bucket import LogBucket


class IngestionLayer(Construct):
    """Events come in here, with personal data in clear: a key of its own guards them.

    ``failures`` keeps whole records too, those of batches that could not be processed, under the same key; ``logs``
    takes its access log.
    """

    def __init__(self, scope: Construct, id_: str, *, env: Environment, logs: LogBucket) -> None:
        super().__init__(scope, id_)
        key = environment_key(self, "StreamKey", env=env, name="stream")
        self.failures = LakeZone(
            self,
            "Failures",
            name=bucket_name(env, "failures"),
            key=key,
            lifecycle=env.zones["failures"],
            logs=logs,
            announces=True,
            disposable=env.may_delete("failures"),
        )
        self.events = EventStream(
            self,
            "Events",
            name=event_stream_name(env),
            key=key,
            size=env.event_stream,
            disposable=env.may_delete("event-stream"),
        )
