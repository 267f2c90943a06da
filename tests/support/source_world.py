"""The layer of the file sources over a small lake: the zones, the databases and the alarms it needs."""

from collections.abc import Mapping

from cdktf import TerraformStack

from config import Environment, ZoneLifecycle
from config.naming import bucket_name, database_name, physical_name
from config.source import Source
from constructs.alerts import Alerts
from constructs.encryption_key import EncryptionKey, environment_key
from constructs.generated_secret import GeneratedSecret
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from contracts import Contract
from stacks.file_sources import FileSourcesLayer


def file_sources_layer(
    stack: TerraformStack, env: Environment, sources: Mapping[Source, Contract]
) -> tuple[FileSourcesLayer, dict[str, LakeZone]]:
    """The layer with its alarms, in ``stack``, and the zones below it."""
    key = EncryptionKey(
        stack, "LakeKey", name="lake", account_id=env.account_id, disposable=True, for_services=("events",)
    )
    zones = {name: _zone(stack, env, name, key) for name in ("bronze", "silver", "quarantine")}
    functions = environment_key(
        stack, "FunctionKey", env=env, name="functions", for_logs=f"/aws/lambda/{physical_name(env)}"
    )
    layer = FileSourcesLayer(
        stack,
        "FileSources",
        env=env,
        sources=sources,
        zones=zones,
        databases={name: _database(stack, env, zones[name]) for name in ("silver", "quarantine")},
        masking_key=GeneratedSecret(
            stack,
            "MaskingKey",
            name=physical_name(env, "masking-key"),
            description="For tests.",
            key=functions,
            disposable=env.disposable,
        ),
        network=None,
    )
    layer.watch(Alerts(stack, "Alerts", env=env))
    return layer, zones


def _zone(stack: TerraformStack, env: Environment, name: str, key: EncryptionKey) -> LakeZone:
    return LakeZone(
        stack,
        name.capitalize(),
        name=bucket_name(env, name),
        key=key,
        lifecycle=ZoneLifecycle(),
        announces=name == "bronze",
        disposable=env.disposable,
    )


def _database(stack: TerraformStack, env: Environment, zone: LakeZone) -> LakeDatabase:
    id_ = zone.node.id
    return LakeDatabase(
        stack, f"{id_}Database", name=database_name(env, id_.lower()), zone=zone, disposable=env.disposable
    )
