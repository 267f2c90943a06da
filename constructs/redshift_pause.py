"""A Redshift cluster that runs in office hours only: what its nodes cost ends with the day."""

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.redshift_cluster import RedshiftCluster as AwsRedshiftCluster
from cdktf_cdktf_provider_aws.redshift_scheduled_action import (
    RedshiftScheduledAction,
    RedshiftScheduledActionTargetAction,
    RedshiftScheduledActionTargetActionPauseCluster,
    RedshiftScheduledActionTargetActionResumeCluster,
)

from config.warehouse_size import OfficeHours
from constructs import Construct
from constructs.access import Condition, Statement, allow, policy_document


class RedshiftPause(Construct):
    """Two scheduled actions, and a role that can pause and resume this cluster and nothing else.

    One that comes at the wrong moment, while a resize or a deployment is under way, is not tried again before its time
    comes round.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        cluster: AwsRedshiftCluster,
        hours: OfficeHours,
        account_id: str,
    ) -> None:
        super().__init__(scope, id_)
        role = self._role(f"{name}-pause", account_id)
        both = ("redshift:PauseCluster", "redshift:ResumeCluster")
        may = allow(role, "Pause", self, dict.fromkeys(both, cluster.arn))
        pause = RedshiftScheduledActionTargetActionPauseCluster(cluster_identifier=cluster.id)
        resume = RedshiftScheduledActionTargetActionResumeCluster(cluster_identifier=cluster.id)
        for verb, hour, action in (
            ("Pause", hours.end_hour, RedshiftScheduledActionTargetAction(pause_cluster=pause)),
            ("Resume", hours.start_hour, RedshiftScheduledActionTargetAction(resume_cluster=resume)),
        ):
            RedshiftScheduledAction(
                self,
                verb,
                name=f"{name}-{verb.lower()}",
                description=f"{verb}s the cluster, in UTC",
                schedule=hours.cron(hour),
                iam_role=role.arn,
                target_action=action,
                depends_on=[may],
            )

    def _role(self, name: str, account_id: str) -> IamRole:
        # AWS writes nowhere that its scheduler says for whom it acts: it is compared where it does.
        for_us = Condition(test="StringEqualsIfExists", variable="aws:SourceAccount", values=[account_id])
        trust = Statement(
            sid="AssumeByScheduler",
            actions=["sts:AssumeRole"],
            resources=[],
            principals=("Service", ["scheduler.redshift.amazonaws.com"]),
            conditions=[for_us],
        )
        return IamRole(self, "Role", name=name, assume_role_policy=policy_document(self, "RoleTrust", [trust]))
