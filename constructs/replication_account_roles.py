"""DMS's own roles, of which an account has one each, under names that DMS looks for.

https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole
"""

from cdktf import ITerraformDependable

from config import Environment
from constructs import Construct
from constructs.access import Statement, attach, service_role
from constructs.replication_source import replication_role

VPC_ROLE, LOGS_ROLE, ENDPOINT_ROLE = "dms-vpc-role", "dms-cloudwatch-logs-role", "dms-access-for-endpoint"
SERVICE = "dms.amazonaws.com"
# What AWS's AmazonDMSVPCManagementRole allows.
LOOK = (
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
CHANGE = ("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute")
# How DMS calls the log groups of its machines and of its serverless replications.
LOG_GROUPS = ("dms-tasks-", "dms-serverless-replication-")


class ReplicationAccountRoles(Construct):
    """Puts machines of DMS into networks, and writes their logs: for every machine of the account.

    Where they are there already, because somebody opened DMS's console once, they are not made again: see
    ``makes_account_roles``.

    ``into_warehouse`` makes the third, which DMS looks for before it writes to Redshift. It may do nothing: each
    endpoint names a role of its own.
    """

    def __init__(self, scope: Construct, id_: str, *, env: Environment, into_warehouse: bool = False) -> None:
        super().__init__(scope, id_)
        place = f"{env.region}:{env.account_id}"
        connect = service_role(self, "VpcRole", name=VPC_ROLE, service=SERVICE, account_id=env.account_id)
        kinds = ("network-interface", "subnet", "security-group")
        statements = [
            # "*": EC2 knows no resources for looking.
            Statement(sid="Look", actions=LOOK, resources=["*"]),
            Statement(sid="Change", actions=CHANGE, resources=[f"arn:aws:ec2:{place}:{kind}/*" for kind in kinds]),
        ]
        write = service_role(self, "LogsRole", name=LOGS_ROLE, service=SERVICE, account_id=env.account_id)
        groups = [f"arn:aws:logs:{place}:log-group:{prefix}*" for prefix in LOG_GROUPS]
        streams = [f"{group}:log-stream:*" for group in groups]
        write_logs = [
            # "*": a list of groups has no narrower resource.
            Statement(sid="Look", actions=["logs:DescribeLogGroups"], resources=["*"]),
            Statement(sid="Groups", actions=["logs:CreateLogGroup", "logs:DescribeLogStreams"], resources=groups),
            Statement(sid="Streams", actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=streams),
        ]
        self.in_force: list[ITerraformDependable] = [
            attach(connect, "Connect", self, statements),
            attach(write, "Log", self, write_logs),
        ]
        if into_warehouse:
            role = replication_role(self, "EndpointRole", name=ENDPOINT_ROLE, env=env, service=SERVICE)
            self.in_force.append(role)
