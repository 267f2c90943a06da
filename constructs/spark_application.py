"""The EMR Serverless application: where jobs run that Glue would run at twice the price."""

from cdktf_cdktf_provider_aws.emrserverless_application import (
    EmrserverlessApplication,
    EmrserverlessApplicationAutoStartConfiguration,
    EmrserverlessApplicationAutoStopConfiguration,
    EmrserverlessApplicationInteractiveConfiguration,
    EmrserverlessApplicationMaximumCapacity,
    EmrserverlessApplicationNetworkConfiguration,
)

from config import Environment
from config.job_size import SparkApplication as Size
from config.naming import physical_name
from constructs import Construct
from constructs.access import Condition, Statement
from constructs.encryption_key import environment_key
from constructs.job_network import JobNetwork
from constructs.layer_package import EMR_ARCHITECTURE
from constructs.private_network import PrivateNetwork

LOGS = "/aws/emr-serverless/"


class SparkApplication(Construct):
    """Starts with its first job and stops when idle; nothing of it is there, or paid for, in between.

    ``inside`` is the jobs' part of ``network``, None for outside. Its logs lie under a key of their own, as does what
    EMR keeps of runs (Spark's history). Whoever starts a run must be able to use that key, too.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        size: Size,
        network: PrivateNetwork | None,
        inside: JobNetwork | None,
    ) -> None:
        super().__init__(scope, id_)
        self.size, self.name = size, physical_name(env, "spark")
        self.key = environment_key(
            self, "Key", env=env, name="spark", for_logs=f"{LOGS}{self.name}", for_services=[_emr_may_keep(env)]
        )
        self.application = EmrserverlessApplication(
            self,
            "Application",
            name=self.name,
            type="spark",
            release_label=size.release,
            architecture=EMR_ARCHITECTURE.upper(),
            auto_start_configuration=EmrserverlessApplicationAutoStartConfiguration(enabled=True),
            auto_stop_configuration=EmrserverlessApplicationAutoStopConfiguration(
                enabled=True, idle_timeout_minutes=size.idle_minutes
            ),
            # Nobody works on it by hand.
            interactive_configuration=EmrserverlessApplicationInteractiveConfiguration(
                livy_endpoint_enabled=False, studio_enabled=False
            ),
            maximum_capacity=EmrserverlessApplicationMaximumCapacity(
                cpu=f"{size.most_cores} vCPU", memory=f"{size.most_memory_gb} GB", disk=f"{size.most_disk_gb} GB"
            ),
            network_configuration=_place(network, inside),
        )


def _emr_may_keep(env: Environment) -> Statement:
    # https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/jobs-log-encryption.html
    applications = f"arn:aws:emr-serverless:{env.region}:{env.account_id}:/applications/*"
    return Statement(
        sid="EmrMayKeepHistory",
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],
        principals=("Service", ["emr-serverless.amazonaws.com"]),
        conditions=[Condition(test="ArnLike", variable="aws:SourceArn", values=[applications])],
    )


def _place(
    network: PrivateNetwork | None, inside: JobNetwork | None
) -> EmrserverlessApplicationNetworkConfiguration | None:
    if network is None or inside is None:
        return None
    return EmrserverlessApplicationNetworkConfiguration(
        subnet_ids=[subnet.id for subnet in network.subnets], security_group_ids=[inside.group.id]
    )
