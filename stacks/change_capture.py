"""The change capture layer: the shop's database, followed by DMS into bronze, and into the warehouse if wanted."""

from cdktf import ITerraformDependable

from config import Environment
from config.naming import physical_name
from config.replication_settings import replication_settings
from config.table_mappings import table_mappings
from config.warehouse_replication import warehouse_mappings, warehouse_settings
from config.warehouse_target import WarehouseTarget
from constructs import Construct
from constructs.alerts import Alerts
from constructs.encryption_key import environment_key
from constructs.lake_zone import LakeZone
from constructs.private_network import PrivateNetwork
from constructs.relational_database import RelationalDatabase
from constructs.replication_account_roles import ReplicationAccountRoles
from constructs.replication_alarms import announce_stops, watch_replication
from constructs.replication_runner import ReplicationRunner, Work
from constructs.replication_source import ReplicationSource
from constructs.replication_target import ReplicationTarget
from constructs.replication_warehouse import ReplicationWarehouse
from constructs.source_way import SourceWay, way_to
from constructs.warehouse_kinds import Warehouse

FOLDER = "cdc"


class ChangeCaptureLayer(Construct):
    """What ``env.change_capture`` says, or nothing where that is None.

    Rows land in ``bronze`` below ``cdc/<schema>/<table>/`` in clear: DMS can hash, but not under a key, and a hash of
    an e-mail address without one is soon guessed. The merge into silver puts tokens in their place.

    `into_warehouse` is a second task beside that, once there is a warehouse.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        network: PrivateNetwork | None,
        bronze: LakeZone,
        database: RelationalDatabase | None,
        alerts: Alerts,
    ) -> None:
        super().__init__(scope, id_)
        self._env, capture = env, env.change_capture
        if capture is None:
            return
        if network is None:
            raise ValueError(f"{self.node.path}: change capture stands in a network, and {env.name} has none")
        self._name, self._capture = physical_name(env, "capture"), capture
        log = ReplicationRunner.log_prefix(self._name, capture)
        self._key = environment_key(self, "Key", env=env, name="capture", for_logs=log)
        self._bronze, self._alerts = bronze, alerts
        self._account_roles = self._make_account_roles() if capture.makes_account_roles else []
        self._runner = self._make_runner(network)
        self._way = way_to(self, self._runner.client.group, source=capture.source, database=database)
        self._source = self._make_source(self._way)
        dimensions = self._runner.run("IntoLake", self._work(), after=self._way.rules)
        watch_replication(
            alerts,
            "Capture",
            name="capture",
            dimensions=dimensions,
            latency_minutes=capture.latency_minutes,
            validates=capture.validates,
        )
        announce_stops(self, "Stops", name=physical_name(env, "capture-stops"), alerts=alerts)

    def into_warehouse(self, warehouse: Warehouse | None) -> None:
        """Keeps the environment's ``warehouse_target`` in ``warehouse``, or does nothing where none is set."""
        capture = self._env.change_capture
        if capture is None or (target := capture.warehouse_target) is None:
            return
        if warehouse is None:
            raise ValueError(f"{self.node.path}: warehouse_target is set, and {self._env.name} has no warehouse")
        work = self._work_for(warehouse, target)
        let_in = warehouse.let_in(self._runner.client.group)
        dimensions = self._runner.run("IntoWarehouse", work, after=[*self._way.rules, *let_in])
        watch_replication(
            self._alerts,
            "CaptureWarehouse",
            name="capture-warehouse",
            dimensions=dimensions,
            latency_minutes=capture.latency_minutes,
            validates=False,
            look_at="the warehouse's load and limits, the rights of its user, and the machine's memory",
        )

    def _make_account_roles(self) -> list[ITerraformDependable]:
        directly = self._capture.warehouse_target is not None
        return ReplicationAccountRoles(self, "AccountRoles", env=self._env, into_warehouse=directly).in_force

    def _make_runner(self, network: PrivateNetwork) -> ReplicationRunner:
        return ReplicationRunner(
            self,
            "Runner",
            name=self._name,
            capture=self._capture,
            env=self._env,
            network=network,
            key=self._key,
            after=self._account_roles,
        )

    def _make_source(self, way: SourceWay) -> ReplicationSource:
        return ReplicationSource(
            self,
            "CaptureSource",
            name=self._name,
            env=self._env,
            key=self._key,
            login={"host": way.host, "port": way.port},
            authority=self._capture.authority,
            disposable=self._env.may_delete("change-capture"),
        )

    def _work(self) -> Work:
        target = ReplicationTarget(
            self,
            "CaptureTarget",
            name=self._name,
            env=self._env,
            zone=self._bronze,
            folder=FOLDER,
            key=self._key,
            validates=self._capture.validates,
        )
        return Work(
            name=self._name,
            source_arn=self._source.endpoint.endpoint_arn,
            target_arn=target.endpoint.endpoint_arn,
            mappings=table_mappings(self._capture.schemas),
            settings=replication_settings(validates=self._capture.validates),
            started=self._capture.started,
        )

    def _work_for(self, warehouse: Warehouse, target: WarehouseTarget) -> Work:
        kept = ReplicationWarehouse(
            self,
            "CaptureWarehouse",
            env=self._env,
            zone=self._bronze,
            key=self._key,
            warehouse=warehouse,
            target=target,
            after=self._account_roles,
        )
        return Work(
            name=kept.name,
            source_arn=self._source.endpoint.endpoint_arn,
            target_arn=kept.endpoint.endpoint_arn,
            mappings=warehouse_mappings(self._capture.schemas, target),
            settings=warehouse_settings(target),
            started=target.started,
        )
