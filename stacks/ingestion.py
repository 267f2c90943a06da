"""The ingestion layer: the stream that takes the shop's events, and the archive that keeps them as they came."""

from collections.abc import Mapping

from config import Environment
from config.naming import bucket_name, event_stream_name, physical_name
from constructs import Construct
from constructs.archive_table import ArchiveTable
from constructs.encryption_key import environment_key
from constructs.event_archive import EventArchive
from constructs.event_stream import EventStream
from constructs.governed_database import GovernedDatabase
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.log_bucket import LogBucket
from constructs.private_network import PrivateNetwork
from constructs.python_function import PythonFunction
from stacks.datasets import dataset


class IngestionLayer(Construct):
    """Events come in here, with personal data in clear: a key of its own guards them.

    ``failures`` keeps whole records too, those of batches that could not be processed, under the same key; ``logs``
    takes its access log. ``archive`` writes every record to ``bronze``; None where the environment wants none.
    ``archive_table`` is what it becomes where its format is Parquet, otherwise None; its function runs inside
    ``network`` if there is one.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        logs: LogBucket,
        bronze: LakeZone,
        network: PrivateNetwork | None = None,
    ) -> None:
        super().__init__(scope, id_)
        archive_log = f"/aws/kinesisfirehose/{physical_name(env)}"
        key = environment_key(self, "StreamKey", env=env, name="stream", for_logs=archive_log)
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
        self.archive: EventArchive | None = None
        self.archive_table: ArchiveTable | None = None
        size = env.event_archive
        if size and size.format == "parquet":
            contract = dataset(env, "archived_event")
            self.archive_table = ArchiveTable(self, "Table", env=env, size=size, zone=bronze, contract=contract)
            if network:
                self.archive_table.function.run_inside(network)
        if size:
            self.archive = EventArchive(
                self,
                "Archive",
                env=env,
                size=size,
                events=self.events,
                zone=bronze,
                key=key,
                table=self.archive_table,
            )

    @property
    def databases(self) -> dict[str, LakeDatabase]:
        """By the name of the zone."""
        return {"bronze": self.archive_table.database} if self.archive_table else {}

    @property
    def functions(self) -> list[PythonFunction]:
        """What there is to watch."""
        return [self.archive_table.function] if self.archive_table else []

    def govern(self, databases: Mapping[str, GovernedDatabase]) -> None:
        """Lets the archive see its table's columns: under Lake Formation that takes a grant beside the policy."""
        if self.archive and self.archive_table:
            self.archive.wait_for(databases["bronze"].grant_describe(self.archive.role))
