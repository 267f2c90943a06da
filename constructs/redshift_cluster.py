"""A warehouse on nodes of its own: Amazon Redshift, provisioned."""

from collections.abc import Sequence

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.redshift_cluster import RedshiftCluster as AwsRedshiftCluster
from cdktf_cdktf_provider_aws.redshift_logging import RedshiftLogging
from cdktf_cdktf_provider_aws.redshift_subnet_group import RedshiftSubnetGroup
from cdktf_cdktf_provider_aws.security_group import SecurityGroup

from config import Environment
from config.warehouse_size import FOR_EVER, WarehouseNodes
from constructs import Construct
from constructs.access import allow
from constructs.encryption_key import EncryptionKey
from constructs.log_bucket import LogBucket
from constructs.private_network import PrivateNetwork
from constructs.redshift_limits import RedshiftLimits, RedshiftSnapshots
from constructs.redshift_parameters import parameter_group
from constructs.redshift_pause import RedshiftPause
from constructs.warehouse_door import PORT, WarehouseDoor
from constructs.warehouse_kinds import FIRST_DATABASE, OWNER
from constructs.warehouse_role import CLUSTER_SERVICES, warehouse_role

# UTC: outside a shop's day in Europe.
MAINTENANCE_WINDOW = "sun:03:00-sun:04:00"
AUDIT_PREFIX = "redshift/"


class RedshiftCluster(Construct):
    """Encrypted under ``key``, TLS only; nothing reaches it except through ``let_in``.

    Redshift makes the owner's password, keeps it in Secrets Manager under ``key``, and changes it every 30 days: who
    uses it fetches it for each connection, and never stores it. ``role`` is the default one for COPY and external
    schemas.

    Deleting it takes two keys, see `LakeZone`; who takes both away still leaves a last snapshot.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        size: WarehouseNodes,
        env: Environment,
        network: PrivateNetwork,
        key: EncryptionKey,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.services: Sequence[str] = CLUSTER_SERVICES
        self._key, self._door = key, WarehouseDoor(self, "Door", name=name, network=network)
        self.role: IamRole = warehouse_role(
            self, "Role", name=name, services=self.services, region=env.region, account_id=env.account_id
        )
        subnets = RedshiftSubnetGroup(
            self,
            "Subnets",
            name=name,
            description="Private subnets of the network",
            subnet_ids=[subnet.id for subnet in network.subnets],
            tags={"Name": name},
        )
        self.cluster = AwsRedshiftCluster(
            self,
            "Cluster",
            cluster_identifier=name,
            node_type=size.node_type,
            number_of_nodes=size.nodes,
            database_name=FIRST_DATABASE,
            cluster_parameter_group_name=parameter_group(self, name=name, size=size).name,
            cluster_subnet_group_name=subnets.name,
            vpc_security_group_ids=self._door.group_ids,
            port=PORT,
            publicly_accessible=False,
            enhanced_vpc_routing=True,
            multi_az=size.multi_az,
            # Either it stands in two zones, or it can be moved to another one.
            availability_zone_relocation_enabled=not size.multi_az,
            iam_roles=[self.role.arn],
            default_iam_role_arn=self.role.arn,
            allow_version_upgrade=True,
            preferred_maintenance_window=MAINTENANCE_WINDOW,
            tags={"Name": name},
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
        )
        self._use_managed_password()
        self._keep_data(name, size, disposable=disposable)
        RedshiftLimits(self, "Limits", cluster=self.cluster, size=size)
        if size.pause:
            RedshiftPause(self, "Pause", name=name, cluster=self.cluster, hours=size.pause, account_id=env.account_id)

    @property
    def host(self) -> str:
        return self.cluster.dns_name

    def audit_into(self, logs: LogBucket) -> None:
        """Writes down who came, who changed users, and every statement: to S3 always all three."""
        RedshiftLogging(
            self,
            "AuditLog",
            cluster_identifier=self.cluster.id,
            log_destination_type="s3",
            bucket_name=logs.bucket.bucket,
            s3_key_prefix=AUDIT_PREFIX,
            # Redshift tries to write when logging is enabled.
            depends_on=[logs.take_redshift_audit(AUDIT_PREFIX)],
        )

    def let_in(self, group: SecurityGroup) -> list[ITerraformDependable]:
        """Lets what wears ``group`` connect. Returns the rules, for those who must wait for them."""
        return self._door.let_in(group)

    def takes_role(self, role: IamRole) -> None:
        """Lets SQL name ``role`` too. Whoever may use which, the role itself says."""
        self.cluster.iam_roles = [*(self.cluster.iam_roles_input or []), role.arn]

    def grant_read_password(self, role: IamRole) -> list[IamRolePolicy]:
        """Fetch and decrypt the owner's name and password."""
        access = {"secretsmanager:GetSecretValue": self.cluster.master_password_secret_arn}
        return [self._key.grant_decrypt(role), allow(role, "ReadPassword", self, access)]

    def _use_managed_password(self) -> None:
        self.cluster.master_username = OWNER
        self.cluster.manage_master_password = True
        self.cluster.master_password_secret_kms_key_id = self._key.arn

    def _keep_data(self, name: str, size: WarehouseNodes, *, disposable: bool) -> None:
        cluster, by_hand = self.cluster, size.manual_snapshot_days
        cluster.encrypted = True
        cluster.kms_key_id = self._key.arn
        cluster.automated_snapshot_retention_period = size.snapshot_days
        cluster.manual_snapshot_retention_period = FOR_EVER if by_hand is None else by_hand
        cluster.skip_final_snapshot = disposable
        if not disposable:
            # A second one of this name is refused: then it is deleted no more than the first time.
            cluster.final_snapshot_identifier = f"{name}-final"
        RedshiftSnapshots(
            self, "Snapshots", name=name, cluster=cluster, every_hours=size.snapshot_every_hours, disposable=disposable
        )
