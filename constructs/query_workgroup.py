"""Where analysts run SQL: results encrypted in a place of their own, each query limited in what it may read."""

from cdktf_cdktf_provider_aws.athena_workgroup import (
    AthenaWorkgroup,
    AthenaWorkgroupConfiguration,
    AthenaWorkgroupConfigurationEngineVersion,
    AthenaWorkgroupConfigurationResultConfiguration,
    AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from constructs import Construct
from constructs.access import Statement, attach
from constructs.lake_zone import LakeZone

GIB = 2**30
QUERY = (
    "athena:BatchGetNamedQuery",
    "athena:BatchGetQueryExecution",
    "athena:CreatePreparedStatement",
    "athena:DeletePreparedStatement",
    "athena:GetNamedQuery",
    "athena:GetPreparedStatement",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "athena:GetQueryRuntimeStatistics",
    "athena:GetWorkGroup",
    "athena:ListNamedQueries",
    "athena:ListPreparedStatements",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
# What drivers and the console show of the catalogue before anything is asked.
BROWSE = (
    "athena:GetDataCatalog",
    "athena:GetDatabase",
    "athena:GetTableMetadata",
    "athena:ListDatabases",
    "athena:ListTableMetadata",
)


class QueryWorkgroup(Construct):
    """An Athena workgroup whose settings no client can override. A query over ``scan_limit_gb`` is cancelled.

    Whoever may query here reads the results of all others who may: give those who may see more one of their own.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        results: LakeZone,
        scan_limit_gb: int,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._results, self._prefix = results, f"{name}/"
        self.workgroup = AthenaWorkgroup(
            self,
            "Workgroup",
            name=name,
            force_destroy=disposable,
            configuration=AthenaWorkgroupConfiguration(
                enforce_workgroup_configuration=True,
                publish_cloudwatch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=scan_limit_gb * GIB,
                engine_version=AthenaWorkgroupConfigurationEngineVersion(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=AthenaWorkgroupConfigurationResultConfiguration(
                    output_location=f"s3://{results.bucket.bucket}/{self._prefix}",
                    encryption_configuration=AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration(
                        encryption_option="SSE_KMS", kms_key_arn=results.key.arn
                    ),
                ),
            ),
        )

    def grant_query(self, role: IamRole) -> list[IamRolePolicy]:
        """Ask, stop and read queries of this workgroup. What a query may see is for the catalogue's grants to say."""
        statements = [
            Statement(sid="Query", actions=QUERY, resources=[self.workgroup.arn]),
            # The account's own catalogue, as Athena calls it; its tables are the Glue catalogue's to show.
            Statement(sid="Browse", actions=BROWSE, resources=["arn:aws:athena:*:*:datacatalog/AwsDataCatalog"]),
            # "*": lists have no resource.
            Statement(sid="List", actions=("athena:ListDataCatalogs", "athena:ListWorkGroups"), resources=["*"]),
        ]
        return [*self._results.grant_keep_results(role, self._prefix), attach(role, "Query", self, statements)]
