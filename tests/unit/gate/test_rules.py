"""Does each rule catch the fault it is there for, and leave a good stack alone? Every fault is planted by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from config.environments import LOCAL, PROD
from gate.finding import Rule, findings
from gate.rules import RULES, buckets, deletion, delivery, encryption, network, policies, secrets
from gate.template import Template
from tests.unit.gate.good_template import ARN, BUCKET, EVERYONE, KEY, condition, good_document, service, statement

Document = dict[str, Any]
Fault = Callable[[Document], None]


def put(path: str, value: Any) -> Fault:
    """Sets what stands at a dotted path below the resources; new blocks are made on the way."""

    def plant(document: Document) -> None:
        *way, last = path.split(".")
        block: Any = document["resource"]
        for part in way:
            block = block.setdefault(part, {}) if isinstance(block, dict) else block[int(part)]
        block[last] = value

    return plant


def drop(path: str) -> Fault:
    def plant(document: Document) -> None:
        *way, last = path.split(".")
        found = reduce(lambda block, part: block[int(part) if isinstance(block, list) else part], way, document)
        del found[int(last) if isinstance(found, list) else last]

    return plant


def say(name: str, *statements: dict[str, Any]) -> Fault:
    """Replaces what a policy document says."""

    def plant(document: Document) -> None:
        document["data"]["aws_iam_policy_document"][name]["statement"] = list(statements)

    return plant


def provider(**settings: Any) -> Fault:
    return lambda document: document["provider"]["aws"][0].update(settings)


def backend(**settings: Any) -> Fault:
    return lambda document: document["terraform"]["backend"]["s3"].update(settings)


def in_json(policy: dict[str, Any]) -> Fault:
    return put("aws_iam_role_policy.read.policy", json.dumps({"Version": "2012-10-17", "Statement": policy}))


S3_ALL = statement("s3:*", on=[ARN, f"{ARN}/*"], principals=EVERYONE) | {"effect": "Deny"}
NO_HTTP = S3_ALL | {"condition": [condition("Bool", "aws:SecureTransport", "false")]}
NO_OLD_TLS = S3_ALL | {"condition": [condition("NumericLessThan", "s3:TlsVersion", "1.2")]}
ONLY_OBJECTS = NO_HTTP | {"resources": [f"{ARN}/*"]}
SOMETIMES = NO_HTTP | {"condition": [*NO_HTTP["condition"], condition("StringEquals", "aws:PrincipalTag/x", "y")]}
ENCODED = '${jsonencode({"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", "Action" = "s3:*", "Resource" = aws_s3_bucket.silver.arn}]})}'  # noqa: E501
SSE = "aws_s3_bucket_server_side_encryption_configuration.silver.rule.0"
BLOCK = "aws_s3_bucket_public_access_block.silver"
MAPPING = "aws_lambda_event_source_mapping.orders"
OPEN = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
FAULTS: list[tuple[Rule, Fault]] = [
    (buckets.bucket_refuses_plain_http, drop("resource.aws_s3_bucket_policy.silver")),
    (buckets.bucket_refuses_plain_http, say("silver", NO_OLD_TLS)),
    (buckets.bucket_refuses_plain_http, say("silver", NO_OLD_TLS, ONLY_OBJECTS)),
    (buckets.bucket_refuses_plain_http, say("silver", NO_OLD_TLS, SOMETIMES)),
    (buckets.bucket_refuses_plain_http, say("silver", NO_OLD_TLS, NO_HTTP | {"effect": "Allow"})),
    (buckets.bucket_refuses_old_tls, say("silver", NO_HTTP)),
    (buckets.bucket_blocks_public_access, drop(f"resource.{BLOCK}")),
    (buckets.bucket_blocks_public_access, put(f"{BLOCK}.ignore_public_acls", False)),
    (buckets.bucket_blocks_public_access, put(f"{BLOCK}.bucket", "${aws_s3_bucket.silver_two.id}")),
    (buckets.bucket_is_encrypted_with_own_key, put(f"{SSE}.apply_server_side_encryption_by_default", {})),
    (
        buckets.bucket_is_encrypted_with_own_key,
        put(f"{SSE}.apply_server_side_encryption_by_default.kms_master_key_id", None),
    ),
    (
        buckets.bucket_is_encrypted_with_own_key,
        put("aws_s3_bucket_logging.x", {"bucket": "${aws_s3_bucket.x.id}", "target_bucket": BUCKET}),
    ),
    (buckets.bucket_key_spares_requests, put(f"{SSE}.bucket_key_enabled", False)),
    (buckets.bucket_is_versioned, drop("resource.aws_s3_bucket_versioning.silver")),
    (
        buckets.bucket_is_versioned,
        put("aws_s3_bucket_versioning.silver.versioning_configuration.status", "Suspended"),
    ),
    (buckets.bucket_cleans_up, drop("resource.aws_s3_bucket_lifecycle_configuration.silver")),
    (buckets.bucket_cleans_up, put("aws_s3_bucket_lifecycle_configuration.silver.rule.0.status", "Disabled")),
    (
        buckets.bucket_cleans_up,
        drop("resource.aws_s3_bucket_lifecycle_configuration.silver.rule.0.noncurrent_version_expiration"),
    ),
    (policies.policy_is_readable, put("aws_iam_role_policy.read.policy", '${file("policy.json")}')),
    (policies.policy_names_actions, say("read", statement("*", on=[ARN]))),
    (policies.policy_names_actions, say("read", statement("s3:*", on=[ARN]))),
    (policies.policy_names_actions, say("read", {"not_actions": ["iam:*"], "resources": [ARN]})),
    (policies.policy_names_actions, in_json({"Effect": "Allow", "Action": ["s3:*"], "Resource": ARN})),
    (policies.policy_names_actions, put("aws_iam_role_policy.read.policy", ENCODED)),
    (policies.policy_names_actions, say("key", statement("kms:*", on=["*"], principals=service("x")))),
    (policies.policy_names_actions, say("door", statement("s3:*", on=["*"], principals=EVERYONE))),
    (policies.policy_names_resources, say("read", statement("s3:GetObject", on=["*"]))),
    (policies.policy_names_resources, say("read", statement("cloudwatch:PutMetricData", on=["*"]))),
    (policies.policy_names_resources, in_json({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})),
    (policies.policy_passes_one_role, say("read", statement("iam:PassRole", on=["arn:aws:iam::1:role/*"]))),
    (policies.policy_passes_one_role, say("read", statement("iam:PassRole", on=["arn:aws:iam::1:role/etl"]))),
    (policies.policy_is_not_public, say("door", statement("s3:GetObject", on=["*"], principals=EVERYONE))),
    (policies.policy_is_not_public, say("silver", NO_HTTP, NO_OLD_TLS, NO_HTTP | {"effect": "Allow"})),
    (policies.service_acts_for_this_account, say("trust", statement("sts:AssumeRole", on=[], principals=service("x")))),
    (
        policies.service_acts_for_this_account,
        say("key", statement("kms:Decrypt", on=["*"], principals=service("logs.amazonaws.com"))),
    ),
    (
        policies.trust_names_one_service,
        say("trust", statement("sts:AssumeRole", on=[], principals=[*service("a"), *service("b")])),
    ),
    (
        policies.federation_names_its_subject,
        say(
            "pipeline",
            statement("sts:AssumeRole", on=[], principals=[{"type": "Federated", "identifiers": ["hub"]}]),
        ),
    ),
    (
        policies.access_is_not_by_the_handful,
        put("aws_iam_role_policy_attachment.x", {"policy_arn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"}),
    ),
    (policies.nobody_has_standing_keys, put("aws_iam_user.x", {"name": "x"})),
    (secrets.secret_is_not_in_template_or_state, put("aws_redshift_cluster.warehouse.master_password", "hunter22")),
    (secrets.secret_is_not_in_template_or_state, put("aws_dms_endpoint.source.password", "${var.password}")),
    (secrets.secret_is_not_in_template_or_state, put("aws_ssm_parameter.x", {"type": "SecureString", "value": "v"})),
    (secrets.secret_is_not_in_template_or_state, provider(access_key="x", secret_key="y")),
    (
        secrets.secret_is_not_in_template_or_state,
        provider(access_key="x", endpoints=[{"s3": "http://127.0.0.1:5000", "iam": "https://iam.amazonaws.com"}]),
    ),
    (secrets.secret_is_written_once, put("aws_secretsmanager_secret_version.db.secret_string_wo", "hunter22")),
    (secrets.setting_holds_no_secret, put("aws_lambda_function.etl.environment.variables.API_TOKEN", "abc")),
    (secrets.setting_holds_no_secret, put("aws_glue_job.x.default_arguments", {"--db_password": "abc"})),
    (secrets.text_looks_like_no_secret, put("aws_glue_job.x.name", "mysql://admin:hunter22@db/shop")),
    (secrets.text_looks_like_no_secret, put("aws_glue_job.x.name", "AKIAIOSFODNN7EXAMPLE")),
    (secrets.text_looks_like_no_secret, put("aws_glue_job.x.name", "-----BEGIN RSA PRIVATE KEY-----")),
    (secrets.text_looks_like_no_secret, put("aws_glue_job.x.name", "jdbc:redshift://db/x?user=a&password=hunter22")),
    (secrets.backend_holds_no_keys, backend(access_key="x", secret_key="y")),
    (delivery.mapping_keeps_failures, drop(f"resource.{MAPPING}.destination_config")),
    (delivery.mapping_gives_up, drop(f"resource.{MAPPING}.maximum_retry_attempts")),
    (delivery.mapping_gives_up, put(f"{MAPPING}.maximum_retry_attempts", -1)),
    (delivery.mapping_gives_up, drop(f"resource.{MAPPING}.maximum_record_age_in_seconds")),
    (delivery.mapping_isolates_bad_records, drop(f"resource.{MAPPING}.function_response_types")),
    (
        delivery.mapping_isolates_bad_records,
        drop("resource.aws_lambda_event_source_mapping.jobs.function_response_types"),
    ),
    (delivery.mapping_isolates_bad_records, put(f"{MAPPING}.bisect_batch_on_function_error", False)),
    (delivery.queue_has_a_dead_letter_queue, drop("resource.aws_sqs_queue.jobs.redrive_policy")),
    (delivery.alarm_tells_somebody, put("aws_cloudwatch_metric_alarm.late.alarm_actions", [])),
    (delivery.function_logs_into_its_own_group, drop("resource.aws_lambda_function.etl.logging_config")),
    (delivery.log_group_expires, drop("resource.aws_cloudwatch_log_group.etl.retention_in_days")),
    (delivery.log_group_expires, put("aws_cloudwatch_log_group.etl.retention_in_days", 7)),
    (deletion.data_is_not_destroyed, drop("resource.aws_s3_bucket.silver.lifecycle")),
    (deletion.data_is_not_destroyed, put("aws_glue_catalog_database.silver.lifecycle.prevent_destroy", False)),
    (deletion.data_is_not_emptied, put("aws_s3_bucket.silver.force_destroy", True)),
    (deletion.database_is_protected, put("aws_db_instance.shop.deletion_protection", False)),
    (deletion.database_is_protected, drop("resource.aws_dynamodb_table.seen.deletion_protection_enabled")),
    (deletion.database_leaves_a_snapshot, put("aws_db_instance.shop.skip_final_snapshot", True)),
    (deletion.database_leaves_a_snapshot, drop("resource.aws_redshift_cluster.warehouse.final_snapshot_identifier")),
    (deletion.database_can_go_back, put("aws_db_instance.shop.backup_retention_period", 0)),
    (
        deletion.database_can_go_back,
        drop("resource.aws_redshift_cluster.warehouse.automated_snapshot_retention_period"),
    ),
    (deletion.database_can_go_back, drop("resource.aws_dynamodb_table.seen.point_in_time_recovery")),
    (deletion.key_waits_before_it_goes, put("aws_kms_key.lake.deletion_window_in_days", 7)),
    (deletion.key_waits_before_it_goes, put("aws_secretsmanager_secret.db.recovery_window_in_days", 0)),
    (encryption.store_is_encrypted_with_own_key, drop("resource.aws_lambda_function.etl.kms_key_arn")),
    (encryption.store_is_encrypted_with_own_key, put("aws_sns_topic.alarms.kms_master_key_id", "alias/aws/sns")),
    (encryption.store_is_encrypted_with_own_key, put("aws_db_instance.shop.storage_encrypted", False)),
    (encryption.stream_is_encrypted, put("aws_kinesis_stream.orders.encryption_type", "NONE")),
    (encryption.key_rotates, drop("resource.aws_kms_key.lake.enable_key_rotation")),
    (
        encryption.workgroup_cannot_be_overridden,
        put("aws_athena_workgroup.analysts.configuration.enforce_workgroup_configuration", False),
    ),
    (
        encryption.workgroup_cannot_be_overridden,
        drop("resource.aws_athena_workgroup.analysts.configuration.result_configuration"),
    ),
    (encryption.database_refuses_plain_connections, drop("resource.aws_db_instance.shop.parameter_group_name")),
    (encryption.database_refuses_plain_connections, put("aws_redshift_parameter_group.warehouse.parameter", [])),
    (encryption.database_refuses_plain_connections, put("aws_db_parameter_group.shop.parameter.0.value", "0")),
    (encryption.replication_looks_at_certificates, put("aws_dms_endpoint.source.ssl_mode", "require")),
    (network.nothing_comes_in_from_everywhere, put("aws_security_group.jobs.ingress", [OPEN])),
    (
        network.nothing_comes_in_from_everywhere,
        put("aws_vpc_security_group_ingress_rule.jobs.cidr_ipv4", "0.0.0.0/0"),
    ),
    (
        network.nothing_comes_in_from_everywhere,
        put("aws_security_group_rule.x", OPEN | {"type": "ingress", "cidr_blocks": None, "ipv6_cidr_blocks": ["::/0"]}),
    ),
    (
        network.warehouse_port_is_for_groups,
        put("aws_security_group.warehouse.ingress.0.cidr_blocks", ["10.0.0.0/16"]),
    ),
    (
        network.warehouse_port_is_for_groups,
        put("aws_security_group.jobs.ingress", [{"protocol": "-1", "cidr_blocks": ["10.0.0.0/16"]}]),
    ),
    (
        network.not_everything_goes_out,
        put("aws_security_group.jobs.egress", [{"protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}]),
    ),
    (network.store_is_private, put("aws_db_instance.shop.publicly_accessible", True)),
    (network.store_is_private, drop("resource.aws_redshift_cluster.warehouse.publicly_accessible")),
    (network.nothing_has_a_public_address, put("aws_subnet.a.map_public_ip_on_launch", True)),
    (network.nothing_has_a_public_address, put("aws_lambda_function_url.x", {"authorization_type": "NONE"})),
    (network.console_is_private, put("aws_mwaa_environment.airflow.webserver_access_mode", "PUBLIC_ONLY")),
    (network.default_group_is_empty, drop("resource.aws_default_security_group.main")),
    (network.default_group_is_empty, drop("resource.aws_default_security_group.main.egress")),
    (network.default_group_is_empty, put("aws_default_security_group.main.ingress", [{"protocol": "-1"}])),
    (network.network_is_watched, put("aws_flow_log.main.traffic_type", "REJECT")),
]
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
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_stack_passes(rule: Rule) -> None:
    assert findings(rule, Template(good_document()), PROD) == []


@pytest.mark.parametrize(
    ("rule", "fault"), FAULTS, ids=[f"{rule.__name__}-{number}" for number, (rule, _) in enumerate(FAULTS)]
)
def test_a_planted_fault_is_caught(rule: Rule, fault: Fault) -> None:
    document = good_document()
    fault(document)
    found = findings(rule, Template(document), PROD)
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
    assert findings(rule, Template(document), replace(PROD, disposable=True)) == []


@pytest.mark.parametrize("type_", encryption.KEY_FIELDS)
def test_every_kind_of_store_must_name_a_key_of_ours(type_: str) -> None:
    without = Template({"resource": {type_: {"x": {}}}})
    assert findings(encryption.store_is_encrypted_with_own_key, without, PROD)
    body: Document = {}
    plant = put(f"{type_}.x.{encryption.KEY_FIELDS[type_]}", KEY)
    document = {"resource": {type_: {"x": body}}}
    plant(document)
    if type_ in encryption.SWITCHES:
        put(f"{type_}.x.{encryption.SWITCHES[type_]}", True)(document)
    assert findings(encryption.store_is_encrypted_with_own_key, Template(document), PROD) == []


def test_how_long_logs_are_kept_is_what_the_environment_says() -> None:
    document = good_document()
    put("aws_cloudwatch_log_group.etl.retention_in_days", LOCAL.log_keep_days)(document)
    assert findings(delivery.log_group_expires, Template(document), LOCAL) == []


def test_the_target_of_access_logs_has_the_encryption_that_s3_can_deliver_to() -> None:
    document = good_document()
    put("aws_s3_bucket_logging.x", {"bucket": "${aws_s3_bucket.x.id}", "target_bucket": BUCKET})(document)
    put(f"{SSE}.apply_server_side_encryption_by_default", {"sse_algorithm": "AES256"})(document)
    assert findings(buckets.bucket_is_encrypted_with_own_key, Template(document), PROD) == []


def test_an_emulators_made_up_keys_are_no_secret() -> None:
    document = good_document()
    provider(access_key="emulated", secret_key="emulated", endpoints=[{"s3": "http://127.0.0.1:5000"}])(document)
    assert findings(secrets.secret_is_not_in_template_or_state, Template(document), LOCAL) == []


def test_an_unused_policy_document_is_judged_too() -> None:
    document = good_document()
    document["data"]["aws_iam_policy_document"]["spare"] = {"statement": [statement("*", on=["*"])]}
    found = findings(policies.policy_names_actions, Template(document), PROD)
    assert [finding.address for finding in found] == ["data.aws_iam_policy_document.spare"]
