"""Corrections of moto's IAM: what an account tells of its policies."""

from typing import Any

from moto.iam.models import ManagedPolicy

from local.embedded_aws.corrections.anchor import ABSENT, Anchor

POLICY_NAME = Anchor(ManagedPolicy, "policy_name", ABSENT)
POLICY_ID = Anchor(ManagedPolicy, "policy_id", ABSENT)


def iam_names_managed_policies_in_the_accounts_details() -> None:
    """Symptom: the gate's IAM scanner ends with "Required config node not found. Missing query path: .PolicyName".

    GetAccountAuthorizationDetails leaves name and id out of its list of managed policies.
    """

    def name(policy: Any) -> Any:
        return policy.name

    def identity(policy: Any) -> Any:
        return policy.id

    POLICY_NAME.replace_by(property(name))
    POLICY_ID.replace_by(property(identity))
