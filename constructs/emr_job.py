"""A Spark job on EMR Serverless: its role, its log, and the request that starts it."""

from collections.abc import Mapping
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from config import Environment
from config.batch_jobs import BatchJob
from config.job_size import MACHINES, JobSize
from config.naming import job_name
from constructs import Construct
from constructs.access import Statement, attach, service_role
from constructs.job_metrics import grant_metrics
from constructs.job_package import JobPackage
from constructs.spark_application import LOGS, SparkApplication
from constructs.table_format import spark_settings

# https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/using-iceberg.html
ICEBERG_JAR = "/usr/share/aws/iceberg/lib/iceberg-spark3-runtime.jar"
# Where Spark unpacks what EMR lacks: an archive, for botocore reads its descriptions of services as files, which no zip
# on the path gives. https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/using-python-libraries.html
UNPACKED = "packages"


class EmrJob(Construct):
    """``job`` on ``application``, with a role that can do nothing with data until something is granted to it.

    ``arguments`` are the script's own. A job that masks is refused: Spark asks for pandas before it hands out Arrow,
    and EMR's Python 3.11 has none.
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
        application: SparkApplication,
        arguments: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        if job.masks:
            raise ValueError(
                f"{self.node.path}: {job.name} masks personal data, which needs pandas and pyarrow; EMR's "
                f"{application.size.python} has neither: set batch.sizes[{job.name!r}].engine to glue"
            )
        self._name, self._job, self._size = job_name(env, job.name), job, size
        self._package, self._application, self._arguments = package, application, arguments
        self._packages = package.packages
        self._region = env.region
        self._groups = f"arn:aws:logs:{env.region}:{env.account_id}:log-group:"
        self.role = service_role(
            self, "Role", name=self._name, service="emr-serverless.amazonaws.com", account_id=env.account_id
        )
        self._log_group = CloudwatchLogGroup(
            self,
            "Log",
            name=f"{LOGS}{application.name}/{job.name}",
            retention_in_days=env.log_keep_days,
            kms_key_id=application.key.arn,
        )
        package.grant_read(self.role)
        # The history is written on behalf of the run.
        application.key.grant_decrypt(self.role)
        application.key.grant_encrypt(self.role)
        self._may_log()
        grant_metrics(self.role, self)

    @property
    def start(self) -> dict[str, Any]:
        """What StartJobRun is told; a run's dates come on top, among the entryPointArguments."""
        settings = {
            "spark.submit.pyFiles": self._package.libraries,
            "spark.archives": f"{self._packages}#{UNPACKED}",
            **_of_python(self._application.size.python, self._region),
            **_machines(self._size),
            **_of_iceberg(self._arguments),
        }
        submit = {
            "entryPoint": self._package.script(self._job),
            "entryPointArguments": [text for argument in self._arguments.items() for text in argument],
            "sparkSubmitParameters": " ".join(f"--conf {name}={value}" for name, value in settings.items()),
        }
        return {
            "applicationId": self._application.application.id,
            "executionRoleArn": self.role.arn,
            "name": self._name,
            "executionTimeoutMinutes": self._size.timeout_minutes,
            "retryPolicy": {"maxAttempts": self._size.retries + 1},
            "jobDriver": {"sparkSubmit": submit},
            "configurationOverrides": {"monitoringConfiguration": self._monitoring()},
        }

    def _monitoring(self) -> dict[str, Any]:
        return {
            "cloudWatchLoggingConfiguration": {"enabled": True, "logGroupName": self._log_group.name},
            # Spark's history, where EMR keeps it 30 days: plans have values of data in them.
            "managedPersistenceMonitoringConfiguration": {
                "enabled": True,
                "encryptionKeyArn": self._application.key.arn,
            },
        }

    def _may_log(self) -> IamRolePolicy:
        group = self._log_group.arn
        into_log = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
        statements = [
            Statement(sid="Log", actions=into_log, resources=[group, f"{group}:*"]),
            Statement(sid="FindLog", actions=["logs:DescribeLogGroups"], resources=[f"{self._groups}*"]),
        ]
        return attach(self.role, "Log", self, statements)


def _of_python(python: str, region: str) -> dict[str, str]:
    """The interpreter, its packages (before which Spark sets its own and the pyFiles), and the region for boto3.

    It does not look at the name under which EMR tells the region.
    """
    driver, executor = "spark.emr-serverless.driverEnv.", "spark.executorEnv."
    return {
        f"{driver}PYSPARK_DRIVER_PYTHON": python,
        f"{driver}PYSPARK_PYTHON": python,
        f"{executor}PYSPARK_PYTHON": python,
        f"{driver}PYTHONPATH": f"./{UNPACKED}/python",
        f"{executor}PYTHONPATH": f"./{UNPACKED}/python",
        f"{driver}AWS_DEFAULT_REGION": region,
        f"{executor}AWS_DEFAULT_REGION": region,
    }


def _machines(size: JobSize) -> dict[str, str]:
    """A driver and executors as large as Glue's workers, and as many as are needed."""
    cores, memory_gb = MACHINES[size.worker_type]
    found = {f"spark.{who}.cores": str(cores) for who in ("driver", "executor")}
    found |= {f"spark.{who}.memory": f"{memory_gb}g" for who in ("driver", "executor")}
    return found | {"spark.dynamicAllocation.maxExecutors": str(size.workers - 1)}


def _of_iceberg(arguments: Mapping[str, str]) -> dict[str, str]:
    settings = spark_settings(arguments)
    return {"spark.jars": ICEBERG_JAR, **settings} if settings else {}
