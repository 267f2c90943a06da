"""What Glue's jobs leave beside their data: logs under a key of their own, and what Spark's history server shows."""

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from config import Environment
from config.naming import physical_name
from constructs import Construct
from constructs.access import Statement, attach
from constructs.encryption_key import EncryptionKey, environment_key
from constructs.glue_security import glue_security
from constructs.log_bucket import LogBucket

# Where Glue writes a job's log by itself.
LOGS = "/aws-glue/jobs/"
EVENTS = "spark-ui/"


class JobSecurity(Construct):
    """The configuration that jobs name.

    ``data_key`` is that of the zones they write to; ``logs`` takes Spark's events.
    """

    def __init__(
        self, scope: Construct, id_: str, *, env: Environment, data_key: EncryptionKey, logs: LogBucket
    ) -> None:
        super().__init__(scope, id_)
        self._env, self._logs = env, logs
        self.name = physical_name(env, "jobs")
        self.key = environment_key(self, "Key", env=env, name="jobs", for_logs=f"{LOGS}{self.name}")
        self.configuration = glue_security(self, "Configuration", name=self.name, key=self.key, data_key=data_key)

    def events_of(self, job: str) -> str:
        """Where Spark writes down what ``job`` did."""
        return f"s3://{self._logs.bucket.bucket}/{EVENTS}{job}/"

    def grant_log(self, role: IamRole, owner: Construct, *, role_name: str, job: str) -> list[IamRolePolicy]:
        """Write the two logs of a job, which its ``owner`` gets, and its events."""
        # Glue's own way of calling them, where there is a configuration. It would make them without end.
        names = {stream: f"{LOGS}{self.name}-role/{role_name}/{stream}" for stream in ("error", "output")}
        groups = [
            CloudwatchLogGroup(
                owner,
                f"{stream.capitalize()}Log",
                name=name,
                retention_in_days=self._env.log_keep_days,
                kms_key_id=self.key.arn,
            )
            for stream, name in names.items()
        ]
        into_log = ("logs:AssociateKmsKey", "logs:CreateLogStream", "logs:PutLogEvents")
        resources = [arn for group in groups for arn in (group.arn, f"{group.arn}:*")]
        statements = [
            Statement(sid="Log", actions=into_log, resources=resources),
            # "*": it knows no resources.
            Statement(sid="LookAtSecurity", actions=["glue:GetSecurityConfiguration"], resources=["*"]),
        ]
        return [attach(role, "Log", self, statements), self._logs.grant_write_events(role, f"{EVENTS}{job}/")]
