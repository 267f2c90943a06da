"""A customer-managed key: whoever holds data passes it on to those it lets in."""

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey

from config import Environment
from config.naming import physical_name
from constructs import Construct
from constructs.access import Condition, Statement, allow, policy_document


class EncryptionKey(Construct):
    """A symmetric KMS key, rotated every year, used only through ``grant_*`` or by services that act without a role.

    ``for_logs`` names the log groups (prefix) whose service may use it, ``for_services`` others (``cloudwatch``) that
    send to what it encrypts, on behalf of this account; a statement says of a service what it may otherwise.
    Deleting the key deletes all it encrypted: see `LakeZone` for the two keys that takes.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        deletion_days: int = 30,
        disposable: bool = False,
        for_logs: tuple[str, str] | None = None,
        for_services: Sequence[str | Statement] = (),
    ) -> None:
        super().__init__(scope, id_)
        self._granted: dict[tuple[str, str], IamRolePolicy] = {}
        statements = [_account_administers(account_id)]
        if for_logs:
            statements.append(_logs_may_use(account_id, *for_logs))
        statements += [
            service if isinstance(service, Statement) else _service_may_send(account_id, service)
            for service in for_services
        ]
        self.key = KmsKey(
            self,
            "Key",
            description=name,
            enable_key_rotation=True,
            deletion_window_in_days=deletion_days,
            policy=policy_document(self, "Policy", statements),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
        )
        KmsAlias(self, "Alias", name=f"alias/{name}", target_key_id=self.key.key_id)

    @property
    def arn(self) -> str:
        return self.key.arn

    def grant_decrypt(self, role: IamRole) -> IamRolePolicy:
        """What a reader needs."""
        return self._allow_once(role, "Decrypt", {"kms:Decrypt": self.arn})

    def grant_encrypt(self, role: IamRole) -> IamRolePolicy:
        """What a writer of whole objects needs; multipart uploads would need to decrypt as well."""
        return self._allow_once(role, "Encrypt", {"kms:GenerateDataKey": self.arn})

    def _allow_once(self, role: IamRole, verb: str, access: dict[str, str]) -> IamRolePolicy:
        # Everything encrypted with this key asks on behalf of the same role: two zones, say.
        grant = (role.node.path, verb)
        if grant not in self._granted:
            self._granted[grant] = allow(role, verb, self, access)
        return self._granted[grant]


def environment_key(
    scope: Construct,
    id_: str,
    *,
    env: Environment,
    name: str,
    for_logs: str | None = None,
    for_services: Sequence[str | Statement] = (),
) -> EncryptionKey:
    """The key of ``env`` for what is called ``name``; ``for_logs`` are log groups of its region, by how they begin."""
    return EncryptionKey(
        scope,
        id_,
        name=physical_name(env, name),
        account_id=env.account_id,
        deletion_days=env.key_deletion_days,
        disposable=env.may_delete("keys"),
        for_logs=(env.region, for_logs) if for_logs else None,
        for_services=for_services,
    )


def _account_administers(account_id: str) -> Statement:
    # In a key policy the resource "*" is this key alone, and without the account's root
    # nobody could ever change the policy again.
    return Statement(
        sid="AccountAdministers",
        actions=["kms:*"],
        resources=["*"],
        principals=("AWS", [f"arn:aws:iam::{account_id}:root"]),
    )


def _logs_may_use(account_id: str, region: str, prefix: str) -> Statement:
    return Statement(
        sid="LogsMayUse",
        actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        resources=["*"],
        principals=("Service", [f"logs.{region}.amazonaws.com"]),
        conditions=[
            Condition(
                test="ArnLike",
                variable="kms:EncryptionContext:aws:logs:arn",
                values=[f"arn:aws:logs:{region}:{account_id}:log-group:{prefix}*"],
            )
        ],
    )


def _service_may_send(account_id: str, service: str) -> Statement:
    return Statement(
        sid=f"{service.capitalize()}MaySend",
        actions=["kms:Decrypt", "kms:GenerateDataKey*"],
        resources=["*"],
        principals=("Service", [f"{service}.amazonaws.com"]),
        # Compared where it is said: EventBridge is not documented to say it to KMS. What it sends to asks for it too.
        conditions=[Condition(test="StringEqualsIfExists", variable="aws:SourceAccount", values=[account_id])],
    )
