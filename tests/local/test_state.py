"""What goes wrong with a state, done for real: by the path docs/DEPLOYMENT.md names, each ends at an empty plan."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import environment as environment_of
from config.naming import bucket_name, state_key, state_stack_name
from local.deployment.provider_mirror import terraform_environment
from local.embedded_aws import down, environment, up
from local.lambda_service.aws_clients import aws_client
from tests.support.small_stack import NAMED, hold_up, hurry, synthesize
from tests.support.terraform import Terraform

ROOT = Path(__file__).resolve().parents[2]
DEV, STAGING = environment_of("dev"), environment_of("staging")
SMALL = "ecommerce-staging-small"
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class World:
    """An embedded AWS with a state bucket, and a small stack that keeps its state there."""

    folder: Path
    endpoint: str
    stack: Path
    terraform: Terraform

    bucket = bucket_name(STAGING, "state")
    key = state_key(STAGING, SMALL)

    def client(self, service: str) -> Any:
        return aws_client(service, endpoint=self.endpoint)

    def helper(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        where = ["--env", "staging", "--work-dir", str(self.folder / "deploy"), "--stack-folder", str(self.stack)]
        command = [sys.executable, "-m", "deploy", arguments[0], *where, *arguments[1:]]
        env = os.environ | {"AWS_ENDPOINT_URL": self.endpoint}
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    def bootstrap(self, folder: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "deploy", "bootstrap", "--env", "dev", "--work-dir", str(folder)]
        env = os.environ | {"AWS_ENDPOINT_URL": self.endpoint}
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def plan(self) -> subprocess.CompletedProcess[str]:
        return self.terraform(self.stack, "plan", "-detailed-exitcode", "-input=false", "-no-color")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("state")
    aws = up(folder / "aws", companion=None)
    try:
        stack = synthesize(folder / "cdktf.out", SMALL, env=STAGING, endpoint=aws.endpoint)
        env, _ = terraform_environment(folder)
        world = World(folder, aws.endpoint, stack, Terraform(env | environment(aws.endpoint)))
        s3 = world.client("s3")
        s3.create_bucket(Bucket=world.bucket, CreateBucketConfiguration={"LocationConstraint": STAGING.region})
        s3.put_bucket_versioning(Bucket=world.bucket, VersioningConfiguration={"Status": "Enabled"})
        yield world
    finally:
        down(folder / "aws")


@pytest.fixture(scope="module")
def second_bootstrap(world: World) -> Iterator[subprocess.Popen[str]]:
    """The first was killed once its bucket and key existed, and what it left on this machine is lost as well."""
    first = world.bootstrap(world.folder / "lost")
    wait_until(lambda: exists(world, bucket_name(DEV, "state")) and bool(world.client("kms").list_keys()["Keys"]))
    kill(first)
    second = world.bootstrap(world.folder / "bootstrap")  # works while the other tests do
    yield second
    if second.poll() is None:
        kill(second)


@pytest.fixture(scope="module")
def killed(world: World, second_bootstrap: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """An apply was killed after it had created everything; what a plan said meanwhile, that met its lock."""
    assert second_bootstrap.poll() is None
    hold_up(world.stack, PATIENCE_SECONDS)
    assert world.terraform(world.stack, "init", "-input=false").returncode == 0
    command = ["terraform", f"-chdir={world.stack}", "apply", "-auto-approve", "-input=false", "-no-color"]
    log = world.folder / "apply.log"
    with log.open("w") as output:
        apply = subprocess.Popen(command, env=world.terraform.env, stdout=output, stderr=output, start_new_session=True)
        try:
            wait_until(lambda: all(f"{kind}." in done(log) for kind in (*NAMED, "aws_s3_bucket_versioning")))
            contender = world.plan()
        finally:
            kill(apply)
    hurry(world.stack)
    return contender


@pytest.fixture(scope="module")
def unlocked(world: World, killed: subprocess.CompletedProcess[str]) -> tuple[subprocess.CompletedProcess[str], ...]:
    """What the helper said to the lock the killed apply left, at once and when it had grown old."""
    assert killed.returncode != 0
    young = world.helper("unlock")
    s3 = world.client("s3")
    where = {"Bucket": world.bucket, "Key": f"{world.key}.tflock"}
    lock = json.loads(s3.get_object(**where)["Body"].read())
    lock["Created"] = (datetime.now(UTC) - timedelta(minutes=40)).isoformat()
    s3.put_object(**where, Body=json.dumps(lock))
    return young, world.helper("unlock")


@pytest.fixture(scope="module")
def adopted(world: World, unlocked: tuple[subprocess.CompletedProcess[str], ...]) -> subprocess.CompletedProcess[str]:
    assert unlocked[-1].returncode == 0, unlocked[-1].stderr
    return world.helper("adopt", "--yes")


def done(log: Path) -> str:
    """The lines about what was created."""
    return "\n".join(line for line in log.read_text().splitlines() if "Creation complete" in line)


def exists(world: World, bucket: str) -> bool:
    return bucket in {each["Name"] for each in world.client("s3").list_buckets()["Buckets"]}


def kill(process: subprocess.Popen[Any]) -> None:
    """With everything it started, at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def test_a_second_terraform_is_refused_while_the_first_holds_the_lock(
    killed: subprocess.CompletedProcess[str],
) -> None:
    assert killed.returncode == 1
    assert "Error acquiring the state lock" in killed.stderr
    assert "StatusCode: 412" in killed.stderr
    assert "OperationTypeApply" in killed.stderr


