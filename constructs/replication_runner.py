"""What carries changes over: a machine with a task on it, or capacity that AWS finds by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import Fn, ITerraformDependable
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.dms_replication_config import DmsReplicationConfig, DmsReplicationConfigComputeConfig
from cdktf_cdktf_provider_aws.dms_replication_instance import DmsReplicationInstance
from cdktf_cdktf_provider_aws.dms_replication_subnet_group import DmsReplicationSubnetGroup
from cdktf_cdktf_provider_aws.dms_replication_task import DmsReplicationTask

from config import Environment
from config.change_capture import ChangeCapture, ReplicationMachine, ServerlessReplication
from constructs import Construct
from constructs.encryption_key import EncryptionKey
from constructs.network_client import NetworkClient
from constructs.private_network import PrivateNetwork

# UTC, after the database's own: outside a shop's day in Europe.
MAINTENANCE_WINDOW = "sun:04:30-sun:05:30"
FULL_LOAD_AND_CHANGES = "full-load-and-cdc"


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a task does, from where, to where. ``started`` False leaves it at rest."""

    name: str
    source_arn: str
    target_arn: str
    mappings: str
    settings: str
    started: bool


class ReplicationRunner(Construct):
    """Runs `Work` in the network, encrypted under ``key``, which must let the log service use it for `log_prefix`.

    ``client`` is what it wears: HTTPS to AWS, and whatever lets that group in. ``after`` are the rights it needs.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        capture: ChangeCapture,
        env: Environment,
        network: PrivateNetwork,
        key: EncryptionKey,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id_)
        self._name, self._capture, self._key = name, capture, key
        self.client = NetworkClient(self, "Client", name=name, network=network)
        self._subnets = DmsReplicationSubnetGroup(
            self,
            "Subnets",
            replication_subnet_group_id=name,
            replication_subnet_group_description="Private subnets of the network",
            subnet_ids=[subnet.id for subnet in network.subnets],
            depends_on=list(after),
        )
        self._wait_for: list[ITerraformDependable] = [*after, *self.client.rules, *network.doors]
        self._instance: DmsReplicationInstance | None = None
        if isinstance(capture.machine, ReplicationMachine):
            # DMS would make it: kept for ever, and under no key of ours. Of a serverless replication the name is not
            # known before.
            self._log_group("Log", self.log_prefix(name, capture), env)
            self._instance = self._machine(capture.machine)

    @staticmethod
    def log_prefix(name: str, capture: ChangeCapture) -> str:
        """How the log groups of a runner called ``name`` begin."""
        serverless = isinstance(capture.machine, ServerlessReplication)
        return f"dms-serverless-replication-{name}" if serverless else f"dms-tasks-{name}"

    def run(self, id_: str, work: Work, *, after: Sequence[ITerraformDependable] = ()) -> dict[str, str]:
        """Loads and follows. Returns the dimensions of its metrics."""
        if self._instance:
            return self._task(id_, work, self._instance, after)
        return self._serverless(id_, work, after)

    def _task(
        self, id_: str, work: Work, instance: DmsReplicationInstance, after: Sequence[ITerraformDependable]
    ) -> dict[str, str]:
        task = DmsReplicationTask(
            self,
            id_,
            replication_task_id=work.name,
            migration_type=FULL_LOAD_AND_CHANGES,
            replication_instance_arn=instance.replication_instance_arn,
            source_endpoint_arn=work.source_arn,
            target_endpoint_arn=work.target_arn,
            table_mappings=work.mappings,
            replication_task_settings=work.settings,
            start_replication_task=work.started,
            depends_on=list(after),
        )
        # CloudWatch knows a task by the end of its ARN, not by its name.
        number = Fn.element(Fn.split(":", task.replication_task_arn), 6)
        return {
            "ReplicationInstanceIdentifier": instance.replication_instance_id,
            "ReplicationTaskIdentifier": str(number),
        }

    def _serverless(self, id_: str, work: Work, after: Sequence[ITerraformDependable]) -> dict[str, str]:
        machine = self._capture.machine
        assert isinstance(machine, ServerlessReplication)  # noqa: S101  the other kind
        compute = DmsReplicationConfigComputeConfig(
            replication_subnet_group_id=self._subnets.replication_subnet_group_id,
            vpc_security_group_ids=[self.client.group.id],
            min_capacity_units=machine.least_units,
            max_capacity_units=machine.most_units,
            multi_az=machine.multi_az,
            kms_key_id=self._key.arn,
            preferred_maintenance_window=MAINTENANCE_WINDOW,
        )
        DmsReplicationConfig(
            self,
            id_,
            replication_config_identifier=work.name,
            resource_identifier=work.name,
            replication_type=FULL_LOAD_AND_CHANGES,
            source_endpoint_arn=work.source_arn,
            target_endpoint_arn=work.target_arn,
            table_mappings=work.mappings,
            replication_settings=work.settings,
            start_replication=work.started,
            compute_config=compute,
            depends_on=[*self._wait_for, *after],
        )
        return {"ReplicationConfigIdentifier": work.name}

    def _machine(self, machine: ReplicationMachine) -> DmsReplicationInstance:
        return DmsReplicationInstance(
            self,
            "Machine",
            replication_instance_id=self._name,
            replication_instance_class=machine.instance_class,
            allocated_storage=machine.storage_gb,
            multi_az=machine.multi_az,
            kms_key_arn=self._key.arn,
            publicly_accessible=False,
            replication_subnet_group_id=self._subnets.replication_subnet_group_id,
            vpc_security_group_ids=[self.client.group.id],
            auto_minor_version_upgrade=True,
            allow_major_version_upgrade=False,
            apply_immediately=False,
            preferred_maintenance_window=MAINTENANCE_WINDOW,
            depends_on=self._wait_for,
        )

    def _log_group(self, id_: str, name: str, env: Environment) -> None:
        group = CloudwatchLogGroup(self, id_, name=name, retention_in_days=env.log_keep_days, kms_key_id=self._key.arn)
        self._wait_for.append(group)
