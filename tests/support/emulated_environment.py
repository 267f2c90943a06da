"""One environment, deployed to an embedded AWS that is its own account, from its plan to the attempt to destroy it."""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import ENVIRONMENTS, Environment
from config.naming import stack_name
from gate.scanners.account import save_details
from local.deployment.cdktf import PARALLELISM
from local.deployment.provider_mirror import terraform_environment
from local.embedded_aws import down, environment, up
from local.lambda_service.aws_clients import aws_client
from tests.support.account import inventory
from tests.support.synthesis import Template
from tests.support.terraform import Terraform

ROOT = Path(__file__).resolve().parents[2]
WHOLE = {"EMULATED_STACK": "whole"}
SAID = logging.getLogger(__name__)

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True, kw_only=True)
class Story:
    """What was tried, in this order, and what stood in the account before, between and after.

    ``whole`` and ``held`` are the templates with and without what the embedded AWS cannot hold. ``secrets`` are the
    names of those with a value, ``told_in`` the files of the deployment in which one of these values stands.
    """

    env: Environment
    whole: Template
    held: Template
    planned_whole: Done
    empty: set[str]
    applied: Done
    planned_again: Done
    deployed: set[str]
    secrets: list[str]
    told_in: list[str]
    destroyed: Done
    planned_after: Done
    left: set[str]


def tell(env: Environment, folder: Path, *, gate: Path) -> Story:
    """Lives through it. In the folder ``gate`` it leaves a plan of what stands there, and the account's IAM."""
    aws = up(folder / "aws", companion=None, account_id=env.account_id)
    try:
        found, _ = terraform_environment(folder)
        return _told(env, folder, Terraform(found | environment(aws.endpoint)), gate=gate)
    finally:
        down(folder / "aws")


def _told(env: Environment, folder: Path, terraform: Terraform, *, gate: Path) -> Story:
    endpoint = terraform.env["AWS_ENDPOINT_URL"]
    whole, held = (_synthesized(env, folder / name, endpoint, more) for name, more in (("whole", WHOLE), ("held", {})))

    def run(command: str, *options: str, stack: Path = held) -> Done:
        start = time.monotonic()
        done = terraform(stack, command, "-input=false", "-no-color", f"-parallelism={PARALLELISM}", *options)
        SAID.info("%s: %s took %.0f s", env.name, command, time.monotonic() - start)
        return done

    def standing() -> set[str]:
        return inventory(lambda service: aws_client(service, endpoint=endpoint, region=env.region))

    for stack in (whole, held):
        done = terraform(stack, "init", "-input=false", "-no-color")
        assert done.returncode == 0, done.stderr
    story: dict[str, Any] = {
        "planned_whole": run("plan", stack=whole),
        "empty": standing(),
        "applied": run("apply", "-auto-approve"),
        "planned_again": run("plan", "-detailed-exitcode", "-out=tfplan"),
        "deployed": standing(),
    }
    plan = gate / "plans" / f"{stack_name(env)}.json"
    plan.parent.mkdir(parents=True, exist_ok=True)
    plan.write_text(terraform(held, "show", "-json", "tfplan").stdout, encoding="utf-8")
    save_details(endpoint, region=env.region, stack=stack_name(env), reports=gate)
    secrets = _secrets(env, endpoint)
    story["secrets"] = sorted(secrets)
    story["told_in"] = _told_in([plan, *_files_of(folder)], secrets.values())
    return Story(
        env=env,
        whole=_template(whole),
        held=_template(held),
        **story,
        # The plan before it has just looked at everything.
        destroyed=run("destroy", "-auto-approve", "-refresh=false"),
        planned_after=run("plan", "-detailed-exitcode"),
        left=standing(),
    )


def _synthesized(env: Environment, folder: Path, endpoint: str, more: dict[str, str]) -> Path:
    """As ``cdktf synth`` does it with the variables of docs/DEPLOYMENT.md."""
    environ = os.environ | {"AWS_ENDPOINT_URL": endpoint, "CDKTF_OUTDIR": str(folder)} | more
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, "main.py"], cwd=ROOT, env=environ, check=True, stderr=subprocess.DEVNULL)
    return folder / "stacks" / stack_name(env)


def synthesized_for_aws(folder: Path) -> Path:
    """Every stack as it goes to the real AWS, those of the states among them; returns where they are."""
    environ = {name: value for name, value in os.environ.items() if name != "AWS_ENDPOINT_URL"}
    environ["CDKTF_OUTDIR"] = str(folder)
    states = [
        ["-m", "stacks.state_bucket", "--env", env.name, "--state", "s3"]
        for env in ENVIRONMENTS
        if not env.emulator_endpoint
    ]
    for command in (["main.py"], *states):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environ, check=True)
    return folder / "stacks"


def _secrets(env: Environment, endpoint: str) -> dict[str, str]:
    """Every value that Secrets Manager holds in the account, by the secret's name."""
    client = aws_client("secretsmanager", endpoint=endpoint, region=env.region)
    names = [secret["Name"] for secret in client.list_secrets()["SecretList"]]
    return {name: client.get_secret_value(SecretId=name)["SecretString"] for name in names}


def _files_of(folder: Path) -> list[Path]:
    """What a deployment writes: templates and states, without the provider and the emulated AWS's own files."""
    return [path for path in folder.rglob("*") if path.suffix in (".json", ".tfstate", ".backup") and path.is_file()]


def _told_in(files: list[Path], values: Iterable[str]) -> list[str]:
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in files}
    return [str(path) for path, text in texts.items() if any(value in text for value in values)]


def _template(stack: Path) -> Template:
    return Template(json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8")))


def shown(done: Done) -> str:
    """What a plan would change, or why a command failed; not what it read before."""
    return (done.stdout.partition("Terraform will perform")[2] or done.stdout[-2_000:]) + done.stderr
