"""What any role of the platform may ever do, whatever is granted to it by mistake."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole

from constructs import Construct
from constructs.access import Condition, Statement, policy_document
from constructs.boundary_actions import IN_THIS_ACCOUNT, OBJECTS, OF_A_COMPARISON, PASSED_TO, WITHOUT_RESOURCE


class PermissionsBoundary(Construct):
    """One policy that gives nobody a right, and without which no grant of the platform works.

    A role can use a grant only if its action stands in `constructs.boundary_actions`, and what it is done to belongs to
    this account. ``platform`` is what the names of its buckets and roles begin with.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, account_id: str, platform: str) -> None:
        super().__init__(scope, id_)
        statements = [
            Statement(
                sid="Objects",
                actions=OBJECTS,
                # A bucket's ARN names no account, and the service's own key does.
                resources=[f"arn:aws:s3:::{platform}-*"],
                conditions=[Condition(test="StringEquals", variable="aws:ResourceAccount", values=[account_id])],
            ),
            Statement(sid="ThisAccount", actions=_actions(), resources=_resources(account_id)),
            Statement(sid="Comparison", actions=OF_A_COMPARISON, resources=_of_a_comparison(account_id)),
            Statement(sid="WithoutResource", actions=WITHOUT_RESOURCE, resources=["*"]),
            Statement(
                sid="OwnRoles",
                actions=["iam:PassRole"],
                resources=[f"arn:aws:iam::{account_id}:role/{platform}-*"],
                conditions=[Condition(test="StringEquals", variable="iam:PassedToService", values=PASSED_TO)],
            ),
        ]
        self.policy = IamPolicy(
            self,
            "Policy",
            name=name,
            description="What a role of this platform may do at most. It gives no right by itself.",
            policy=policy_document(self, "Document", statements),
        )

    def hold_all_roles(self) -> None:
        """Sets it on every role of the stack that exists by now: call it last."""
        for construct in TerraformStack.of(self).node.find_all():
            if isinstance(construct, IamRole):
                construct.permissions_boundary = self.policy.arn


def _actions() -> list[str]:
    return [f"{service}:{action}" for service, actions in IN_THIS_ACCOUNT.items() for action in actions]


def _resources(account_id: str) -> list[str]:
    # Every such ARN names its account, which holds everywhere; the key aws:ResourceAccount some services do not know.
    own = [f"arn:aws:{service}:*:{account_id}:*" for service in IN_THIS_ACCOUNT]
    # The queue of an Airflow environment lies in an account of AWS.
    return [*own, "arn:aws:sqs:*:*:airflow-celery-*"]


def _of_a_comparison(account_id: str) -> list[str]:
    """The databases that DMS makes to compare rows, and takes away again."""
    own = "aws_dms_s3_validation_*"
    things = ("catalog", f"database/{own}", f"table/{own}/*", f"userDefinedFunction/{own}/*")
    return [f"arn:aws:glue:*:{account_id}:{thing}" for thing in things]
