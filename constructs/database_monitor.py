"""The role in which RDS writes down what the machine of a database does."""

from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from constructs import Construct
from constructs.access import allow, service_role


class DatabaseMonitor(Construct):
    """May write the machine's figures into the log group RDSOSMetrics, and nothing else.

    That group belongs to the account and the region, not to one database: RDS makes it, and keeps its lines 30 days.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, region: str, account_id: str) -> None:
        super().__init__(scope, id_)
        self.role = service_role(self, "Role", name=name, service="monitoring.rds.amazonaws.com", account_id=account_id)
        # What AWS's own AmazonRDSEnhancedMonitoringRole allows, for this account and region alone.
        groups = f"arn:aws:logs:{region}:{account_id}:log-group:RDS*"
        streams = ("CreateLogStream", "PutLogEvents", "DescribeLogStreams", "GetLogEvents")
        access = {f"logs:{action}": groups for action in ("CreateLogGroup", "PutRetentionPolicy")}
        access |= {f"logs:{action}": f"{groups}:log-stream:*" for action in streams}
        self.may_write: IamRolePolicy = allow(self.role, "Write", self, access)
