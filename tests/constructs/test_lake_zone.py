import pytest
from cdktf import TerraformStack

from config import Transition, ZoneLifecycle
from constructs.access import service_role
from constructs.encryption_key import EncryptionKey
from constructs.lake_zone import LakeZone
from tests.support.synthesis import synthesized


def zone(
    stack: TerraformStack, *, name: str = "z", lifecycle: ZoneLifecycle | None = None, disposable: bool = False
) -> LakeZone:
    key = EncryptionKey(stack, "Key", name="k", account_id="123456789012")
    return LakeZone(stack, "Silver", name=name, key=key, lifecycle=lifecycle or ZoneLifecycle(), disposable=disposable)


def test_a_zone_is_private_versioned_and_encrypted_with_its_own_key() -> None:
    template = synthesized(zone)
    block = template.one("aws_s3_bucket_public_access_block")
    assert all(block[flag] for flag in block if flag.startswith(("block_", "ignore_", "restrict_")))
    assert template.one("aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}
    (rule,) = template.one("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["bucket_key_enabled"]
    assert rule["apply_server_side_encryption_by_default"]["sse_algorithm"] == "aws:kms"


def test_a_zone_refuses_plain_http_and_old_tls() -> None:
    denied = [s for s in synthesized(zone).statements() if s["effect"] == "Deny"]
    conditions = {(c["test"], c["variable"], c["values"][0]) for s in denied for c in s["condition"]}
    assert conditions == {
        ("Bool", "aws:SecureTransport", "false"),
        ("NumericLessThan", "s3:TlsVersion", "1.2"),
    }
    assert all(len(s["resources"]) == 2 for s in denied)


def test_a_zone_is_kept_unless_told_that_it_may_go() -> None:
    kept = synthesized(zone).one("aws_s3_bucket")
    assert kept["lifecycle"]["prevent_destroy"]
    assert not kept["force_destroy"]
    going = synthesized(lambda stack: zone(stack, disposable=True)).one("aws_s3_bucket")
    assert not going["lifecycle"]["prevent_destroy"]
    assert going["force_destroy"]


def test_old_versions_unfinished_uploads_and_marks_of_deleted_objects_always_go() -> None:
    (rule,) = synthesized(zone).one("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 90}]
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]
    assert rule["expiration"] == [{"expired_object_delete_marker": True}]
    assert "transition" not in rule


def test_a_lifecycle_moves_and_expires_objects() -> None:
    transitions = (Transition(to="GLACIER_IR", after_days=60), Transition(to="DEEP_ARCHIVE", after_days=200))
    lifecycle = ZoneLifecycle(transitions=transitions, expire_after_days=400)
    template = synthesized(lambda stack: zone(stack, lifecycle=lifecycle))
    (rule,) = template.one("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["transition"] == [
        {"days": 60, "storage_class": "GLACIER_IR"},
        {"days": 200, "storage_class": "DEEP_ARCHIVE"},
    ]
    assert rule["expiration"] == [{"days": 400}]


def test_below_a_prefix_old_versions_go_sooner() -> None:
    lifecycle = ZoneLifecycle(noncurrent_days_below={"published/": 7})
    template = synthesized(lambda stack: zone(stack, lifecycle=lifecycle))
    every, published = template.one("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert every["noncurrent_version_expiration"] == [{"noncurrent_days": 90}]
    assert published["filter"] == [{"prefix": "published/"}]
    assert published["noncurrent_version_expiration"] == [{"noncurrent_days": 7}]
    assert "expiration" not in published, "what is current stays"


def test_small_objects_are_never_moved() -> None:
    configuration = synthesized(zone).one("aws_s3_bucket_lifecycle_configuration")
    assert configuration["transition_default_minimum_object_size"] == "all_storage_classes_128K"


def test_a_zone_announces_its_objects_only_if_somebody_waits_for_them() -> None:
    assert synthesized(zone).all("aws_s3_bucket_notification") == {}

    def announcing(stack: TerraformStack) -> None:
        key = EncryptionKey(stack, "Key", name="k", account_id="123456789012")
        LakeZone(stack, "Silver", name="z", key=key, lifecycle=ZoneLifecycle(), announces=True)

    assert synthesized(announcing).one("aws_s3_bucket_notification")["eventbridge"]


def test_a_writer_may_put_below_its_prefix_and_nothing_else() -> None:
    def build(stack: TerraformStack) -> None:
        role = service_role(stack, "Role", name="r", service="lambda.amazonaws.com", account_id="123456789012")
        zone(stack).grant_write(role, "orders/")

    allowed = [s for s in synthesized(build).statements() if s["sid"].startswith("Write")]
    assert [s["actions"] for s in allowed] == [["s3:PutObject"]]
    assert allowed[0]["resources"][0].endswith("/orders/*")


def test_two_zones_of_one_key_can_let_in_the_same_role() -> None:
    def build(stack: TerraformStack) -> None:
        role = service_role(stack, "Role", name="r", service="lambda.amazonaws.com", account_id="123456789012")
        silver = zone(stack)
        gold = LakeZone(stack, "Gold", name="g", key=silver.key, lifecycle=ZoneLifecycle())
        silver.grant_read(role)
        gold.grant_read(role)

    assert sum("kms:Decrypt" in s["actions"] for s in synthesized(build).statements()) == 1


def test_a_name_too_long_for_a_bucket_is_refused_before_anything_is_made() -> None:
    with pytest.raises(ValueError, match="longer than 63; shorten it"):
        synthesized(lambda stack: zone(stack, name="z" * 64))
