"""A MySQL or PostgreSQL server in the private network: single rows, fast; let in by group, logged in by role."""

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.db_instance import DbInstance
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.security_group import SecurityGroup

from config import Environment
from config.database_size import DatabaseSize
from constructs import Construct
from constructs.access import allow
from constructs.database_door import DatabaseDoor
from constructs.database_monitor import DatabaseMonitor
from constructs.database_parameters import parameter_group
from constructs.encryption_key import EncryptionKey
from constructs.private_network import PrivateNetwork

FIRST_DATABASE = "store"
# Not admin, postgres or root: those everybody tries first.
OWNER = "storekeeper"
# UTC. They must not overlap, and neither falls into a shop's day in Europe.
BACKUP_WINDOW = "01:00-02:00"
MAINTENANCE_WINDOW = "sun:03:00-sun:04:00"
CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"


class RelationalDatabase(Construct):
    """Encrypted under ``key``, TLS only, backed up, watched; nothing reaches it except through ``let_in``.

    ``key`` must let the log service use it for `log_prefix`. RDS makes the owner's password, keeps it in Secrets
    Manager, and changes it every seven days: who uses it fetches it for each connection, and never stores it.
    Applications have users of their own, and log in with their role (``grant_login``), without a password.

    Deleting it takes two keys, see `LakeZone`. Without ``disposable`` Terraform refuses, and so does AWS; who takes
    both away still leaves a last snapshot and the backups. Changes that stop it wait for the maintenance window,
    unless it is disposable.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        size: DatabaseSize,
        env: Environment,
        network: PrivateNetwork,
        key: EncryptionKey,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.key, self.port = key, size.port
        self._env, self._door = env, DatabaseDoor(self, "Door", name=name, port=size.port, network=network)
        subnets = DbSubnetGroup(
            self,
            "Subnets",
            name=name,
            description="Private subnets of the network",
            subnet_ids=[subnet.id for subnet in network.subnets],
            tags={"Name": name},
        )
        self.instance = DbInstance(
            self,
            "Instance",
            identifier=name,
            engine=size.engine,
            engine_version=size.version,
            instance_class=size.instance_class,
            parameter_group_name=parameter_group(self, name=name, size=size).name,
            db_name=FIRST_DATABASE,
            multi_az=size.multi_az,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[self._door.group.id],
            port=size.port,
            publicly_accessible=False,
            ca_cert_identifier=CERTIFICATE_AUTHORITY,
            auto_minor_version_upgrade=True,
            maintenance_window=MAINTENANCE_WINDOW,
            apply_immediately=disposable,
            tags={"Name": name},
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
        )
        self._use_managed_password()
        self._keep_data(name, size, disposable=disposable)
        self._watch(name, size)

    @staticmethod
    def log_prefix(name: str) -> str:
        """Where RDS writes the logs of a server called ``name``."""
        return f"/aws/rds/instance/{name}/"

    def let_in(self, group: SecurityGroup) -> list[ITerraformDependable]:
        """Lets what wears ``group`` connect. Returns the rules, for those who must wait for them."""
        return self._door.let_in(group)

    def grant_login(self, role: IamRole, *, user: str) -> IamRolePolicy:
        """Log in as ``user`` with a token of 15 minutes; the user must be made in the database for that.

        https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
        """
        place = f"{self._env.region}:{self._env.account_id}"
        users = f"arn:aws:rds-db:{place}:dbuser:{self.instance.resource_id}"
        return allow(role, "Login", self, {"rds-db:connect": f"{users}/{user}"})

    def grant_read_password(self, role: IamRole) -> list[IamRolePolicy]:
        """Fetch and decrypt the owner's name and password. Neither host nor port stands in that secret."""
        secret = self.instance.master_user_secret.get(0).secret_arn
        read = allow(role, "ReadPassword", self, {"secretsmanager:GetSecretValue": secret})
        return [self.key.grant_decrypt(role), read]

    def _use_managed_password(self) -> None:
        self.instance.username = OWNER
        self.instance.manage_master_user_password = True
        self.instance.master_user_secret_kms_key_id = self.key.arn
        self.instance.iam_database_authentication_enabled = True

    def _keep_data(self, name: str, size: DatabaseSize, *, disposable: bool) -> None:
        database = self.instance
        database.storage_type = "gp3"
        database.storage_encrypted = True
        database.kms_key_id = self.key.arn
        database.allocated_storage = size.storage_gb
        database.max_allocated_storage = size.max_storage_gb
        database.backup_retention_period = size.backup_days
        database.backup_window = BACKUP_WINDOW
        database.copy_tags_to_snapshot = True
        database.deletion_protection = not disposable
        database.delete_automated_backups = disposable
        database.skip_final_snapshot = disposable
        if not disposable:
            # A second one of this name is refused: then it is deleted no more than the first time.
            database.final_snapshot_identifier = f"{name}-final"

    def _watch(self, name: str, size: DatabaseSize) -> None:
        database, waits_for = self.instance, self._log_groups(name, size)
        database.enabled_cloudwatch_logs_exports = list(size.log_exports)
        database.performance_insights_enabled = size.insights_days is not None
        if size.insights_days is not None:
            database.performance_insights_kms_key_id = self.key.arn
            database.performance_insights_retention_period = size.insights_days
        if size.monitoring_seconds:
            monitor = DatabaseMonitor(
                self, "Monitor", name=f"{name}-monitor", region=self._env.region, account_id=self._env.account_id
            )
            database.monitoring_interval = size.monitoring_seconds
            database.monitoring_role_arn = monitor.role.arn
            # RDS looks whether the role may write when the server is made.
            waits_for.append(monitor.may_write)
        database.depends_on = [f"{each.terraform_resource_type}.{each.friendly_unique_id}" for each in waits_for]

    def _log_groups(self, name: str, size: DatabaseSize) -> list[CloudwatchLogGroup | IamRolePolicy]:
        """Made before the server, which would make them itself: kept for ever, and under no key of ours."""
        return [
            CloudwatchLogGroup(
                self,
                f"{log.capitalize()}Log",
                name=f"{self.log_prefix(name)}{log}",
                retention_in_days=self._env.log_keep_days,
                kms_key_id=self.key.arn,
            )
            for log in size.log_exports
        ]
