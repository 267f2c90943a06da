"""Where changes go: Parquet files of a lake zone, as they come, for ever."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.dms_s3_endpoint import DmsS3Endpoint
from cdktf_cdktf_provider_aws.iam_role import IamRole

from config import Environment
from config.table_mappings import COMMIT_TS
from constructs import Construct
from constructs.access import Statement, attach
from constructs.encryption_key import EncryptionKey
from constructs.lake_zone import LakeZone
from constructs.replication_source import replication_role

# A file is closed after a minute or at 32 MB, in KB; files of the full load at 512 MB.
BATCH_SECONDS, BATCH_KB, LOAD_KB = 60, 32_000, 524_288


class ReplicationTarget(Construct):
    """Files below ``<folder>/<schema>/<table>/``: ``LOAD*`` of the full load, and changes by the day of their commit.

    They are encrypted under the zone's key, the endpoint itself under ``key``.

    By the day because rows in S3 can be compared with the source no other way, and because who merges lists a day and
    not years. Not by transaction (``preserve_transactions``): that puts all tables into one file, as CSV only.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        env: Environment,
        zone: LakeZone,
        folder: str,
        key: EncryptionKey,
        validates: bool,
    ) -> None:
        super().__init__(scope, id_)
        role = replication_role(self, "Role", name=f"{name}-lake", env=env, service="dms.amazonaws.com")
        may_write = zone.grant_replicate_into(role, f"{folder}/", reads=validates)
        if validates:
            may_write.append(attach(role, "Validate", self, _compare_with_athena(env)))
        self.role: IamRole = role
        self.endpoint = DmsS3Endpoint(
            self,
            "Endpoint",
            endpoint_id=f"{name}-lake",
            endpoint_type="target",
            kms_key_arn=key.arn,
            bucket_name=zone.bucket.bucket,
            bucket_folder=folder,
            expected_bucket_owner=env.account_id,
            service_access_role_arn=role.arn,
            encryption_mode="SSE_KMS",
            server_side_encryption_kms_key_id=zone.key.arn,
            data_format="parquet",
            parquet_version="parquet-2-0",
            compression_type="GZIP",
            enable_statistics=True,
            # Microseconds, as MySQL has them.
            parquet_timestamp_in_millisecond=False,
            include_op_for_full_load=True,
            timestamp_column_name=COMMIT_TS,
            date_partition_enabled=True,
            date_partition_sequence="yyyymmdd",
            date_partition_delimiter="SLASH",
            cdc_max_batch_interval=BATCH_SECONDS,
            cdc_min_file_size=BATCH_KB,
            max_file_size=LOAD_KB,
            preserve_transactions=False,
            depends_on=may_write,
        )


def _compare_with_athena(env: Environment) -> Sequence[Statement]:
    """What AWS asks for: it makes a workgroup and a database for its comparison, and takes them away.

    https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Validating_S3.html
    """
    place = f"{env.region}:{env.account_id}"
    queries = [f"athena:{action}" for action in ("StartQueryExecution", "GetQueryExecution", "CreateWorkGroup")]
    tables = ("CreateDatabase", "DeleteDatabase", "GetDatabase", "GetTables", "CreateTable", "DeleteTable", "GetTable")
    own = "aws_dms_s3_validation_*"
    catalogue = ("catalog", f"database/{own}", f"table/{own}/*", f"userDefinedFunction/{own}/*")
    groups = [f"arn:aws:athena:{place}:workgroup/dms_validation_workgroup_for_task_*"]
    return [
        Statement(sid="Ask", actions=queries, resources=groups),
        Statement(
            sid="OwnTables",
            actions=[f"glue:{action}" for action in tables],
            resources=[f"arn:aws:glue:{place}:{each}" for each in catalogue],
        ),
    ]
