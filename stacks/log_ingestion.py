"""The log ingestion layer: web-server logs that land in bronze become events on the stream."""

from config import Environment
from constructs import Construct
from constructs.alerts import Alerts
from constructs.encryption_key import environment_key
from constructs.event_stream import EventStream
from constructs.file_queue import FileQueue
from constructs.file_queue_alarms import watch_file_queue
from constructs.generated_secret import GeneratedSecret
from constructs.lake_zone import LakeZone
from constructs.private_network import PrivateNetwork
from constructs.python_function import PythonFunction
from stacks.datasets import dataset

# Where servers put their logs in bronze, and where lines that cannot be read stand in quarantine.
LOGS = "web_logs/"
REJECTED_LINES = "quarantined_rows/web_logs/"


class LogIngestionLayer(Construct):
    """A queue of log files and the log_forwarder behind it, inside ``network`` if there is one.

    ``masking_key`` is what addresses become tokens with: the etl_processor's, so that one visitor has one token.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        bronze: LakeZone,
        quarantine: LakeZone,
        events: EventStream,
        masking_key: GeneratedSecret,
        network: PrivateNetwork | None,
    ) -> None:
        super().__init__(scope, id_)
        self.queue = FileQueue(
            self,
            "WebLogs",
            name="web-logs",
            zone=bronze,
            prefixes=[LOGS],
            key=environment_key(self, "QueueKey", env=env, name="web-logs", for_services=("events",)),
            env=env,
            visibility_seconds=env.log_forwarder.visibility_seconds,
        )
        self.log_forwarder = log_forwarder = PythonFunction(
            self,
            "LogForwarder",
            source="log_forwarder",
            env=env,
            size=env.log_forwarder,
            key=masking_key.key,
            contracts=[dataset(env, name) for name in ("web_request_event", "quarantined_rows")],
            variables={
                "EVENT_STREAM": events.stream.name,
                "QUARANTINE_BUCKET": quarantine.bucket.bucket,
                "FILE_QUEUE_URL": self.queue.queue.url,
                "MASKING_KEY_SECRET": masking_key.secret.arn,
                "LOG_LEVEL": "INFO",
            },
        )
        if network:
            log_forwarder.run_inside(network)

        role = log_forwarder.role
        grants = [
            *bronze.grant_read_files(role, LOGS),
            *events.grant_put(role),
            *quarantine.grant_write(role, REJECTED_LINES),
            *self.queue.grant_send(role),
            *masking_key.grant_read(role),
        ]
        log_forwarder.consume_files(self.queue, after=grants)

    def watch(self, alerts: Alerts) -> None:
        """Tells of logs that wait, and of those that were given up."""
        watch_file_queue(alerts, self.queue)
