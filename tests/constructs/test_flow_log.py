import pytest
from cdktf import TerraformStack

from config import NetworkSize
from constructs.encryption_key import EncryptionKey
from constructs.flow_log import FlowLog
from tests.constructs.test_private_network import ACCOUNT, private
from tests.support.synthesis import Template, synthesized


@pytest.fixture(scope="module")
def flow_log() -> Template:
    def build(stack: TerraformStack) -> None:
        FlowLog(
            stack,
            "FlowLog",
            name="shop-flow-log",
            log_group="/vpc/shop/flow",
            network=private(stack, NetworkSize(interface_endpoints=(), flow_log_keep_days=400)),
            key=EncryptionKey(stack, "Key", name="k", account_id=ACCOUNT),
            region="eu-west-1",
            account_id=ACCOUNT,
        )

    return synthesized(build)


def test_all_traffic_is_logged_encrypted_and_kept_as_long_as_the_size_says(flow_log: Template) -> None:
    assert flow_log.one("aws_flow_log")["traffic_type"] == "ALL"
    group = flow_log.one("aws_cloudwatch_log_group")
    assert group["retention_in_days"] == 400
    assert group["kms_key_id"].startswith("${aws_kms_key.")


def test_only_the_flow_log_service_writes_and_into_this_group_alone(flow_log: Template) -> None:
    (trust,) = [s for s in flow_log.statements() if s["sid"] == "AssumeByService"]
    assert trust["principals"][0]["identifiers"] == ["vpc-flow-logs.amazonaws.com"]
    assert trust["condition"][0]["values"] == [ACCOUNT]
    (writes,) = [s for s in flow_log.statements() if "logs:PutLogEvents" in s["actions"]]
    assert [resource.split(".")[0] for resource in writes["resources"]] == ["${aws_cloudwatch_log_group"]
