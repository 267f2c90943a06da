"""A warehouse whose machines come with a query and go with the last one: Amazon Redshift Serverless."""

from collections.abc import Sequence

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.redshiftserverless_namespace import RedshiftserverlessNamespace
from cdktf_cdktf_provider_aws.redshiftserverless_usage_limit import RedshiftserverlessUsageLimit
from cdktf_cdktf_provider_aws.redshiftserverless_workgroup import (
    RedshiftserverlessWorkgroup,
    RedshiftserverlessWorkgroupConfigParameter,
)
from cdktf_cdktf_provider_aws.security_group import SecurityGroup

from config import Environment
from config.warehouse_size import ServerlessWarehouse
from constructs import Construct
from constructs.access import allow
from constructs.encryption_key import EncryptionKey
from constructs.private_network import PrivateNetwork
from constructs.warehouse_door import PORT, WarehouseDoor
from constructs.warehouse_kinds import FIRST_DATABASE, OWNER
from constructs.warehouse_role import SERVERLESS_SERVICES, warehouse_role

LOGS = ("connectionlog", "userlog", "useractivitylog")
# What AWS sets for a new workgroup, in 2026.
AS_AWS_SETS = {
    "auto_mv": "true",
    "datestyle": "ISO, MDY",
    "enable_case_sensitive_identifier": "false",
    "query_group": "default",
    "search_path": "$user, public",
    # Serves US government workloads, and many clients cannot connect then.
    "use_fips_ssl": "false",
}


class RedshiftServerless(Construct):
    """Like a `RedshiftCluster`, but for its audit logs: Serverless writes them to CloudWatch only.

    ``key`` must let the log service use it for `log_prefix`. The namespace holds the data, the workgroup works: only
    the first takes two keys to delete. Unlike a cluster it leaves no last snapshot: make one by hand before.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        size: ServerlessWarehouse,
        env: Environment,
        network: PrivateNetwork,
        key: EncryptionKey,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.services: Sequence[str] = SERVERLESS_SERVICES
        self._key, self._door = key, WarehouseDoor(self, "Door", name=name, network=network)
        self.role: IamRole = warehouse_role(
            self, "Role", name=name, services=self.services, region=env.region, account_id=env.account_id
        )
        self.namespace = RedshiftserverlessNamespace(
            self,
            "Namespace",
            namespace_name=name,
            db_name=FIRST_DATABASE,
            kms_key_id=key.arn,
            admin_username=OWNER,
            manage_admin_password=True,
            admin_password_secret_kms_key_id=key.arn,
            iam_roles=[self.role.arn],
            default_iam_role_arn=self.role.arn,
            log_exports=list(LOGS),
            tags={"Name": name},
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
            depends_on=self._log_groups(name, env),
        )
        self.workgroup = self._workgroup(name, size, network)
        RedshiftserverlessUsageLimit(
            self,
            "Limit",
            resource_arn=self.workgroup.arn,
            usage_type="serverless-compute",
            amount=size.rpu_hours_per_day,
            period="daily",
            breach_action="deactivate",
        )

    @staticmethod
    def log_prefix(name: str) -> str:
        """Where Redshift writes the logs of a namespace called ``name``."""
        return f"/aws/redshift/{name}/"

    @property
    def host(self) -> str:
        return self.workgroup.endpoint.get(0).address

    def let_in(self, group: SecurityGroup) -> list[ITerraformDependable]:
        """Lets what wears ``group`` connect. Returns the rules, for those who must wait for them."""
        return self._door.let_in(group)

    def takes_role(self, role: IamRole) -> None:
        """Lets SQL name ``role`` too. Whoever may use which, the role itself says."""
        self.namespace.iam_roles = [*(self.namespace.iam_roles_input or []), role.arn]

    def grant_read_password(self, role: IamRole) -> list[IamRolePolicy]:
        """Fetch and decrypt the owner's name and password."""
        access = {"secretsmanager:GetSecretValue": self.namespace.admin_password_secret_arn}
        return [self._key.grant_decrypt(role), allow(role, "ReadPassword", self, access)]

    def _workgroup(self, name: str, size: ServerlessWarehouse, network: PrivateNetwork) -> RedshiftserverlessWorkgroup:
        parameters = AS_AWS_SETS | {
            "require_ssl": "true",
            "enable_user_activity_logging": "true",
            "max_query_execution_time": str(size.longest_query_seconds),
        }
        return RedshiftserverlessWorkgroup(
            self,
            "Workgroup",
            namespace_name=self.namespace.namespace_name,
            workgroup_name=name,
            base_capacity=size.base_rpu,
            max_capacity=size.max_rpu,
            subnet_ids=[subnet.id for subnet in network.subnets],
            security_group_ids=self._door.group_ids,
            port=PORT,
            publicly_accessible=False,
            enhanced_vpc_routing=True,
            config_parameter=[
                RedshiftserverlessWorkgroupConfigParameter(parameter_key=parameter, parameter_value=value)
                for parameter, value in parameters.items()
            ],
            tags={"Name": name},
            # AWS adds parameters of its own, the provider takes each for a change, and AWS then refuses that there is
            # none. https://github.com/hashicorp/terraform-provider-aws/issues/49939
            lifecycle=TerraformResourceLifecycle(ignore_changes=["config_parameter"]),
        )

    def _log_groups(self, name: str, env: Environment) -> list[CloudwatchLogGroup]:
        """Made before the namespace, which would make them itself: kept for ever, and under no key of ours."""
        return [
            CloudwatchLogGroup(
                self,
                log.capitalize(),
                name=f"{self.log_prefix(name)}{log}",
                retention_in_days=env.log_keep_days,
                kms_key_id=self._key.arn,
            )
            for log in LOGS
        ]
