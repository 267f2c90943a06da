"""The batch layer of an environment with what it stands on, in a stack of its own: lake, catalogue, network, alerts."""

from dataclasses import replace

from cdktf import TerraformStack

from config import Environment
from config.environments import EVERYTHING
from config.naming import physical_name
from constructs.alerts import Alerts
from constructs.encryption_key import environment_key
from constructs.generated_secret import GeneratedSecret
from stacks.analytics import AnalyticsLayer
from stacks.batch import BatchLayer
from stacks.governance import GovernanceLayer
from stacks.network import NetworkLayer
from stacks.storage import StorageLayer


def to_try(env: Environment) -> Environment:
    """The environment as far as its jobs go: it may be destroyed, and holds no tables of captured databases."""
    return replace(
        env,
        disposable=True,
        deletable=EVERYTHING,
        replication=None,
        change_capture=None,
        captured_otherwise=("nobody",),
    )


def batch_world(stack: TerraformStack, env: Environment) -> BatchLayer:
    """All of it, in the order of the real stack."""
    alerts = Alerts(stack, "Alerts", env=env)
    network = NetworkLayer(stack, "Network", env=env)
    storage = StorageLayer(stack, "Storage", env=env, replica=None)
    analytics = AnalyticsLayer(
        stack,
        "Analytics",
        env=env,
        silver=storage.silver,
        gold=storage.gold,
        quarantine=storage.quarantine,
        athena_results=storage.athena_results,
    )
    databases = {"silver": analytics.silver, "gold": analytics.gold, "quarantine": analytics.quarantine}
    batch = BatchLayer(
        stack,
        "Batch",
        env=env,
        zones=storage.zones,
        logs=storage.logs,
        databases=databases,
        masking_key=_masking_key(stack, env),
        network=network.private,
    )
    governance = GovernanceLayer(
        stack,
        "Governance",
        env=env,
        access=env.access,
        zones=storage.zones,
        databases=databases,
        workgroups={"analysts": analytics.workgroup},
        results=storage.athena_results,
    )
    batch.govern(governance.databases)
    batch.watch(alerts)
    return batch


def _masking_key(stack: TerraformStack, env: Environment) -> GeneratedSecret:
    key = environment_key(stack, "FunctionKey", env=env, name="functions")
    return GeneratedSecret(
        stack,
        "MaskingKey",
        name=physical_name(env, "masking-key"),
        description="As the functions have it.",
        key=key,
        disposable=True,
    )
