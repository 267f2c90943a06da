"""Is there nothing for Terraform to do, whatever jobs have registered in the tables it made?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cdktf import App, TerraformStack

from config import environment
from constructs.encryption_key import EncryptionKey
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from contracts import load_contract
from lib.catalogue import GlueCatalogue
from local.deployment.provider_mirror import terraform_environment
from local.embedded_aws import EmbeddedAws, down, up
from local.embedded_aws import environment as variables
from local.lambda_service.aws_clients import aws_client
from stacks.provider import use_provider
from tests.support.terraform import Terraform, keep_state_here

ENV = environment("local")
DATABASE, BUCKET = "published_silver", "published-silver"
ORDERS = load_contract("orders")
# What Spark or Hive writes into a table's parameters when it has touched it.
TOUCHED = {"transient_lastDdlTime": "1774000000"}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    work_dir = tmp_path_factory.mktemp("published")
    yield up(work_dir, companion=None)
    down(work_dir)


def synthesized(endpoint: str, folder: Path) -> Path:
    """A zone and its database, with the orders as they are received, seen and published."""
    app = App(outdir=str(folder))
    stack = TerraformStack(app, "published")
    use_provider(stack, ENV, endpoint)
    key = EncryptionKey(stack, "Key", name="published", account_id=ENV.account_id, disposable=True)
    zone = LakeZone(stack, "Silver", name=BUCKET, key=key, lifecycle=ENV.zones["silver"], disposable=True)
    database = LakeDatabase(stack, "Database", name=DATABASE, zone=zone, disposable=True)
    database.add_view(ORDERS, over=database.add_received_table(ORDERS, prefix="orders"))
    database.add_published_table(ORDERS)
    app.synth()
    return folder / "stacks" / "published"


def touch(glue: Any) -> None:
    table = glue.get_table(DatabaseName=DATABASE, Name="orders")["Table"]
    known = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor", "Retention")
    given = {member: table[member] for member in known if member in table}
    given["Parameters"] |= TOUCHED
    glue.update_table(DatabaseName=DATABASE, TableInput=given)


def test_registered_partitions_and_what_engines_write_are_no_change_to_terraform(
    aws: EmbeddedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = terraform_environment(tmp_path)
    terraform = Terraform(found | variables(aws.endpoint))
    folder = synthesized(aws.endpoint, tmp_path / "cdktf.out")
    keep_state_here(folder)
    assert terraform(folder, "init", "-input=false").returncode == 0
    applied = terraform(folder, "apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=10")
    assert applied.returncode == 0, applied.stdout + applied.stderr

    for name, value in variables(aws.endpoint).items():
        monkeypatch.setenv(name, value)
    glue = aws_client("glue", endpoint=aws.endpoint)
    days: dict[tuple[str, ...], str] = {
        ("2026", "3", str(day)): f"s3://{BUCKET}/published/orders/v=1/day={day}/" for day in (1, 2)
    }
    assert GlueCatalogue(DATABASE).point("orders", days) == len(days)
    touch(glue)

    plan = terraform(folder, "plan", "-detailed-exitcode", "-input=false", "-no-color", "-parallelism=10")
    assert plan.returncode == 0, plan.stdout + plan.stderr
    there = glue.get_partitions(DatabaseName=DATABASE, TableName="orders")["Partitions"]
    assert {tuple(partition["Values"]) for partition in there} == set(days)
    assert glue.get_table(DatabaseName=DATABASE, Name="orders")["Table"]["Parameters"].items() >= TOUCHED.items()
    rules = glue.get_data_quality_ruleset(Name=f"{DATABASE}-orders")
    assert rules["TargetTable"] == {"DatabaseName": DATABASE, "TableName": "orders"}
    destroyed = terraform(folder, "destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=10")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
