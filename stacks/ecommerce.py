"""The whole platform of one environment, in the order data flows through it."""

from cdktf import TerraformOutput, TerraformStack

from config import Environment
from config.naming import physical_name, stack_name
from config.sources import SOURCES, event_sources
from constructs import Construct
from constructs.alerts import Alerts
from constructs.event_source_alarms import watch_event_source
from constructs.lake_database import LakeDatabase
from constructs.permissions_boundary import PermissionsBoundary
from constructs.stream_alarms import watch_consumer
from stacks.analytics import AnalyticsLayer
from stacks.batch import BatchLayer
from stacks.change_capture import ChangeCaptureLayer
from stacks.discovery import DiscoveryLayer
from stacks.file_sources import FileSourcesLayer
from stacks.front_door import FrontDoorLayer
from stacks.governance import GovernanceLayer
from stacks.ingestion import IngestionLayer
from stacks.log_ingestion import LogIngestionLayer
from stacks.monitoring import MonitoringLayer
from stacks.network import NetworkLayer
from stacks.operational_store import OperationalStoreLayer
from stacks.processing import ProcessingLayer
from stacks.provider import keep_state, use_provider, use_replica_provider
from stacks.source_contracts import with_contracts
from stacks.storage import StorageLayer
from stacks.warehouse import WarehouseLayer


