from cdktf import TerraformStack

from constructs.encryption_key import EncryptionKey
from tests.support.synthesis import synthesized


def test_a_key_rotates_and_is_kept() -> None:
    key = synthesized(lambda s: EncryptionKey(s, "K", name="k", account_id="123456789012")).one("aws_kms_key")
    assert key["enable_key_rotation"]
    assert key["deletion_window_in_days"] == 30
    assert key["lifecycle"]["prevent_destroy"]


def test_the_log_service_may_use_the_key_for_the_named_groups_only() -> None:
    def build(stack: TerraformStack) -> None:
        EncryptionKey(stack, "K", name="k", account_id="123456789012", for_logs=("eu-west-1", "/aws/lambda/shop"))

    (used,) = [s for s in synthesized(build).statements() if s["sid"] == "LogsMayUse"]
    assert used["condition"][0]["values"] == ["arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/shop*"]
