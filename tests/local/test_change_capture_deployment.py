"""Can a capture on a machine and a serverless one be made, into both targets, and is nothing left to do after that?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cdktf import App, TerraformStack

from config import environment
from config.change_capture import ChangeCapture, ServerlessReplication
from config.naming import bucket_name, physical_name
from config.network_size import NetworkSize
from config.warehouse_size import WarehouseNodes
from config.warehouse_target import WarehouseTarget
from constructs.alerts import Alerts
from constructs.encryption_key import environment_key
from constructs.lake_zone import LakeZone
from constructs.log_bucket import LogBucket
from local.change_capture.capture_task import login_of, task_from_dms
from local.deployment.provider_mirror import terraform_environment
from local.embedded_aws import EmbeddedAws, down, up
from local.embedded_aws import environment as variables
from stacks.change_capture import ChangeCaptureLayer
from stacks.network import NetworkLayer
from stacks.provider import use_provider
from stacks.warehouse import WarehouseLayer
from tests.support.terraform import Terraform, keep_state_here

# A network with nothing in it but what is called, and the database beyond a VPN: one of ours takes minutes to be made.
NETWORK = NetworkSize(zones=("a", "b"), interface_endpoints=("glue", "redshift", "secretsmanager"))
TARGET = WarehouseTarget(max_file_mb=256, upload_streams=20)
MACHINE = replace(
    environment("dev"),
    network=NETWORK,
    database=None,
    warehouse=WarehouseNodes(node_type="ra3.large", nodes=1, scaling_minutes_per_day=None),
    change_capture=ChangeCapture(validates=False, warehouse_target=TARGET),
)
# In the same account, which has one of each role.
SERVERLESS = replace(
    MACHINE,
    name="other",
    change_capture=ChangeCapture(
        machine=ServerlessReplication(), validates=False, makes_account_roles=False, warehouse_target=TARGET
    ),
)


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[EmbeddedAws]:
    yield up(tmp_path / "aws", companion=None)
    down(tmp_path / "aws")


def synthesized(endpoint: str, folder: Path) -> Path:
    """The layer alone, of both kinds, with what it stands on and leads to."""
    app = App(outdir=str(folder))
    stack = TerraformStack(app, "capture")
    use_provider(stack, MACHINE, endpoint)
    network = NetworkLayer(stack, "Network", env=MACHINE).private
    for env in (MACHINE, SERVERLESS):
        kind = env.name.capitalize()
        key = environment_key(stack, f"LakeKey{kind}", env=env, name="lake")
        bronze = LakeZone(
            stack, f"Bronze{kind}", name=bucket_name(env, "bronze"), key=key, lifecycle=env.zones["bronze"]
        )
        capture = ChangeCaptureLayer(
            stack,
            f"ChangeCapture{kind}",
            env=env,
            network=network,
            bronze=bronze,
            database=None,
            alerts=Alerts(stack, f"Alerts{kind}", env=env),
        )
        logs = LogBucket(
            stack,
            f"Logs{kind}",
            name=bucket_name(env, "logs"),
            account_id=env.account_id,
            sources="ecommerce-*",
            lifecycle=env.zones["logs"],
        )
        warehouse = WarehouseLayer(
            stack, f"Warehouse{kind}", env=env, network=network, readable=[], databases=[], logs=logs
        )
        capture.into_warehouse(warehouse.warehouse)
    app.synth()
    return folder / "stacks" / "capture"


def test_both_kinds_are_made_a_second_plan_is_empty_and_the_stand_in_can_read_the_task(
    aws: EmbeddedAws, tmp_path: Path
) -> None:
    found, _ = terraform_environment(tmp_path)
    terraform = Terraform(found | variables(aws.endpoint))
    stack = synthesized(aws.endpoint, tmp_path / "cdktf.out")
    keep_state_here(stack)
    assert terraform(stack, "init", "-input=false").returncode == 0
    done = terraform(stack, "apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=30")
    assert done.returncode == 0, done.stdout + done.stderr
    plan = terraform(stack, "plan", "-detailed-exitcode", "-input=false", "-no-color")
    assert plan.returncode == 0, plan.stdout + plan.stderr

    name = physical_name(MACHINE, "capture")
    task, login = task_from_dms(aws.endpoint, name), login_of(aws.endpoint, name)
    assert (task.bucket, task.folder, task.commit_column) == (bucket_name(MACHINE, "bronze"), "cdc", "_commit_ts")
    assert task.dated
    assert task.rules.schemas == ["Chinook", "sakila"]
    assert (login["username"], login["host"], login["port"]) == ("change_capture", "mysql.shop.internal", 3306)
    assert len(login["password"]) == 32
