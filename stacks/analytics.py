"""The analytics layer: the lake's tables by name, and where to ask them."""

from cdktf_cdktf_provider_aws.glue_catalog_table import GlueCatalogTable

from config import Environment
from config.naming import database_name, physical_name
from constructs import Construct
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.query_workgroup import QueryWorkgroup
from contracts import Contract
from stacks.datasets import dataset, published_datasets
from stacks.event_families import EVENT_FAMILIES


class AnalyticsLayer(Construct):
    """Each dataset twice in the catalog: ``<name>_received`` as delivered, and a view with each row once.

    ``<name>_conflicts`` beside them names the events of which two payloads came. What jobs publish is a table under
    the contract's own name, in silver or gold.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        silver: LakeZone,
        gold: LakeZone,
        quarantine: LakeZone,
        athena_results: LakeZone,
    ) -> None:
        super().__init__(scope, id_)
        self.silver = self._database(env, "silver", silver)
        self.gold = self._database(env, "gold", gold)
        self.quarantine = self._database(env, "quarantine", quarantine)
        for family, tables in EVENT_FAMILIES.items():
            self._catalogue_events(env, family, tables)
        _catalogue(self.quarantine, dataset(env, "quarantine"), prefix="quarantine/events")
        for name, database in {"silver": self.silver, "gold": self.gold}.items():
            for contract in published_datasets(env, name):
                database.add_published_table(contract)
        self.workgroup = QueryWorkgroup(
            self,
            "Analysts",
            name=physical_name(env, "analysts"),
            results=athena_results,
            scan_limit_gb=env.athena_scan_limit_gb,
            disposable=env.may_delete("athena-results"),
        )

    def _database(self, env: Environment, name: str, zone: LakeZone) -> LakeDatabase:
        return LakeDatabase(
            self,
            f"{name.capitalize()}Database",
            name=database_name(env, name),
            zone=zone,
            disposable=env.may_delete(name),
        )

    def _catalogue_events(self, env: Environment, family: str, tables: tuple[str, ...]) -> None:
        first, *others = [dataset(env, table) for table in tables]
        received = [_catalogue(self.silver, contract, prefix=contract.name) for contract in (first, *others)]
        lines = others[0] if others else None
        self.silver.add_conflicts_view(first, source=family, lines=lines, quarantine=self.quarantine, over=received[0])


def _catalogue(database: LakeDatabase, contract: Contract, *, prefix: str) -> GlueCatalogTable:
    table = database.add_received_table(contract, prefix=prefix)
    database.add_view(contract, over=table)
    return table
