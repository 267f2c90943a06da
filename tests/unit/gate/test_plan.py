"""Does the gate refuse what cannot be undone, and let ordinary changes through? Plans are small and made by hand."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gate.plan.check import JUDGES, check
from gate.report import BROKEN, PASSED, REFUSED, Report

TODAY = date(2026, 11, 23)
PROD_STACK = "ecommerce-prod"
Plan = Callable[..., Report]


@pytest.fixture
def judged(tmp_path: Path) -> Plan:
    """Judges a plan with these changes, of an environment that has been deployed before."""

    def judge(
        *changes: dict[str, Any], stack: str = PROD_STACK, had_state: bool = True, endpoint: str | None = None
    ) -> Report:
        kept = [{"mode": "managed", "address": "aws_s3_bucket.kept"}] if had_state else []
        endpoints = [{"s3": {"constant_value": endpoint}}] if endpoint else []
        plan = {
            "format_version": "1.2",
            "planned_values": {},
            "resource_changes": list(changes),
            "prior_state": {"values": {"root_module": {"resources": kept}}},
            "configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {"endpoints": endpoints}}}},
        }
        path = tmp_path / f"{stack}.json"
        path.write_text(json.dumps(plan), encoding="utf-8")
        return check([path], today=TODAY, acknowledged=tmp_path / "acknowledged")

    return judge


def change(
    address: str,
    *actions: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    unknown: dict[str, Any] | None = None,
    because: list[list[str]] | None = None,
) -> dict[str, Any]:
    return {
        "address": address,
        "type": address.split(".", maxsplit=1)[0],
        "mode": "managed",
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "replace_paths": because or [],
        },
    }


def update(address: str, before: dict[str, Any], after: dict[str, Any], **more: Any) -> dict[str, Any]:
    return change(address, "update", before=before, after=after, **more)


def create(address: str, after: dict[str, Any], **more: Any) -> dict[str, Any]:
    return change(address, "create", after=after, **more)


def delete(address: str, before: dict[str, Any]) -> dict[str, Any]:
    return change(address, "delete", before=before)


def policy(*actions: str, on: str = "arn:aws:s3:::silver/*", **more: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": on, **more}]})


BUCKET = {"bucket": "silver"}
DENY_HTTP = policy("s3:*", Effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
ONLY_IF = {"Bool": {"x": "y"}}
FUNCTION = {"function_name": "etl"}
ROLE_POLICY = "aws_iam_role_policy.read"
READ = {"role": "etl", "policy": policy("s3:GetObject")}
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
    judged: Plan, risk: str, changes: list[dict[str, Any]]
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
def test_an_ordinary_change_passes(judged: Plan, name: str) -> None:
    report = judged(*HARMLESS[name])
    assert report.findings == []
    assert report.exit_code == PASSED


def test_a_replacement_names_the_setting_that_forces_it(judged: Plan) -> None:
    report = judged(
        change("aws_db_instance.x", "delete", "create", before={}, after={}, because=[["storage_encrypted"]])
    )
    assert "because of storage_encrypted" in report.findings[0].problem


def test_a_move_is_told_with_the_block_that_makes_it_one(judged: Plan) -> None:
    report = judged(delete("aws_s3_bucket.old", BUCKET), create("aws_s3_bucket.new", BUCKET))
    assert "moved { from = aws_s3_bucket.old  to = aws_s3_bucket.new }" in report.findings[0].remedy


def test_data_of_a_disposable_environment_may_go(judged: Plan) -> None:
    assert judged(delete("aws_s3_bucket.x", BUCKET), stack="ecommerce-dev").findings == []


def test_a_plan_from_an_empty_state_creates_everything_and_is_refused(judged: Plan) -> None:
    report = judged(create("aws_s3_bucket.x", BUCKET), had_state=False)
    assert [finding.check for finding in report.findings] == ["creates_everything_anew"]


def test_an_emulated_aws_begins_empty_every_time(judged: Plan) -> None:
    assert judged(create("aws_s3_bucket.x", BUCKET), had_state=False, endpoint="http://127.0.0.1:5000").findings == []
    assert judged(create("aws_s3_bucket.x", BUCKET), had_state=False, endpoint="https://s3.aws.com").findings != []


def acknowledge(folder: Path, *marks: str, **changed: Any) -> None:
    content = {"reason": "The zone moves to another account.", "owner": "data", "expires": TODAY, "accepted": [*marks]}
    (folder / "acknowledged").mkdir(exist_ok=True)
    path = folder / "acknowledged" / "move-silver.yaml"
    path.write_text(yaml.safe_dump(content | changed), encoding="utf-8")


def mark_in(report: Report) -> str:
    return report.findings[0].remedy.rsplit(" ", maxsplit=1)[-1]


def test_an_acknowledged_risk_passes_and_is_told(judged: Plan, tmp_path: Path) -> None:
    risky = delete("aws_s3_bucket.x", BUCKET)
    acknowledge(tmp_path, mark_in(judged(risky)))
    report = judged(risky)
    assert report.exit_code == PASSED
    assert any("aws_s3_bucket.x" in note for note in report.notes)


def test_an_acknowledgement_is_for_one_change_only(judged: Plan, tmp_path: Path) -> None:
    acknowledge(tmp_path, mark_in(judged(update(ROLE_POLICY, READ, READ | {"policy": policy("s3:PutObject")}))))
    assert judged(update(ROLE_POLICY, READ, READ | {"policy": policy("s3:DeleteObject")})).exit_code == REFUSED
    assert judged(delete("aws_s3_bucket.x", BUCKET)).exit_code == REFUSED


@pytest.mark.parametrize(
    "changed",
    [{"expires": date(2026, 11, 22)}, {"expires": date(2027, 1, 1)}, {"reason": ""}, {"accepted": [1]}, {"more": 1}],
)
def test_an_acknowledgement_that_cannot_count_is_refused(judged: Plan, tmp_path: Path, changed: dict[str, Any]) -> None:
    risky = delete("aws_s3_bucket.x", BUCKET)
    acknowledge(tmp_path, mark_in(judged(risky)), **changed)
    assert {finding.check for finding in judged(risky).findings} == {"destroys_data", "acknowledgement"}


def test_what_is_no_plan_is_not_called_safe(tmp_path: Path) -> None:
    for name, text in {"ecommerce-prod": "{}", "ecommerce-dev": "no json", "elsewhere": "{}"}.items():
        path = tmp_path / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        assert check([path], today=TODAY, acknowledged=tmp_path).exit_code == BROKEN
    assert check([tmp_path / "missing.json"], today=TODAY, acknowledged=tmp_path).exit_code == BROKEN


def test_without_a_plan_the_report_says_that_nothing_was_looked_at(tmp_path: Path) -> None:
    report = check([], today=TODAY, acknowledged=tmp_path)
    assert report.figures["plans"] == 0
    assert "no plan was given" in report.notes[0]
