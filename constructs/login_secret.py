"""A login that another service uses: where to, as whom, and a password that nobody has seen."""

import json
from collections.abc import Mapping

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion

from constructs import Construct
from constructs.access import allow
from constructs.encryption_key import EncryptionKey
from constructs.generated_secret import make_secret, random_text

# MySQL cuts off nothing up to here, and letters and digits are none of the signs that DMS stumbles over.
LENGTH = 32


class LoginSecret(Construct):
    """``login`` and a random password, in the form that AWS's own secrets of databases have.

    Terraform writes it once and never looks at it again: whoever has another password, or another host, puts a new
    version of the secret. The user with that password is made in the database by hand. ``version`` raised writes
    ``login`` and a new password.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        description: str,
        key: EncryptionKey,
        login: Mapping[str, str | int],
        version: int = 1,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.key = key
        self.secret = make_secret(self, name=name, description=description, key=key, disposable=disposable)
        self.value = SecretsmanagerSecretVersion(
            self,
            "Value",
            secret_id=self.secret.id,
            # JSON with references in it: Terraform puts values in their place, none of which needs a backslash.
            secret_string_wo=json.dumps(dict(login) | {"password": random_text(self.secret, length=LENGTH)}),
            secret_string_wo_version=version,
        )

    def grant_read(self, role: IamRole) -> list[ITerraformDependable]:
        """Fetch and decrypt it. Returns the policies and the value, for those who must wait for them."""
        actions = ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")
        read = allow(role, "Read", self, dict.fromkeys(actions, self.secret.arn))
        return [self.key.grant_decrypt(role), read, self.value]
