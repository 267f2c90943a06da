"""The analytics layer: the lake's tables by name, and where to ask them."""

from config import Environment
from config.naming import database_name, physical_name
from constructs import Construct
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.query_workgroup import QueryWorkgroup
from contracts import Contract
from stacks.datasets import dataset


class AnalyticsLayer(Construct):
    """Each dataset twice in the catalog: ``<name>_received`` as delivered, ``<name>`` with each row once."""

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
        _catalogue(self.silver, dataset(env, "orders"), prefix="orders")
        _catalogue(self.silver, dataset(env, "order_items"), prefix="order_items")
        _catalogue(self.quarantine, dataset(env, "quarantine"), prefix="quarantine/order_event")
        self.workgroup = QueryWorkgroup(
            self,
            "Analysts",
            name=physical_name(env, "analysts"),
            results=athena_results,
            scan_limit_gb=env.athena_scan_limit_gb,
            disposable=env.may_delete("athena-results"),
        )


def _catalogue(database: LakeDatabase, contract: Contract, *, prefix: str) -> None:
    database.add_view(contract, over=database.add_received_table(contract, prefix=prefix))