class EcommerceStack(TerraformStack):
    """``ecommerce-<env>``. ``endpoint`` aims it at an emulated AWS; None is the real one.

    ``emulated_state_in_s3``: keep the state in the emulated S3, in the bucket that ``make bootstrap`` made there.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        env: Environment,
        endpoint: str | None = None,
        emulated_state_in_s3: bool = False,
    ) -> None:
        super().__init__(scope, stack_name(env))
        endpoint = endpoint or env.emulator_endpoint
        use_provider(self, env, endpoint)
        keep_state(self, env, endpoint, emulated_in_s3=emulated_state_in_s3)

        self._env = env
        self._alerts = Alerts(self, "Alerts", env=env)
        self._network = NetworkLayer(self, "Network", env=env)
        self._storage = StorageLayer(self, "Storage", env=env, replica=use_replica_provider(self, env, endpoint))
        self._analytics = self._make_analytics()
        self._take_in()
        self._process()
        self._open_to_readers()
        self._watch()
        # Last: it holds every role there is by now.
        boundary = physical_name(env, "boundary")
        PermissionsBoundary(
            self, "Boundary", name=boundary, account_id=env.account_id, platform=physical_name(env)
        ).hold_all_roles()
        self._tell()

    @property
    def _databases(self) -> dict[str, LakeDatabase]:
        analytics = self._analytics
        return {"silver": analytics.silver, "gold": analytics.gold, "quarantine": analytics.quarantine}

    def _make_analytics(self) -> AnalyticsLayer:
        storage = self._storage
        return AnalyticsLayer(
            self,
            "Analytics",
            env=self._env,
            silver=storage.silver,
            gold=storage.gold,
            quarantine=storage.quarantine,
            athena_results=storage.athena_results,
        )

    def _take_in(self) -> None:
        """The ways in for events and for a database's changes; files land in bronze by themselves."""
        env, storage, alerts = self._env, self._storage, self._alerts
        store = OperationalStoreLayer(self, "OperationalStore", env=env, network=self._network.private)
        self._capture = ChangeCaptureLayer(
            self,
            "ChangeCapture",
            env=env,
            network=self._network.private,
            bronze=storage.bronze,
            database=store.database,
            alerts=alerts,
        )
        self._ingestion = IngestionLayer(
            self, "Ingestion", env=env, logs=storage.logs, bronze=storage.bronze, network=self._network.for_functions
        )
        self._front_door = FrontDoorLayer(self, "FrontDoor", env=env, stream=self._ingestion.events, alerts=alerts)

    def _process(self) -> None:
        """The functions: events become rows, logs become events, files become tables."""
        env, storage, inside = self._env, self._storage, self._network.for_functions
        self._processing = ProcessingLayer(
            self,
            "Processing",
            env=env,
            events=self._ingestion.events,
            silver=storage.silver,
            quarantine=storage.quarantine,
            failures=self._ingestion.failures,
            network=inside,
        )
        masking_key = self._processing.masking_key
        self._logs = LogIngestionLayer(
            self,
            "LogIngestion",
            env=env,
            bronze=storage.bronze,
            quarantine=storage.quarantine,
            events=self._ingestion.events,
            masking_key=masking_key,
            network=inside,
        )
        self._files = FileSourcesLayer(
            self,
            "FileSources",
            env=env,
            sources=with_contracts(SOURCES),
            zones=storage.zones,
            databases=self._databases,
            masking_key=masking_key,
            network=inside,
        )

        self._batch = BatchLayer(
            self,
            "Batch",
            env=env,
            zones=storage.zones,
            logs=storage.logs,
            databases=self._databases,
            masking_key=masking_key,
            network=self._network.private,
        )

    def _open_to_readers(self) -> None:
        """Who sees what of the lake, and the warehouse beside it."""
        env, storage = self._env, self._storage
        governance = GovernanceLayer(
            self,
            "Governance",
            env=env,
            access=env.access,
            zones=storage.zones,
            databases=self._databases | self._ingestion.databases,
            workgroups={"analysts": self._analytics.workgroup},
            results=storage.athena_results,
        )
        self._ingestion.govern(governance.databases)
        self._batch.govern(governance.databases)
        DiscoveryLayer(
            self,
            "Discovery",
            env=env,
            bronze=storage.bronze,
            lake=governance.lake,
            readers=[governance.roles[tier.name].role for tier in env.access.tiers if "bronze" in tier.files],
        )
        warehouse = WarehouseLayer(
            self,
            "Warehouse",
            env=env,
            network=self._network.private,
            readable=[storage.gold],
            databases=[governance.databases["silver"], governance.databases["gold"]],
            logs=storage.logs,
        )
        self._capture.into_warehouse(warehouse.warehouse)

    def _watch(self) -> None:
        """Who is told when something is blocked, late or refused."""
        alerts, processor = self._alerts, self._processing.etl_processor
        self._logs.watch(alerts)
        self._files.watch(alerts)
        self._batch.watch(alerts)
        watch_consumer(
            alerts,
            self._ingestion.events,
            processor,
            record_age_seconds=self._env.etl_processor.record_age_seconds,
        )
        for source in event_sources(SOURCES):
            watch_event_source(alerts, source, processor)
        MonitoringLayer(
            self,
            "Monitoring",
            env=self._env,
            alerts=alerts,
            events=self._ingestion.events,
            failures=self._ingestion.failures,
            archive=self._ingestion.archive,
            functions=[processor, self._logs.log_forwarder, self._files.validator, *self._ingestion.functions],
        )

    def _tell(self) -> None:
        """Names for people and scripts, as outputs."""
        storage, analytics, door = self._storage, self._analytics, self._front_door.door
        for name, value in {
            "event_stream": self._ingestion.events.stream.name,
            "silver_bucket": storage.silver.bucket.bucket,
            "quarantine_bucket": storage.quarantine.bucket.bucket,
            "scripts_bucket": storage.scripts.bucket.bucket,
            "silver_database": analytics.silver.database.name,
            "gold_database": analytics.gold.database.name,
            "quarantine_database": analytics.quarantine.database.name,
            "workgroup": analytics.workgroup.workgroup.name,
        }.items():
            TerraformOutput(self, name, value=value)
        if self._batch.jobs:
            TerraformOutput(self, "job_definitions", value=self._batch.definitions)
        if door:
            TerraformOutput(self, "front_door_url", value=door.url)
            TerraformOutput(self, "front_door_key_ids", value={c: key.id for c, key in door.clients.keys.items()})
