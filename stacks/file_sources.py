"""The file sources: what lands in bronze is held against its contract, and becomes rows in silver or is set aside."""

from collections.abc import Mapping

from cdktf import ITerraformDependable

from config import Environment
from config.source import VERDICTS_PREFIX, Source
from config.sources import validator_document
from constructs import Construct
from constructs.access import Condition, Statement, attach
from constructs.alerts import Alerts
from constructs.encryption_key import environment_key
from constructs.file_queue import FileQueue
from constructs.file_queue_alarms import watch_file_queue
from constructs.generated_secret import GeneratedSecret
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.private_network import PrivateNetwork
from constructs.python_function import PackedDocument, PythonFunction
from constructs.source_alarms import watch_source
from contracts import Contract, load_contract

# What the function calls itself on the event bus.
EVENT_SOURCE = "ecommerce.data_validator"
REJECTED_ROWS = "quarantined_rows"


class FileSourcesLayer(Construct):
    """A queue of files, the data_validator behind it, and the tables that its rows are: all from ``sources``.

    A new source is an entry and a contract, see docs/SOURCES.md. ``zones`` are the lake's by name and ``databases``
    theirs; ``masking_key`` is what personal data becomes tokens with.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        sources: Mapping[Source, Contract],
        zones: Mapping[str, LakeZone],
        databases: Mapping[str, LakeDatabase],
        masking_key: GeneratedSecret,
        network: PrivateNetwork | None,
    ) -> None:
        super().__init__(scope, id_)
        self._sources, self._zones = sources, zones
        self._bus = f"arn:aws:events:{env.region}:{env.account_id}:event-bus/default"
        rejected = load_contract(REJECTED_ROWS)
        for contract in (*sources.values(), rejected):
            database = databases[str(contract.database)]
            database.add_latest_view(contract, over=database.add_received_table(contract, prefix=contract.name))
        key = environment_key(self, "QueueKey", env=env, name="file-sources", for_services=("events",))
        self.queue = FileQueue(
            self,
            "Files",
            name="file-sources",
            zone=zones["bronze"],
            prefixes=[source.prefix for source in sources],
            key=key,
            env=env,
            visibility_seconds=env.data_validator.visibility_seconds,
        )
        self.validator = self._function(env, [*sources.values(), rejected], masking_key)
        if network:
            self.validator.run_inside(network)
        self.validator.consume_files(self.queue, after=self._grants(masking_key))

    def watch(self, alerts: Alerts) -> None:
        """Tells of every source that is silent, of files that are refused, and of those nobody could look at."""
        watch_file_queue(alerts, self.queue)
        for source in self._sources:
            watch_source(alerts, source)

    def _function(self, env: Environment, contracts: list[Contract], masking_key: GeneratedSecret) -> PythonFunction:
        registry = PackedDocument(name="sources", content=validator_document(self._sources))
        return PythonFunction(
            self,
            "DataValidator",
            source="data_validator",
            env=env,
            size=env.data_validator,
            key=masking_key.key,
            contracts=[*contracts, registry],
            variables={
                "BRONZE_BUCKET": self._zones["bronze"].bucket.bucket,
                "SILVER_BUCKET": self._zones["silver"].bucket.bucket,
                "QUARANTINE_BUCKET": self._zones["quarantine"].bucket.bucket,
                "MASKING_KEY_SECRET": masking_key.secret.arn,
                "EVENT_BUS": "default",
                "MAX_FILE_MB": str(env.data_validator.max_file_mb),
                "LOG_LEVEL": "INFO",
            },
        )

    def _grants(self, masking_key: GeneratedSecret) -> list[ITerraformDependable]:
        bronze, silver, quarantine = (self._zones[name] for name in ("bronze", "silver", "quarantine"))
        role = self.validator.role
        return [
            *masking_key.grant_read(role),
            *bronze.grant_read_files(role, *(source.prefix for source in self._sources)),
            *bronze.grant_look_up(role, VERDICTS_PREFIX),
            *bronze.grant_write(role, VERDICTS_PREFIX),
            *silver.grant_write(role, *(f"{contract.name}/" for contract in self._sources.values())),
            *quarantine.grant_write(role, f"{REJECTED_ROWS}/"),
            attach(role, "TellBus", self, [self._may_tell()]),
        ]

    def _may_tell(self) -> Statement:
        as_itself = Condition(test="StringEquals", variable="events:source", values=[EVENT_SOURCE])
        return Statement(sid="TellBus", actions=["events:PutEvents"], resources=[self._bus], conditions=[as_itself])
