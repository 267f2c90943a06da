"""An embedded AWS with a state bucket and a small stack that keeps its state there: a world to break things in."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import environment as environment_of
from config.naming import bucket_name, state_key
from local.deployment.provider_mirror import terraform_environment
from local.embedded_aws import down, environment, up
from local.lambda_service.aws_clients import aws_client
from tests.support.small_stack import synthesize
from tests.support.terraform import Terraform

ROOT = Path(__file__).resolve().parents[2]
DEV, STAGING = environment_of("dev"), environment_of("staging")
SMALL = "ecommerce-staging-small"
PATIENCE_SECONDS = 120

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class World:
    """``stack`` is the folder of the small one."""

    folder: Path
    endpoint: str
    stack: Path
    terraform: Terraform

    bucket = bucket_name(STAGING, "state")
    key = state_key(STAGING, SMALL)

    def client(self, service: str) -> Any:
        return aws_client(service, endpoint=self.endpoint)

    def helper(self, *arguments: str) -> Done:
        where = ["--env", "staging", "--work-dir", str(self.folder / "deploy"), "--stack-folder", str(self.stack)]
        command = [sys.executable, "-m", "deploy", arguments[0], *where, *arguments[1:]]
        env = os.environ | {"AWS_ENDPOINT_URL": self.endpoint}
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    def init(self) -> None:
        assert self.terraform(self.stack, "init", "-input=false").returncode == 0

    def plan(self) -> Done:
        return self.terraform(self.stack, "plan", "-detailed-exitcode", "-input=false", "-no-color")

    def apply(self, *options: str) -> Done:
        return self.terraform(self.stack, "apply", "-auto-approve", "-input=false", "-no-color", *options)

    def apply_beside(self, log: Path) -> subprocess.Popen[str]:
        """An apply that goes on while the caller does something else."""
        command = ["terraform", f"-chdir={self.stack}", "apply", "-auto-approve", "-input=false", "-no-color"]
        with log.open("w") as output:
            return subprocess.Popen(
                command, env=self.terraform.env, stdout=output, stderr=output, text=True, start_new_session=True
            )

    def lock(self) -> dict[str, Any]:
        body = self.client("s3").get_object(Bucket=self.bucket, Key=f"{self.key}.tflock")["Body"].read()
        content: dict[str, Any] = json.loads(body)
        return content

    def change_lock(self, **values: str) -> None:
        """As if somebody else held it, or since another time."""
        body = json.dumps(self.lock() | values)
        self.client("s3").put_object(Bucket=self.bucket, Key=f"{self.key}.tflock", Body=body)

    def birth(self) -> Any:
        """When the small stack's bucket was made: another time is another bucket."""
        buckets = self.client("s3").list_buckets()["Buckets"]
        return {each["Name"]: each["CreationDate"] for each in buckets}[SMALL]


@contextmanager
def state_world(folder: Path, *, before: Callable[[str], str] = lambda endpoint: endpoint) -> Iterator[World]:
    """``before``: what stands before the embedded AWS, given its endpoint."""
    aws = up(folder / "aws", companion=None)
    try:
        endpoint = before(aws.endpoint)
        stack = synthesize(folder / "cdktf.out", SMALL, env=STAGING, endpoint=endpoint)
        env, _ = terraform_environment(folder)
        world = World(folder, endpoint, stack, Terraform(env | environment(endpoint)))
        s3 = world.client("s3")
        s3.create_bucket(Bucket=world.bucket, CreateBucketConfiguration={"LocationConstraint": STAGING.region})
        s3.put_bucket_versioning(Bucket=world.bucket, VersioningConfiguration={"Status": "Enabled"})
        yield world
    finally:
        down(folder / "aws")


def kill(process: subprocess.Popen[Any]) -> None:
    """With everything it started, at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(condition: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)
