"""Can the networks of dev (with a NAT) and prod (with endpoints) be made, and is nothing left to do after that?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cdktf import App, TerraformStack

from config import Environment, environment
from constructs.network_client import NetworkClient
from local.deployment.provider_mirror import terraform_environment
from local.embedded_aws import EmbeddedAws, down, up
from local.embedded_aws import environment as variables
from stacks.network import NetworkLayer
from stacks.provider import use_provider
from tests.support.terraform import Terraform, keep_state_here


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """One of its own: these resources have no place among those of the deployed platform."""
    work_dir = tmp_path_factory.mktemp("network")
    yield up(work_dir, companion=None)
    down(work_dir)


def synthesized(env: Environment, endpoint: str, folder: Path) -> Path:
    """The network layer alone, with one client in it."""
    app = App(outdir=str(folder))
    stack = TerraformStack(app, "network")
    use_provider(stack, env, endpoint)
    layer = NetworkLayer(stack, "Network", env=env)
    assert layer.private is not None
    NetworkClient(stack, "Client", name="client", network=layer.private)
    app.synth()
    return folder / "stacks" / "network"


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_a_network_is_made_and_a_second_plan_is_empty(name: str, aws: EmbeddedAws, tmp_path: Path) -> None:
    found, _ = terraform_environment(tmp_path)
    terraform = Terraform(found | variables(aws.endpoint))
    folder = synthesized(environment(name), aws.endpoint, tmp_path / "cdktf.out")
    keep_state_here(folder)
    assert terraform(folder, "init", "-input=false").returncode == 0
    applied = terraform(folder, "apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=30")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    plan = terraform(folder, "plan", "-detailed-exitcode", "-input=false", "-no-color")
    assert plan.returncode == 0, plan.stdout + plan.stderr
