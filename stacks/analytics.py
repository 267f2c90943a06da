"""The analytics layer: the lake's tables by name, and where to ask them."""

from cdktf_cdktf_provider_aws.glue_catalog_table import GlueCatalogTable

from config import Environment
from config.naming import database_name, physical_name
from constructs import Construct
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.query_workgroup import QueryWorkgroup
from contracts import Contract
from stacks.datasets import dataset
from stacks.event_families import EVENT_FAMILIES


class AnalyticsLayer(Construct):
    """Each dataset twice in the catalog: ``<name>_received`` as delivered, ``<name>`` with each row once.

    ``<name>_conflicts`` beside them names the events of which two payloads came.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        silver: LakeZone,
        quarantine: LakeZone,
        athena_results: LakeZone,
    ) -> None:
        super().__init__(scope, id_)
        self.silver = LakeDatabase(
            self, "SilverDatabase", name=database_name(env, "silver"), zone=silver, disposable=env.may_delete("silver")
        )
        self.quarantine = LakeDatabase(
            self,
            "QuarantineDatabase",
            name=database_name(env, "quarantine"),
            zone=quarantine,
            disposable=env.may_delete("quarantine"),
        )
        for tables in EVENT_FAMILIES.values():
            self._catalogue_events(env, tables)
        _catalogue(self.quarantine, dataset(env, "quarantine"), prefix="quarantine/events")
        self.workgroup = QueryWorkgroup(
            self,
            "Analysts",
            name=physical_name(env, "analysts"),
            results=athena_results,
            scan_limit_gb=env.athena_scan_limit_gb,
            disposable=env.may_delete("athena-results"),
        )

    def _catalogue_events(self, env: Environment, tables: tuple[str, ...]) -> None:
        first, *others = [dataset(env, table) for table in tables]
        received = [_catalogue(self.silver, contract, prefix=contract.name) for contract in (first, *others)]
        lines = others[0] if others else None
        self.silver.add_conflicts_view(first, lines=lines, quarantine=self.quarantine, over=received[0])


def _catalogue(database: LakeDatabase, contract: Contract, *, prefix: str) -> GlueCatalogTable:
    table = database.add_received_table(contract, prefix=prefix)
    database.add_view(contract, over=table)
    return table
