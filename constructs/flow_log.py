"""Who spoke to whom in the network, taken or refused: one line per conversation and ten minutes."""

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.flow_log import FlowLog as AwsFlowLog

from constructs import Construct
from constructs.access import allow, service_role
from constructs.encryption_key import EncryptionKey
from constructs.private_network import PrivateNetwork


class FlowLog(Construct):
    """All traffic of a network, in a log group under ``key``, written with a role that can do nothing else.

    ``key`` must let the log service use it for ``log_group``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        log_group: str,
        network: PrivateNetwork,
        key: EncryptionKey,
        region: str,
        account_id: str,
    ) -> None:
        super().__init__(scope, id_)
        group = CloudwatchLogGroup(
            self,
            "LogGroup",
            name=log_group,
            retention_in_days=network.size.flow_log_keep_days,
            kms_key_id=key.arn,
        )
        role = service_role(self, "Role", name=name, service="vpc-flow-logs.amazonaws.com", account_id=account_id)
        # AWS's own example allows all of it on "*", and making groups as well; this group is there.
        lines = f"{group.arn}:*"
        access = {f"logs:{action}": lines for action in ("CreateLogStream", "PutLogEvents", "DescribeLogStreams")}
        # Looking for a group is asked of all groups.
        access["logs:DescribeLogGroups"] = f"arn:aws:logs:{region}:{account_id}:log-group:*"
        may_write = allow(role, "Write", self, access)
        AwsFlowLog(
            self,
            "FlowLog",
            vpc_id=network.vpc.id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags={"Name": name},
            depends_on=[may_write],
        )
