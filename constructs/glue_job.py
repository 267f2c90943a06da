"""A Spark job on Glue: the script, its role, and what it is told."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.glue_job import GlueJob as AwsGlueJob
from cdktf_cdktf_provider_aws.glue_job import (
    GlueJobCommand,
    GlueJobExecutionProperty,
    GlueJobNotificationProperty,
)

from config import Environment
from config.batch_jobs import BatchJob
from config.job_size import JobSize
from config.naming import job_name
from constructs import Construct
from constructs.access import service_role
from constructs.job_metrics import grant_metrics
from constructs.job_network import JobNetwork
from constructs.job_package import JobPackage
from constructs.job_security import JobSecurity
from constructs.table_format import told_to_glue

GLUE_VERSION = "5.0"
# Glue tells of a run in the name of its role.
GLUES_NAMESPACE = "Glue"


class GlueJob(Construct):
    """``job`` on Glue, with a role that can do nothing with data until something is granted to it.

    ``arguments`` are the script's own; what Glue needs beside them stands here.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        job: BatchJob,
        size: JobSize,
        package: JobPackage,
        security: JobSecurity,
        arguments: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        name = job_name(env, job.name)
        self.role = service_role(
            self, "Role", name=name, service="glue.amazonaws.com", account_id=env.account_id, always_said=False
        )
        package.grant_read(self.role)
        security.grant_log(self.role, self, role_name=name, job=job.name)
        grant_metrics(self.role, self, also=[GLUES_NAMESPACE])
        self.job = AwsGlueJob(
            self,
            "Job",
            name=name,
            description=job.what,
            role_arn=self.role.arn,
            glue_version=GLUE_VERSION,
            command=GlueJobCommand(name="glueetl", python_version="3", script_location=package.script(job)),
            default_arguments={
                **_glues_own(package, security.events_of(job.name)),
                **told_to_glue(arguments),
                **arguments,
            },
            worker_type=size.worker_type,
            number_of_workers=size.workers,
            execution_class="FLEX" if size.flex else "STANDARD",
            # Two of them would publish the same tables, and one would be refused.
            execution_property=GlueJobExecutionProperty(max_concurrent_runs=1),
            timeout=size.timeout_minutes,
            max_retries=size.retries,
            notification_property=GlueJobNotificationProperty(notify_delay_after=size.notify_after_minutes),
            security_configuration=security.configuration.name,
        )

    def run_inside(self, network: JobNetwork) -> None:
        """Puts its workers into the network."""
        network.grant_connect(self.role)
        self.job.connections = [connection.name for connection in network.connections]

    @property
    def start(self) -> dict[str, str]:
        """What StartJobRun is told; a run's dates come on top, as Arguments."""
        return {"JobName": self.job.name}


def _glues_own(package: JobPackage, events: str) -> dict[str, str]:
    return {
        "--job-language": "python",
        "--extra-py-files": package.libraries,
        # They know what was read and not what became of it; see config/batch_jobs.py.
        "--job-bookmark-option": "job-bookmark-disable",
        "--enable-auto-scaling": "true",
        "--enable-metrics": "true",
        "--enable-observability-metrics": "true",
        "--enable-continuous-cloudwatch-log": "true",
        "--enable-spark-ui": "true",
        "--spark-event-logs-path": events,
    }
