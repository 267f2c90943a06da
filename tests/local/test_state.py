"""What goes wrong with a state, done for real: by the path docs/DEPLOYMENT.md names, each ends at an empty plan."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.naming import bucket_name, state_key, state_stack_name
from tests.support.small_stack import NAMED, hold_up, hurry
from tests.support.state_world import DEV, PATIENCE_SECONDS, ROOT, SMALL, Done, World, kill, state_world, wait_until


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with state_world(tmp_path_factory.mktemp("state")) as world:
        yield world


@pytest.fixture(scope="module")
def second_bootstrap(world: World) -> Iterator[subprocess.Popen[str]]:
    """The first was killed once its bucket and key existed, and what it left on this machine is lost as well."""
    first = bootstrap(world, world.folder / "lost")
    wait_until(lambda: exists(world, bucket_name(DEV, "state")) and bool(world.client("kms").list_keys()["Keys"]))
    kill(first)
    second = bootstrap(world, world.folder / "bootstrap")  # works while the other tests do
    yield second
    if second.poll() is None:
        kill(second)


@pytest.fixture(scope="module")
def killed(world: World, second_bootstrap: subprocess.Popen[str]) -> Done:
    """An apply was killed after it had created everything; what a plan said meanwhile, that met its lock."""
    assert second_bootstrap.poll() is None
    hold_up(world.stack, PATIENCE_SECONDS)
    world.init()
    log = world.folder / "apply.log"
    apply = world.apply_beside(log)
    try:
        wait_until(lambda: all(f"{kind}." in done(log) for kind in (*NAMED, "aws_s3_bucket_versioning")))
        contender = world.plan()
    finally:
        kill(apply)
    hurry(world.stack)
    return contender


@pytest.fixture(scope="module")
def unlocked(world: World, killed: Done) -> tuple[Done, Done]:
    """What the helper said to such a lock of somebody else, at once and when it had grown old."""
    assert killed.returncode != 0
    world.change_lock(Who="ana@another")
    young = world.helper("unlock")
    world.change_lock(Created=(datetime.now(UTC) - timedelta(minutes=40)).isoformat())
    return young, world.helper("unlock")


@pytest.fixture(scope="module")
def adopted(world: World, unlocked: tuple[Done, Done]) -> Done:
    assert unlocked[-1].returncode == 0, unlocked[-1].stderr
    return world.helper("adopt", "--yes")


def done(log: Path) -> str:
    """The lines about what was created."""
    return "\n".join(line for line in log.read_text().splitlines() if "Creation complete" in line)


def bootstrap(world: World, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "deploy", "bootstrap", "--env", "dev", "--work-dir", str(folder)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"AWS_ENDPOINT_URL": world.endpoint},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def exists(world: World, bucket: str) -> bool:
    return bucket in {each["Name"] for each in world.client("s3").list_buckets()["Buckets"]}


def test_a_second_terraform_is_refused_while_the_first_holds_the_lock(
    killed: Done,
) -> None:
    assert killed.returncode == 1
    assert "Error acquiring the state lock" in killed.stderr
    assert "StatusCode: 412" in killed.stderr
    assert "OperationTypeApply" in killed.stderr


def test_another_machines_lock_is_released_when_it_is_old(unlocked: tuple[Done, Done]) -> None:
    young, old = unlocked
    assert young.returncode == 1
    assert "(another machine) for OperationTypeApply" in young.stdout
    assert "old, and an apply may well take 30 min" in young.stderr
    assert "say it again with YES=1" in young.stderr
    assert old.returncode == 0, old.stderr
    assert "for 40 min" in old.stdout


def test_what_a_killed_apply_created_is_adopted(world: World, adopted: Done) -> None:
    assert adopted.returncode == 0, adopted.stderr
    assert "adopted 3," in adopted.stdout
    assert not (world.stack / "adopted.tf.json").exists()
    plan = world.plan()
    assert plan.returncode == 0, plan.stdout + plan.stderr


def test_a_state_that_was_truncated_or_deleted_comes_back_from_its_previous_version(
    world: World, adopted: Done
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


def test_a_state_that_could_not_be_stored_is_pushed(world: World, adopted: Done) -> None:
    assert adopted.returncode == 0
    s3 = world.client("s3")
    state = f"arn:aws:s3:::{world.bucket}/{world.key}"
    denial = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": state}
    s3.put_bucket_policy(Bucket=world.bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denial]}))
    try:
        apply = world.apply("-replace=aws_cloudwatch_log_group.Log")
    finally:
        s3.delete_bucket_policy(Bucket=world.bucket)
    assert apply.returncode == 1
    assert (world.stack / "errored.tfstate").exists()
    pushed = world.helper("rescue", "--yes")
    assert pushed.returncode == 0, pushed.stderr
    assert not (world.stack / "errored.tfstate").exists()
    assert world.plan().returncode == 0


def test_what_was_changed_by_hand_is_drift_and_a_deployment_puts_it_back(world: World, adopted: Done) -> None:
    assert adopted.returncode == 0
    birth = world.birth()
    world.client("logs").put_retention_policy(logGroupName=SMALL, retentionInDays=1)
    world.client("iam").delete_role(RoleName=SMALL)
    found = world.helper("drift")
    assert found.returncode == 2, found.stderr
    assert [line.strip() for line in found.stdout.splitlines()[:2]] == [
        "aws_cloudwatch_log_group.Log: retention_in_days changed",
        "aws_iam_role.Role: gone",
    ]
    assert "drift in 2" in found.stdout
    assert world.apply().returncode == 0
    plan = world.plan()
    assert plan.returncode == 0, plan.stdout + plan.stderr
    assert world.birth() == birth


def test_a_bootstrap_killed_half_way_adopts_its_bucket_and_moves_into_it(
    world: World, second_bootstrap: subprocess.Popen[str]
) -> None:
    output, _ = second_bootstrap.communicate(timeout=PATIENCE_SECONDS)
    assert second_bootstrap.returncode == 0, output
    states = bucket_name(DEV, "state")
    key = state_key(DEV, state_stack_name(DEV))
    state = json.loads(world.client("s3").get_object(Bucket=states, Key=key)["Body"].read())
    assert sum(resource["mode"] == "managed" for resource in state["resources"]) == 17
    assert [path for path in (world.folder / "bootstrap").rglob("*") if path.is_file()] == []
    keys = world.client("kms").list_keys()["Keys"]
    assert len(keys) == 1, "the key was adopted with its bucket"
    again, _ = (process := bootstrap(world, world.folder / "bootstrap")).communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, again.startswith("as before")) == (0, True), again
