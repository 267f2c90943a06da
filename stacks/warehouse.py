"""The warehouse layer: Redshift, where analysts join what the lake holds, and as whom it reads the lake."""

from collections.abc import Sequence

from config import Environment
from config.naming import physical_name
from config.warehouse_size import ServerlessWarehouse, WarehouseSize
from constructs import Construct
from constructs.encryption_key import environment_key
from constructs.governed_database import GovernedDatabase
from constructs.lake_zone import LakeZone
from constructs.log_bucket import LogBucket
from constructs.private_network import PrivateNetwork
from constructs.redshift_cluster import RedshiftCluster
from constructs.redshift_serverless import RedshiftServerless
from constructs.warehouse_kinds import Warehouse
from constructs.warehouse_role import grant_governed_data


class WarehouseLayer(Construct):
    """``warehouse`` of the kind that ``env.warehouse`` is of, or nothing where that is None.

    It reads the files of ``readable`` zones (COPY), and of the tables of ``databases`` what tells nothing of a person
    (external schemas).
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        network: PrivateNetwork | None,
        readable: Sequence[LakeZone],
        databases: Sequence[GovernedDatabase],
        logs: LogBucket,
    ) -> None:
        super().__init__(scope, id_)
        self.warehouse: Warehouse | None = None
        if env.warehouse is None:
            return
        if network is None:
            raise ValueError(f"{self.node.path}: a warehouse stands in a network, and {env.name} has none")
        warehouse = self._make(env, env.warehouse, network, logs)
        self.warehouse = warehouse

        for zone in readable:
            zone.grant_read(warehouse.role)
        for database in databases:
            # One role asks for whoever is logged in there: nothing of a person through it.
            database.grant_select(warehouse.role, ["none"])
        grant_governed_data(warehouse.role, warehouse)

    def _make(
        self, env: Environment, size: WarehouseSize, network: PrivateNetwork, logs: LogBucket
    ) -> RedshiftCluster | RedshiftServerless:
        name, may_go = physical_name(env, "warehouse"), env.may_delete("warehouse")
        serverless = isinstance(size, ServerlessWarehouse)
        key = environment_key(
            self, "Key", env=env, name="warehouse", for_logs=RedshiftServerless.log_prefix(name) if serverless else None
        )
        if isinstance(size, ServerlessWarehouse):
            return RedshiftServerless(
                self, "Redshift", name=name, size=size, env=env, network=network, key=key, disposable=may_go
            )
        cluster = RedshiftCluster(
            self, "Redshift", name=name, size=size, env=env, network=network, key=key, disposable=may_go
        )
        cluster.audit_into(logs)
        return cluster
