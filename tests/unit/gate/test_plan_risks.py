"""Does the gate refuse what cannot be undone, and let ordinary changes through?"""

import json
from typing import Any

import pytest

from gate.plan.check import JUDGES
from gate.report import PASSED, REFUSED
from tests.unit.gate.planned import (
    BUCKET,
    PROD_STACK,
    READ,
    ROLE_POLICY,
    Judged,
    change,
    create,
    delete,
    policy,
    update,
)

DENY_HTTP = policy("s3:*", Effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
GROUP = {"id": "sg-1", "name": "jobs", "ingress": [{"protocol": "tcp", "from_port": 443, "to_port": 443}]}


def ingress(*ranges: str, low: int = 443, high: int = 443, protocol: str = "tcp") -> dict[str, Any]:
    rule = {"protocol": protocol, "from_port": low, "to_port": high, "cidr_blocks": list(ranges)}
    return GROUP | {"ingress": [rule]}


def sse(algorithm: str, key: str | None = None) -> dict[str, Any]:
    default = {"sse_algorithm": algorithm, "kms_master_key_id": key or ""}
    return BUCKET | {"rule": [{"apply_server_side_encryption_by_default": [default]}]}


SSE = "aws_s3_bucket_server_side_encryption_configuration.x"
CIDR = {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 443, "to_port": 443}
REFUSED_PLANS: list[tuple[str, list[dict[str, Any]]]] = [
    ("destroys_data", [delete("aws_s3_bucket.x", BUCKET)]),
    ("destroys_data", [change("aws_kms_key.x", "forget", before={"key_id": "k"})]),
    ("destroys_data", [change("aws_kinesis_stream.x", "delete", "create", before={"name": "a"}, after={"name": "b"})]),
    ("destroys_data", [change("aws_db_instance.x", "create", "delete", before={}, after={}, because=[["identifier"]])]),
    ("moves_without_moved", [delete("aws_s3_bucket.old", BUCKET), create("aws_s3_bucket.new", BUCKET)]),
    (
        "moves_without_moved",
        [
            delete("aws_lambda_function.old", {"function_name": "f"}),
            create("aws_lambda_function.n", {"function_name": "f"}),
        ],
    ),
    ("loses_encryption", [update("aws_sqs_queue.x", {"kms_master_key_id": "k"}, {"kms_master_key_id": None})]),
    ("loses_encryption", [update("aws_kinesis_stream.x", {"encryption_type": "KMS"}, {"encryption_type": "NONE"})]),
    ("loses_encryption", [update(SSE, sse("aws:kms", "k"), sse("AES256"))]),
    ("loses_encryption", [update("aws_kms_key.x", {"enable_key_rotation": True}, {"enable_key_rotation": False})]),
    ("loses_companion", [delete(SSE, sse("aws:kms", "k"))]),
    ("loses_companion", [delete("aws_s3_bucket_public_access_block.x", BUCKET)]),
    (
        "opens_bucket",
        [update("aws_s3_bucket_public_access_block.x", {"block_public_acls": True}, {"block_public_acls": False})],
    ),
    ("lowers_guard", [update("aws_db_instance.x", {"deletion_protection": True}, {"deletion_protection": False})]),
    ("lowers_guard", [update("aws_db_instance.x", {"publicly_accessible": False}, {"publicly_accessible": True})]),
    ("lowers_guard", [update("aws_kinesis_stream.x", {"retention_period": 168}, {"retention_period": 24})]),
    (
        "lowers_guard",
        [
            update(
                "aws_s3_bucket_versioning.x",
                {"versioning_configuration": [{"status": "Enabled"}]},
                {"versioning_configuration": [{"status": "Suspended"}]},
            )
        ],
    ),
    ("widens_rights", [update(ROLE_POLICY, READ, READ | {"policy": policy("s3:GetObject", "s3:PutObject")})]),
    ("widens_rights", [update(ROLE_POLICY, READ, READ | {"policy": policy("s3:*")})]),
    ("widens_rights", [update(ROLE_POLICY, READ, READ | {"policy": policy("s3:GetObject", on="*")})]),
    ("widens_rights", [update(ROLE_POLICY, READ, {"role": "etl"}, unknown={"policy": True})]),
    ("widens_rights", [create(ROLE_POLICY, READ)]),
    ("widens_rights", [update(ROLE_POLICY, READ, READ | {"policy": json.dumps({"Statement": [{"NotAction": "x"}]})})]),
    (
        "widens_rights",
        [
            update(
                "aws_iam_role.x",
                {
                    "assume_role_policy": policy(
                        "sts:AssumeRole", Principal={"Service": "a"}, Condition={"Bool": {"x": "y"}}
                    )
                },
                {"assume_role_policy": policy("sts:AssumeRole", Principal={"Service": "a"})},
            )
        ],
    ),
    (
        "widens_rights",
        [update("aws_s3_bucket_policy.x", BUCKET | {"policy": DENY_HTTP}, BUCKET | {"policy": '{"Statement": []}'})],
    ),
    ("widens_rights", [delete("aws_s3_bucket_policy.x", BUCKET | {"policy": DENY_HTTP})]),
    ("attaches_rights", [create("aws_iam_role_policy_attachment.x", {"role": "etl", "policy_arn": "arn:x"})]),
    ("widens_openings", [update("aws_security_group.x", ingress("10.0.0.0/16"), ingress("10.0.0.0/8"))]),
    ("widens_openings", [update("aws_security_group.x", ingress("10.0.0.0/16"), ingress("10.0.0.0/16", high=5439))]),
    (
        "widens_openings",
        [update("aws_security_group.x", ingress("10.0.0.0/8"), ingress("10.0.0.0/8", protocol="-1"))],
    ),
    ("widens_openings", [create("aws_vpc_security_group_ingress_rule.x", CIDR | {"cidr_ipv4": "10.0.0.0/16"})]),
    (
        "widens_openings",
        [create("aws_vpc_security_group_ingress_rule.x", CIDR, unknown={"referenced_security_group_id": True})],
    ),
]
HARMLESS: dict[str, list[dict[str, Any]]] = {
    "nothing changes": [change("aws_s3_bucket.x", "no-op", before=BUCKET, after=BUCKET)],
    "a function is replaced": [change("aws_lambda_function.x", "delete", "create", before={}, after={})],
    "a new bucket with its guards": [
        create("aws_s3_bucket.x", BUCKET, unknown={"id": True, "policy": True}),
        create("aws_s3_bucket_policy.x", {}, unknown={"bucket": True, "policy": True}),
    ],
    "a new role with its rights": [create("aws_iam_role.x", {"name": "etl"}), create(ROLE_POLICY, READ)],
    "fewer rights": [update(ROLE_POLICY, READ | {"policy": policy("s3:*")}, READ)],
    "the same rights in another order": [
        update(ROLE_POLICY, READ | {"policy": policy("s3:A", "s3:B")}, READ | {"policy": policy("s3:B", "s3:A")})
    ],
    "a role goes with its rights": [delete("aws_iam_role.x", {"name": "etl"}), delete(ROLE_POLICY, READ)],
    "another key, not yet known": [
        update("aws_sqs_queue.x", {"kms_master_key_id": "k"}, {}, unknown={"kms_master_key_id": True})
    ],
    "a narrower group": [update("aws_security_group.x", ingress("10.0.0.0/8"), ingress("10.0.1.0/24"))],
    "an opening moves into a resource of its own": [
        update("aws_security_group.x", ingress("10.0.0.0/16"), GROUP | {"ingress": []}),
        create("aws_vpc_security_group_ingress_rule.x", CIDR | {"cidr_ipv4": "10.0.0.0/16"}),
    ],
    "logs for ever": [update("aws_cloudwatch_log_group.x", {"retention_in_days": 365}, {"retention_in_days": 0})],
}


@pytest.mark.parametrize(
    ("risk", "changes"), REFUSED_PLANS, ids=[f"{risk}-{number}" for number, (risk, _) in enumerate(REFUSED_PLANS)]
)
def test_a_risk_is_refused_with_what_where_and_how_to_go_on(
    judged: Judged, risk: str, changes: list[dict[str, Any]]
) -> None:
    report = judged(*changes)
    assert report.exit_code == REFUSED
    assert {finding.check for finding in report.findings} == {risk}
    for finding in report.findings:
        assert finding.address in {change["address"] for change in changes}
        assert finding.where == PROD_STACK
        assert finding.remedy


def test_every_judge_has_a_plan_that_it_refuses() -> None:
    judges = {judge.__name__ for judge in JUDGES}
    assert judges == {risk for risk, _ in REFUSED_PLANS} | {"creates_everything_anew"}


@pytest.mark.parametrize("name", HARMLESS)
def test_an_ordinary_change_passes(judged: Judged, name: str) -> None:
    report = judged(*HARMLESS[name])
    assert report.findings == []
    assert report.exit_code == PASSED
