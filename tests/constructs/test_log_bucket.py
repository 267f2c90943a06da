import pytest
from cdktf import TerraformStack

from config import ZoneLifecycle
from constructs.encryption_key import EncryptionKey
from constructs.lake_zone import LakeZone
from constructs.log_bucket import LogBucket
from tests.support.synthesis import Block, Template, synthesized

ACCOUNT = "123456789012"


def logs(stack: TerraformStack, *, disposable: bool = False) -> LogBucket:
    return LogBucket(
        stack,
        "Logs",
        name="logs",
        account_id=ACCOUNT,
        sources="shop-*",
        lifecycle=ZoneLifecycle(expire_after_days=400),
        disposable=disposable,
    )


def logged_zone(stack: TerraformStack) -> None:
    key = EncryptionKey(stack, "Key", name="k", account_id=ACCOUNT)
    LakeZone(stack, "Silver", name="shop-silver", key=key, lifecycle=ZoneLifecycle(), logs=logs(stack))


def statement(template: Template, sid: str) -> Block:
    (found,) = [each for each in template.statements() if each["sid"] == sid]
    return found


def asked(found: Block) -> set[tuple[str, str, str]]:
    return {(c["test"], c["variable"], value) for c in found["condition"] for value in c["values"]}


def test_logs_are_private_versioned_and_under_the_only_encryption_s3_delivers_to() -> None:
    template = synthesized(logs)
    block = template.one("aws_s3_bucket_public_access_block")
    assert all(block[flag] for flag in block if flag.startswith(("block_", "ignore_", "restrict_")))
    assert template.one("aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}
    assert template.one("aws_s3_bucket_ownership_controls")["rule"] == {"object_ownership": "BucketOwnerEnforced"}
    (rule,) = template.one("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {"sse_algorithm": "AES256"}


def test_logs_are_kept_unless_told_that_they_may_go() -> None:
    kept = synthesized(logs).one("aws_s3_bucket")
    assert (kept["lifecycle"]["prevent_destroy"], kept["force_destroy"]) == (True, False)
    going = synthesized(lambda stack: logs(stack, disposable=True)).one("aws_s3_bucket")
    assert (going["lifecycle"]["prevent_destroy"], going["force_destroy"]) == (False, True)


def test_logs_do_not_log_themselves() -> None:
    assert synthesized(logs).all("aws_s3_bucket_logging") == {}


def test_s3_may_deliver_the_access_logs_of_our_buckets_and_of_no_others() -> None:
    allowed = statement(synthesized(logs), "AccessLogs")
    assert allowed["actions"] == ["s3:PutObject"]
    assert [resource.rpartition("}")[2] for resource in allowed["resources"]] == ["/access/*"]
    assert allowed["principals"] == [{"identifiers": ["logging.s3.amazonaws.com"], "type": "Service"}]
    assert asked(allowed) == {
        ("StringEquals", "aws:SourceAccount", ACCOUNT),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::shop-*"),
    }


def test_plain_http_and_old_tls_are_refused_beside_it() -> None:
    refused = [each["sid"] for each in synthesized(logs).statements() if each["effect"] == "Deny"]
    assert refused == ["RefusePlainHttp", "RefuseOldTls"]


def test_a_zones_access_log_goes_there_by_the_day_of_the_request() -> None:
    template = synthesized(logged_zone)
    log = template.one("aws_s3_bucket_logging")
    assert log["target_prefix"] == "access/"
    assert log["target_object_key_format"] == {"partitioned_prefix": {"partition_date_source": "EventTime"}}
    # S3 refuses a target it may not write to yet.
    assert [name.partition(".")[0] for name in log["depends_on"]] == ["aws_s3_bucket_policy"]
    assert "Logs_" in log["depends_on"][0]


def test_redshift_may_look_whose_the_bucket_is_and_put_below_its_prefix_once_it_was_let_in() -> None:
    def build(stack: TerraformStack) -> None:
        logs(stack).take_redshift_audit("redshift/")

    template = synthesized(build)
    for sid, action, end in [
        ("RedshiftPutObject", "s3:PutObject", "}/redshift/*"),
        ("RedshiftGetBucketAcl", "s3:GetBucketAcl", "}"),
    ]:
        allowed = statement(template, sid)
        assert allowed["actions"] == [action]
        assert allowed["resources"][0].endswith(end.replace("}", ".arn}"))
        assert allowed["principals"] == [{"identifiers": ["redshift.amazonaws.com"], "type": "Service"}]
        assert asked(allowed) == {("ArnLike", "aws:SourceArn", f"arn:aws:redshift:*:{ACCOUNT}:cluster:*")}
    documents = template.all("aws_iam_policy_document", "data")
    (merged,) = [document for document in documents.values() if "source_policy_documents" in document]
    assert "RedshiftMayDeliver" in merged["source_policy_documents"][0]
    assert "AccessLogs" in [each["sid"] for each in merged["statement"]]


def test_nobody_else_is_let_in() -> None:
    principals = [each["principals"][0]["identifiers"] for each in synthesized(logs).statements()]
    assert principals == [["*"], ["*"], ["logging.s3.amazonaws.com"]]


def test_a_name_too_long_for_a_bucket_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 63; shorten it"):
        synthesized(
            lambda stack: LogBucket(
                stack, "Logs", name="l" * 64, account_id=ACCOUNT, sources="s", lifecycle=ZoneLifecycle()
            )
        )
