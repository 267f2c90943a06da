"""A secret whose value nobody has seen: made while applying, kept in Secrets Manager only."""

from cdktf import ITerraformDependable, TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion

from constructs import Construct
from constructs.access import allow
from constructs.encryption_key import EncryptionKey

LENGTH = 64


class GeneratedSecret(Construct):
    """A random text of 64 letters and digits.

    It is an ephemeral value given to a write-only argument, so it stands in no template, plan or state.
    ``version`` is raised to make a new value.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        description: str,
        key: EncryptionKey,
        version: int = 1,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.key = key
        self.secret = make_secret(self, name=name, description=description, key=key, disposable=disposable)
        self._value = SecretsmanagerSecretVersion(
            self,
            "Value",
            secret_id=self.secret.id,
            secret_string_wo=random_text(self.secret, length=LENGTH),
            secret_string_wo_version=version,
        )

    def grant_read(self, role: IamRole) -> list[ITerraformDependable]:
        """Fetch and decrypt the value. Returns the policies and the value, for those who must wait for them."""
        read = allow(role, "Read", self, {"secretsmanager:GetSecretValue": self.secret.arn})
        return [self.key.grant_decrypt(role), read, self._value]


def make_secret(
    scope: Construct, *, name: str, description: str, key: EncryptionKey, disposable: bool
) -> SecretsmanagerSecret:
    """A secret without a value, under ``key``."""
    return SecretsmanagerSecret(
        scope,
        "Secret",
        name=name,
        description=description,
        kms_key_id=key.arn,
        recovery_window_in_days=0 if disposable else 30,
        lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
    )


def random_text(secret: SecretsmanagerSecret, *, length: int) -> str:
    """A reference to so many random letters and digits, made anew in each run: for a write-only argument."""
    # cdktf 0.21 has no classes for ephemeral blocks; Terraform reads the JSON all the same.
    type_, name = "aws_secretsmanager_random_password", secret.friendly_unique_id
    options = {"password_length": length, "exclude_punctuation": True, "require_each_included_type": True}
    TerraformStack.of(secret).add_override(f"ephemeral.{type_}.{name}", options)
    return f"${{ephemeral.{type_}.{name}.random_password}}"
