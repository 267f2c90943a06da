"""Where analysts run SQL: results encrypted in a place of their own, each query limited in what it may read."""

from cdktf_cdktf_provider_aws.athena_workgroup import (
    AthenaWorkgroup,
    AthenaWorkgroupConfiguration,
    AthenaWorkgroupConfigurationEngineVersion,
    AthenaWorkgroupConfigurationResultConfiguration,
    AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration,
)

from constructs import Construct
from constructs.lake_zone import LakeZone

GIB = 2**30


class QueryWorkgroup(Construct):
    """An Athena workgroup whose settings no client can override. A query over ``scan_limit_gb`` is cancelled."""

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
                    output_location=f"s3://{results.bucket.bucket}/{name}/",
                    encryption_configuration=AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration(
                        encryption_option="SSE_KMS", kms_key_arn=results.key.arn
                    ),
                ),
            ),
        )
