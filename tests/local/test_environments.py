"""Every environment on an emulated AWS: planned whole, applied, planned again; and dev goes where the others stay."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import ENVIRONMENTS
from config.emulator_limits import NOT_HELD
from local.setup.steps import GATE_STEPS, run_steps
from tests.support.emulated_environment import ROOT, Story, shown, synthesized_for_aws, tell
from tests.support.synthesis import Template

ACCOUNTS = {env.name: env for env in ENVIRONMENTS if env.emulator_endpoint is None}
KEPT = sorted(name for name, env in ACCOUNTS.items() if not env.disposable)


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the gate looks at, of every environment."""
    return tmp_path_factory.mktemp("gate")


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory, gate: Path) -> Mapping[str, Story]:
    """All at once: the provider waits most of the time."""
    folder = tmp_path_factory.mktemp("environments")
    with ThreadPoolExecutor(len(ACCOUNTS)) as pool:
        told = pool.map(lambda env: tell(env, folder / env.name, gate=gate), ACCOUNTS.values())
        return dict(zip(ACCOUNTS, told, strict=True))


@pytest.fixture(params=ACCOUNTS)
def story(stories: Mapping[str, Story], request: pytest.FixtureRequest) -> Story:
    return stories[str(request.param)]


def addresses(template: Template) -> set[str]:
    return {f"{type_}.{name}" for type_, blocks in template.document["resource"].items() for name in blocks}


def test_the_real_provider_plans_every_environment_whole(story: Story) -> None:
    assert story.planned_whole.returncode == 0, story.planned_whole.stderr
    assert f"Plan: {len(addresses(story.whole))} to add, 0 to change" in story.planned_whole.stdout


def test_what_is_left_out_is_named_and_only_that_is_missing(story: Story) -> None:
    missing = addresses(story.whole) - addresses(story.held)
    noted = {each["address"]: each["reason"] for each in story.held.document["//"]["left_out"]}
    assert missing == {address for address in noted if address.startswith("aws_")}
    assert all(noted.values())
    assert {address for address in addresses(story.held) if address.partition(".")[0] in NOT_HELD} == set()


def test_all_the_rest_is_applied_and_a_second_plan_is_empty(story: Story) -> None:
    assert story.applied.returncode == 0, story.applied.stderr
    assert f"Resources: {len(addresses(story.held))} added, 0 changed, 0 destroyed" in story.applied.stdout
    assert story.planned_again.returncode == 0, shown(story.planned_again)


def test_no_secret_value_stands_in_a_file_of_the_deployment(story: Story) -> None:
    assert f"ecommerce-{story.env.name}-masking-key" in story.secrets
    assert story.told_in == []


def test_dev_is_destroyed_and_nothing_of_it_is_left(stories: Mapping[str, Story]) -> None:
    dev = stories["dev"]
    assert dev.destroyed.returncode == 0, dev.destroyed.stderr
    assert f"Destroy complete! Resources: {len(addresses(dev.held))} destroyed." in dev.destroyed.stdout
    assert dev.deployed > dev.empty
    assert dev.left == dev.empty


@pytest.mark.parametrize("name", KEPT)
def test_what_holds_data_refuses_to_be_destroyed_and_all_of_it_stays(name: str, stories: Mapping[str, Story]) -> None:
    kept = stories[name]
    assert kept.destroyed.returncode == 1
    assert "Error: Instance cannot be destroyed" in kept.destroyed.stderr
    refused = set(re.findall(r"Resource (\S+) has\s+lifecycle.prevent_destroy", kept.destroyed.stderr))
    # Not all that would refuse is reached: a stream only after its archive, say. The gate looks at every one of them.
    assert {address.partition(".")[0] for address in refused} >= {"aws_s3_bucket", "aws_kms_key"}
    assert kept.left == kept.deployed
    assert kept.planned_after.returncode == 0, shown(kept.planned_after)


@pytest.mark.usefixtures("stories")
def test_the_gate_lets_the_deployed_environments_pass(gate: Path, tmp_path: Path) -> None:
    run_steps(GATE_STEPS)
    ordinary = synthesized_for_aws(tmp_path)
    where = ["--stacks", str(ordinary), "--state-stacks", str(ordinary), "--reports", str(gate)]
    command = [sys.executable, "-m", "gate", *where]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    looked_at = json.loads((gate / "report.json").read_text(encoding="utf-8"))["parts"]["scanners"]["figures"]
    assert looked_at["plans"] == len(ACCOUNTS)
    assert looked_at["iam_policies"] > len(ACCOUNTS)
