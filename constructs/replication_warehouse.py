"""Where changes go as well: tables of the warehouse, by way of files in a lake zone."""

from collections.abc import Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.dms_endpoint import DmsEndpoint, DmsEndpointRedshiftSettings
from cdktf_cdktf_provider_aws.iam_role import IamRole

from config import Environment
from config.naming import physical_name
from config.warehouse_target import WarehouseTarget
from constructs import Construct
from constructs.access import policy_document
from constructs.encryption_key import EncryptionKey
from constructs.lake_zone import LakeZone
from constructs.login_secret import LoginSecret
from constructs.replication_source import USER, asked_by_replication, replication_role
from constructs.warehouse_door import PORT
from constructs.warehouse_kinds import FIRST_DATABASE, Warehouse
from constructs.warehouse_role import asked_by_warehouse

FOLDER = "cdc-redshift"


class ReplicationWarehouse(Construct):
    """The endpoint of ``warehouse``. Files lie below `FOLDER` of ``zone`` until COPY has taken them.

    They are encrypted under the zone's key, login and endpoint under ``key``. Somebody makes the user in the warehouse,
    with the password that the login holds. ``after`` are the roles that DMS looks for.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        zone: LakeZone,
        key: EncryptionKey,
        warehouse: Warehouse,
        target: WarehouseTarget,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id_)
        self.name, self._env = physical_name(env, "capture-warehouse"), env
        files = self._files_role(warehouse)
        # COPY takes none but those the warehouse knows.
        warehouse.takes_role(files)
        login, reader = self._login(key, warehouse), self._login_role()
        # DMS tries to read the secret when the endpoint is made.
        ready = [*zone.grant_replicate_into(files, f"{FOLDER}/", reads=True), *login.grant_read(reader)]
        # Without ssl_mode: DMS speaks TLS with Redshift by itself, and refuses every mode but its own.
        # https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.SSL.html
        self.endpoint = DmsEndpoint(
            self,
            "Endpoint",
            endpoint_id=self.name,
            endpoint_type="target",
            # A serverless one too: the provider gives no settings to redshift-serverless, so that no role would be
            # named. https://github.com/hashicorp/terraform-provider-aws/issues/37063
            engine_name="redshift",
            kms_key_arn=key.arn,
            database_name=FIRST_DATABASE,
            secrets_manager_arn=login.secret.arn,
            secrets_manager_access_role_arn=reader.arn,
            redshift_settings=DmsEndpointRedshiftSettings(
                bucket_name=zone.bucket.bucket,
                bucket_folder=FOLDER,
                service_access_role_arn=files.arn,
                encryption_mode="SSE_KMS",
                server_side_encryption_kms_key_id=zone.key.arn,
            ),
            extra_connection_attributes=_attributes(target),
            depends_on=[*ready, *after],
        )

    def _files_role(self, warehouse: Warehouse) -> IamRole:
        """DMS writes with it, and the warehouse reads; there only DMS's own user may name it."""
        env = self._env
        trust = [
            asked_by_replication(env, "dms.amazonaws.com"),
            *asked_by_warehouse(warehouse.services, region=env.region, account_id=env.account_id, user=USER),
        ]
        return IamRole(
            self,
            "FilesRole",
            name=f"{self.name}-files",
            assume_role_policy=policy_document(self, "FilesRoleTrust", trust),
        )

    def _login_role(self) -> IamRole:
        # Secrets are fetched by the service of the region.
        service = f"dms.{self._env.region}.amazonaws.com"
        return replication_role(self, "LoginRole", name=f"{self.name}-login", env=self._env, service=service)

    def _login(self, key: EncryptionKey, warehouse: Warehouse) -> LoginSecret:
        return LoginSecret(
            self,
            "Login",
            name=f"{self.name}-login",
            description=f"How DMS logs into Redshift as {USER}. docs/CHANGE_CAPTURE.md says how to make that user.",
            key=key,
            login={"username": USER, "host": warehouse.host, "port": PORT, "dbname": FIRST_DATABASE},
            disposable=self._env.may_delete("change-capture"),
        )


def _attributes(target: WarehouseTarget) -> str | None:
    """The provider knows no fields for these."""
    attributes = {
        "maxFileSize": target.max_file_mb and target.max_file_mb * 1_024,
        "fileTransferUploadStreams": target.upload_streams,
    }
    return ";".join(f"{name}={value}" for name, value in attributes.items() if value) or None
