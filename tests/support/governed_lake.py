"""The governance layer over a small lake: the zones it opens, and the real contracts in their databases."""

from cdktf import TerraformStack

from config import Environment, ZoneLifecycle, environment
from config.data_access import DataAccess
from config.naming import database_name, physical_name
from constructs.encryption_key import EncryptionKey
from constructs.lake_database import VIEWS, LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.query_workgroup import QueryWorkgroup
from contracts import load_contracts
from stacks.governance import GovernanceLayer
from tests.support.synthesis import Template, synthesized

PROD = environment("prod")
DATABASES = ("silver", "gold", "quarantine")
ZONES = ("bronze", "silver", "gold", "quarantine", "scripts")


def govern(
    stack: TerraformStack,
    *,
    env: Environment = PROD,
    access: DataAccess | None = None,
    with_databases: tuple[str, ...] = DATABASES,
) -> GovernanceLayer:
    """All of it, in ``stack``."""
    key = EncryptionKey(stack, "LakeKey", name="lake", account_id=env.account_id)
    zones = {name: _zone(stack, name, key) for name in ZONES}
    results = _zone(stack, "results", key)
    analysts = QueryWorkgroup(
        stack, "AnalystsWorkgroup", name=physical_name(env, "analysts"), results=results, scan_limit_gb=1
    )
    return GovernanceLayer(
        stack,
        "Governance",
        env=env,
        access=access or DataAccess(),
        zones=zones,
        databases={name: _database(stack, env, name, zones[name]) for name in with_databases},
        workgroups={"analysts": analysts},
        results=results,
    )


def governed(access: DataAccess | None = None, with_databases: tuple[str, ...] = DATABASES) -> Template:
    """What it becomes."""
    return synthesized(lambda stack: govern(stack, access=access, with_databases=with_databases))


def _zone(stack: TerraformStack, name: str, key: EncryptionKey) -> LakeZone:
    return LakeZone(stack, name.capitalize(), name=name, key=key, lifecycle=ZoneLifecycle())


def _database(stack: TerraformStack, env: Environment, name: str, zone: LakeZone) -> LakeDatabase:
    database = LakeDatabase(stack, f"{name.capitalize()}Database", name=database_name(env, name), zone=zone)
    for contract in load_contracts().values():
        if contract.database == name and contract.received_as:
            table = database.add_received_table(contract, prefix=contract.name)
            # Tables filled from files have a view without a file of its own.
            written = (VIEWS / f"{contract.view_name}.sql").is_file()
            (database.add_view if written else database.add_latest_view)(contract, over=table)
        if contract.database == name and contract.is_published:
            database.add_published_table(contract)
    return database