def test_a_lock_is_released_when_it_is_old_and_its_holder_gone(
    unlocked: tuple[subprocess.CompletedProcess[str], ...],
) -> None:
    young, old = unlocked
    assert young.returncode == 1
    assert "(this machine) for OperationTypeApply" in young.stdout
    assert "old, and an apply may well take 30 min" in young.stderr
    assert "say it again with YES=1" in young.stderr
    assert old.returncode == 0, old.stderr
    assert "for 40 min" in old.stdout


def test_what_a_killed_apply_created_is_adopted(world: World, adopted: subprocess.CompletedProcess[str]) -> None:
    assert adopted.returncode == 0, adopted.stderr
    assert "adopted 3," in adopted.stdout
    assert not (world.stack / "adopted.tf.json").exists()
    plan = world.plan()
    assert plan.returncode == 0, plan.stdout + plan.stderr


def test_a_state_that_was_truncated_or_deleted_comes_back_from_its_previous_version(
    world: World, adopted: subprocess.CompletedProcess[str]
) -> None:
    assert adopted.returncode == 0
    s3 = world.client("s3")
    body = s3.get_object(Bucket=world.bucket, Key=world.key)["Body"].read()
    s3.put_object(Bucket=world.bucket, Key=world.key, Body=body[:200])
    assert world.plan().returncode == 1
    truncated = world.helper("restore", "--yes")
    assert truncated.returncode == 0, truncated.stderr
    assert s3.get_object(Bucket=world.bucket, Key=world.key)["Body"].read() == body
    s3.delete_object(Bucket=world.bucket, Key=world.key)
    deleted = world.helper("restore", "--yes")
    assert deleted.returncode == 0, deleted.stderr
    assert world.plan().returncode == 0


def test_a_state_that_could_not_be_stored_is_pushed(world: World, adopted: subprocess.CompletedProcess[str]) -> None:
    assert adopted.returncode == 0
    s3 = world.client("s3")
    state = f"arn:aws:s3:::{world.bucket}/{world.key}"
    denial = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": state}
    s3.put_bucket_policy(Bucket=world.bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denial]}))
    try:
        apply = world.terraform(
            world.stack, "apply", "-auto-approve", "-input=false", "-replace=aws_cloudwatch_log_group.Log"
        )
    finally:
        s3.delete_bucket_policy(Bucket=world.bucket)
    assert apply.returncode == 1
    assert (world.stack / "errored.tfstate").exists()
    pushed = world.helper("rescue", "--yes")
    assert pushed.returncode == 0, pushed.stderr
    assert not (world.stack / "errored.tfstate").exists()
    assert world.plan().returncode == 0


def test_what_was_changed_by_hand_is_drift(world: World, adopted: subprocess.CompletedProcess[str]) -> None:
    assert adopted.returncode == 0
    world.client("logs").put_retention_policy(logGroupName=SMALL, retentionInDays=1)
    found = world.helper("drift")
    assert found.returncode == 2, found.stderr
    assert found.stdout.splitlines()[0].strip() == "aws_cloudwatch_log_group.Log: retention_in_days changed"
    assert "drift in 1" in found.stdout


def test_a_bootstrap_killed_half_way_adopts_its_bucket_and_moves_into_it(
    world: World, second_bootstrap: subprocess.Popen[str]
) -> None:
    output, _ = second_bootstrap.communicate(timeout=PATIENCE_SECONDS)
    assert second_bootstrap.returncode == 0, output
    states = bucket_name(DEV, "state")
    key = state_key(DEV, state_stack_name(DEV))
    state = json.loads(world.client("s3").get_object(Bucket=states, Key=key)["Body"].read())
    assert sum(resource["mode"] == "managed" for resource in state["resources"]) == 9
    assert [path for path in (world.folder / "bootstrap").rglob("*") if path.is_file()] == []
    keys = world.client("kms").list_keys()["Keys"]
    assert len(keys) == 1, "the key was adopted with its bucket"
    again, _ = (process := world.bootstrap(world.folder / "bootstrap")).communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, again.startswith("as before")) == (0, True), again
