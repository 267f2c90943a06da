"""Where changes come from: a MySQL server, logged into by a secret, its certificate looked at."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.dms_certificate import DmsCertificate
from cdktf_cdktf_provider_aws.dms_endpoint import DmsEndpoint
from cdktf_cdktf_provider_aws.iam_role import IamRole

from config import Environment
from constructs import Construct
from constructs.access import Condition, Statement, policy_document
from constructs.encryption_key import EncryptionKey
from constructs.login_secret import LoginSecret

USER = "change_capture"


def asked_by_replication(env: Environment, service: str) -> Statement:
    """Lets DMS assume a role.

    Whether it says for whom it asks is not documented for every use: compared where it is said.
    """
    for_us = Condition(test="StringEqualsIfExists", variable="aws:SourceAccount", values=[env.account_id])
    return Statement(
        sid="AssumeByService",
        actions=["sts:AssumeRole"],
        resources=[],
        principals=("Service", [service]),
        conditions=[for_us],
    )


def replication_role(scope: Construct, id_: str, *, name: str, env: Environment, service: str) -> IamRole:
    """A role for DMS."""
    trust = asked_by_replication(env, service)
    return IamRole(scope, id_, name=name, assume_role_policy=policy_document(scope, f"{id_}Trust", [trust]))


class ReplicationSource(Construct):
    """The endpoint of ``login``'s host; ``authority`` is the certificate that signed the host's own.

    DMS cannot use the secrets that RDS keeps of its owners, for there is no host in them: this one has a user of its
    own, whom somebody makes in the database with the password that the secret holds.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        env: Environment,
        key: EncryptionKey,
        login: Mapping[str, str | int],
        authority: str,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.secret = LoginSecret(
            self,
            "Login",
            name=f"{name}-login",
            description=f"How DMS logs into the source as {USER}. docs/CHANGE_CAPTURE.md says how to make that user.",
            key=key,
            login={"username": USER} | dict(login),
            disposable=disposable,
        )
        # Secrets are fetched by the service of the region, everything else by the service.
        role = replication_role(self, "Role", name=f"{name}-login", env=env, service=f"dms.{env.region}.amazonaws.com")
        may_read = self.secret.grant_read(role)
        certificate = DmsCertificate(self, "Authority", certificate_id=f"{name}-authority", certificate_pem=authority)
        self.endpoint = DmsEndpoint(
            self,
            "Endpoint",
            endpoint_id=f"{name}-source",
            endpoint_type="source",
            engine_name="mysql",
            kms_key_arn=key.arn,
            ssl_mode="verify-full",
            certificate_arn=certificate.certificate_arn,
            secrets_manager_arn=self.secret.secret.arn,
            secrets_manager_access_role_arn=role.arn,
            # DMS tries to read the secret when the endpoint is made.
            depends_on=may_read,
        )
