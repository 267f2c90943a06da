"""Does each rule catch the fault it is there for, and leave a good stack alone? Every fault is planted by hand."""

from dataclasses import replace
from typing import Any

import pytest

from config.environments import LOCAL
from gate.finding import Rule, findings
from gate.rules import RULES, buckets, deletion, delivery, encryption, network, policies, roles, secrets
from gate.template import Template
from tests.unit.gate.faults.every import EVERY as FAULTS
from tests.unit.gate.faults.planting import Fault, provider, put
from tests.unit.gate.good.template import ENV, good_document
from tests.unit.gate.good.words import BUCKET, KEY, SIGNED_IN, statement

SSE = "aws_s3_bucket_server_side_encryption_configuration.silver.rule.0"
# Rules that look away where nothing is worth keeping, or nobody can reach it.
ONLY_WHERE_DATA_IS_KEPT = {
    deletion.data_is_not_destroyed,
    deletion.data_is_not_emptied,
    deletion.database_is_protected,
    deletion.database_leaves_a_snapshot,
    deletion.database_can_go_back,
    deletion.key_waits_before_it_goes,
    network.not_everything_goes_out,
    network.console_is_private,
    roles.role_stays_within_a_boundary,
    deletion.database_keeps_its_backups,
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_stack_passes(rule: Rule) -> None:
    assert findings(rule, Template(good_document()), ENV) == []


@pytest.mark.parametrize(
    ("rule", "fault"), FAULTS, ids=[f"{rule.__name__}-{number}" for number, (rule, _) in enumerate(FAULTS)]
)
def test_a_planted_fault_is_caught(rule: Rule, fault: Fault) -> None:
    document = good_document()
    fault(document)
    found = findings(rule, Template(document), ENV)
    assert found
    assert all(finding.problem and finding.remedy for finding in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_has_a_fault_that_it_catches(rule: Rule) -> None:
    assert rule in {caught for caught, _ in FAULTS}


@pytest.mark.parametrize(
    ("rule", "fault"),
    [case for case in FAULTS if case[0] in ONLY_WHERE_DATA_IS_KEPT],
    ids=[f"{rule.__name__}-{number}" for number, (rule, _) in enumerate(FAULTS) if rule in ONLY_WHERE_DATA_IS_KEPT],
)
def test_a_disposable_environment_may_be_deleted(rule: Rule, fault: Fault) -> None:
    document = good_document()
    fault(document)
    assert findings(rule, Template(document), replace(ENV, disposable=True)) == []


@pytest.mark.parametrize("type_", encryption.KEY_FIELDS)
def test_every_kind_of_store_must_name_a_key_of_ours(type_: str) -> None:
    without = Template({"resource": {type_: {"x": {}}}})
    assert findings(encryption.store_is_encrypted_with_own_key, without, ENV)
    body: dict[str, Any] = {}
    plant = put(f"{type_}.x.{encryption.KEY_FIELDS[type_]}", KEY)
    document = {"resource": {type_: {"x": body}}}
    plant(document)
    if type_ in encryption.SWITCHES:
        put(f"{type_}.x.{encryption.SWITCHES[type_]}", True)(document)
    assert findings(encryption.store_is_encrypted_with_own_key, Template(document), ENV) == []


def test_how_long_logs_are_kept_is_what_the_environment_says() -> None:
    document = good_document()
    put("aws_cloudwatch_log_group.etl.retention_in_days", LOCAL.log_keep_days)(document)
    assert findings(delivery.log_group_expires, Template(document), LOCAL) == []


def test_the_target_of_access_logs_has_the_encryption_that_s3_can_deliver_to() -> None:
    document = good_document()
    put("aws_s3_bucket_logging.x", {"bucket": "${aws_s3_bucket.x.id}", "target_bucket": BUCKET})(document)
    put(f"{SSE}.apply_server_side_encryption_by_default", {"sse_algorithm": "AES256"})(document)
    assert findings(buckets.bucket_is_encrypted_with_own_key, Template(document), ENV) == []


def test_an_emulators_made_up_keys_are_no_secret() -> None:
    document = good_document()
    provider(access_key="emulated", secret_key="emulated", endpoints=[{"s3": "http://127.0.0.1:5000"}])(document)
    assert findings(secrets.secret_is_not_in_template_or_state, Template(document), LOCAL) == []


@pytest.mark.parametrize("place", ["", "*/"])
def test_people_signed_in_with_one_permission_set_may_take_on_a_role(place: str) -> None:
    document = good_document()
    (condition,) = document["data"]["aws_iam_policy_document"]["people"]["statement"][0]["condition"]
    condition["values"] = [SIGNED_IN.replace("*/", place)]
    assert findings(roles.trust_names_one_service, Template(document), ENV) == []


def test_an_unused_policy_document_is_judged_too() -> None:
    document = good_document()
    document["data"]["aws_iam_policy_document"]["spare"] = {"statement": [statement("*", on=["*"])]}
    found = findings(policies.policy_names_actions, Template(document), ENV)
    assert [finding.address for finding in found] == ["data.aws_iam_policy_document.spare"]
