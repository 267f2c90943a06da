from cdktf import TerraformStack

from config import ZoneLifecycle
from constructs.encryption_key import EncryptionKey
from constructs.lake_zone import LakeZone
from constructs.query_workgroup import QueryWorkgroup
from tests.support.synthesis import synthesized


def test_no_client_can_override_encryption_or_the_scan_limit() -> None:
    def build(stack: TerraformStack) -> None:
        key = EncryptionKey(stack, "Key", name="k", account_id="123456789012")
        results = LakeZone(stack, "Results", name="results", key=key, lifecycle=ZoneLifecycle())
        QueryWorkgroup(stack, "Analysts", name="analysts", results=results, scan_limit_gb=10)

    settings = synthesized(build).one("aws_athena_workgroup")["configuration"]
    assert settings["enforce_workgroup_configuration"]
    assert settings["bytes_scanned_cutoff_per_query"] == 10 * 2**30
    assert settings["result_configuration"]["encryption_configuration"]["encryption_option"] == "SSE_KMS"
