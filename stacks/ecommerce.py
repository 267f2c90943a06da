"""The whole platform of one environment, in the order data flows through it."""

from cdktf import TerraformOutput, TerraformStack

from config import Environment
from config.naming import physical_name, stack_name
from constructs import Construct
from constructs.permissions_boundary import PermissionsBoundary
from stacks.analytics import AnalyticsLayer
from stacks.governance import GovernanceLayer
from stacks.ingestion import IngestionLayer
from stacks.network import NetworkLayer
from stacks.operational_store import OperationalStoreLayer
from stacks.processing import ProcessingLayer
from stacks.provider import keep_state, use_provider, use_replica_provider
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

        network = NetworkLayer(self, "Network", env=env)
        storage = StorageLayer(self, "Storage", env=env, replica=use_replica_provider(self, env, endpoint))
        OperationalStoreLayer(self, "OperationalStore", env=env, network=network.private)
        ingestion = IngestionLayer(self, "Ingestion", env=env, logs=storage.logs)
        ProcessingLayer(
            self,
            "Processing",
            env=env,
            events=ingestion.events,
            silver=storage.silver,
            quarantine=storage.quarantine,
            failures=ingestion.failures,
            network=network.for_functions,
        )
        analytics = AnalyticsLayer(
            self,
            "Analytics",
            env=env,
            silver=storage.silver,
            quarantine=storage.quarantine,
            athena_results=storage.athena_results,
        )
        governance = GovernanceLayer(
            self,
            "Governance",
            env=env,
            access=env.access,
            zones=storage.zones,
            databases={"silver": analytics.silver, "quarantine": analytics.quarantine},
            workgroups={"analysts": analytics.workgroup},
            results=storage.athena_results,
        )
        WarehouseLayer(
            self,
            "Warehouse",
            env=env,
            network=network.private,
            readable=[storage.gold],
            databases=[governance.databases["silver"]],
            logs=storage.logs,
        )
        # Last: it holds every role there is by now.
        boundary = physical_name(env, "boundary")
        PermissionsBoundary(
            self, "Boundary", name=boundary, account_id=env.account_id, platform=physical_name(env)
        ).hold_all_roles()
        self._tell(ingestion, storage, analytics)

    def _tell(self, ingestion: IngestionLayer, storage: StorageLayer, analytics: AnalyticsLayer) -> None:
        """Names for people and scripts, as outputs."""
        for name, value in {
            "event_stream": ingestion.events.stream.name,
            "silver_bucket": storage.silver.bucket.bucket,
            "quarantine_bucket": storage.quarantine.bucket.bucket,
            "silver_database": analytics.silver.database.name,
            "quarantine_database": analytics.quarantine.database.name,
            "workgroup": analytics.workgroup.workgroup.name,
        }.items():
            TerraformOutput(self, name, value=value)
