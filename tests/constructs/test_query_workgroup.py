from cdktf import TerraformStack

from config import ZoneLifecycle
from constructs.access import service_role
from constructs.encryption_key import EncryptionKey
from constructs.lake_zone import LakeZone
from constructs.query_workgroup import QueryWorkgroup
from tests.support.synthesis import synthesized

ACCOUNT = "123456789012"


def workgroup(stack: TerraformStack) -> QueryWorkgroup:
    key = EncryptionKey(stack, "Key", name="k", account_id=ACCOUNT)
    results = LakeZone(stack, "Results", name="results", key=key, lifecycle=ZoneLifecycle())
    return QueryWorkgroup(stack, "Analysts", name="analysts", results=results, scan_limit_gb=10)


def test_no_client_can_override_encryption_or_the_scan_limit() -> None:
    settings = synthesized(workgroup).one("aws_athena_workgroup")["configuration"]
    assert settings["enforce_workgroup_configuration"]
    assert settings["bytes_scanned_cutoff_per_query"] == 10 * 2**30
    assert settings["result_configuration"]["encryption_configuration"]["encryption_option"] == "SSE_KMS"


def test_whoever_may_query_keeps_its_results_below_the_workgroups_prefix_and_deletes_none() -> None:
    def build(stack: TerraformStack) -> None:
        workgroup(stack).grant_query(
            service_role(stack, "Role", name="r", service="quicksight.amazonaws.com", account_id=ACCOUNT)
        )

    allowed = {action: s.get("resources", []) for s in synthesized(build).statements() for action in s["actions"]}
    assert allowed["s3:PutObject"][0].endswith(".arn}/analysts/*")
    assert allowed["s3:GetObject"] == allowed["s3:PutObject"]
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= set(allowed)
    assert not [action for action in allowed if "Delete" in action and action != "athena:DeletePreparedStatement"]


def test_queries_are_those_of_one_workgroup() -> None:
    def build(stack: TerraformStack) -> None:
        workgroup(stack).grant_query(
            service_role(stack, "Role", name="r", service="quicksight.amazonaws.com", account_id=ACCOUNT)
        )

    statements = {s["sid"]: s for s in synthesized(build).statements()}
    assert "athena:StartQueryExecution" in statements["Query"]["actions"]
    assert all("aws_athena_workgroup" in arn for arn in statements["Query"]["resources"])
    assert [s["sid"] for s in statements.values() if s.get("resources") == ["*"] and "principals" not in s] == ["List"]
