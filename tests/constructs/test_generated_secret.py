from cdktf import TerraformStack

from constructs.encryption_key import EncryptionKey
from constructs.generated_secret import GeneratedSecret
from tests.support.synthesis import synthesized


def build(stack: TerraformStack) -> None:
    key = EncryptionKey(stack, "Key", name="k", account_id="123456789012")
    GeneratedSecret(stack, "MaskingKey", name="m", description="d", key=key)


def test_the_value_is_ephemeral_and_goes_to_a_write_only_argument() -> None:
    template = synthesized(build)
    ((name, options),) = template.all("aws_secretsmanager_random_password", "ephemeral").items()
    assert options["password_length"] == 64
    value = template.one("aws_secretsmanager_secret_version")
    assert value["secret_string_wo"] == f"${{ephemeral.aws_secretsmanager_random_password.{name}.random_password}}"
    assert not {"secret_string", "secret_binary"} & set(value)


def test_a_deleted_secret_can_be_brought_back_for_a_month() -> None:
    assert synthesized(build).one("aws_secretsmanager_secret")["recovery_window_in_days"] == 30
