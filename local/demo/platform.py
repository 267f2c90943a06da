"""``ecommerce-local`` on this machine: the embedded AWS up, the stack applied to it."""

from dataclasses import dataclass
from pathlib import Path

from config import environment as environment_of
from config.naming import stack_name
from local.deployment.cdktf import Deployment
from local.deployment.provider_mirror import terraform_environment
from local.deployment.unfinished import end_unfinished
from local.embedded_aws import EmbeddedAws, down, environment, up
from local.progress import Progress

ENV = environment_of("local")


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The deployed stack: where its AWS is, what it left on this machine, how many resources it holds."""

    aws: EmbeddedAws
    deployment: Deployment
    resources: int

    @property
    def work_dir(self) -> Path:
        return self.deployment.work_dir


def deploy(work_dir: Path) -> Platform:
    """Brings the platform up, or up to date. A deployment that was cut off is cleared first.

    Its resources may be known to no state, and nothing can have flowed through it that cannot be sent again.
    """
    if end_unfinished(work_dir):
        print("the last deployment was cut off: starting with a new embedded AWS")
        down(work_dir)
    aws = up(work_dir)
    terraform, where = terraform_environment(work_dir)
    print(f"embedded AWS at {aws.endpoint}; {where}", flush=True)
    deployment = Deployment(stack=stack_name(ENV), work_dir=work_dir)
    with Progress("deploying", unit="resources") as shown:
        resources = deployment.deploy(terraform | environment(aws.endpoint), on_change=shown.advance)
    return Platform(aws=aws, deployment=deployment, resources=resources)
