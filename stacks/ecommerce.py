"""The whole platform of one environment, in the order data flows through it."""

from cdktf import TerraformOutput, TerraformStack

from config import Environment
from config.naming import stack_name
from constructs import Construct
from stacks.analytics import AnalyticsLayer
from stacks.ingestion import IngestionLayer
from stacks.network import NetworkLayer
from stacks.processing import ProcessingLayer
from stacks.provider import keep_state, use_provider
from stacks.storage import StorageLayer


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
        storage = StorageLayer(self, "Storage", env=env)
        ingestion = IngestionLayer(self, "Ingestion", env=env)
        ProcessingLayer(
            self,
            "Processing",
            env=env,
            orders=ingestion.orders,
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

        for name, value in {
            "order_stream": ingestion.orders.stream.name,
            "silver_bucket": storage.silver.bucket.bucket,
            "quarantine_bucket": storage.quarantine.bucket.bucket,
            "silver_database": analytics.silver.database.name,
            "quarantine_database": analytics.quarantine.database.name,
            "workgroup": analytics.workgroup.workgroup.name,
        }.items():
            TerraformOutput(self, name, value=value)
