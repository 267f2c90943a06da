"""Synthesized stacks for the helpers: fresh from the code, with the variables Terraform needs."""

import os
import subprocess
import sys
from pathlib import Path

from config import Environment
from config.naming import stack_name, state_stack_name
from deploy.stack import DeployError, Stack
from local.deployment.provider_mirror import terraform_environment
from local.embedded_aws import environment as emulator_environment

ROOT = Path(__file__).resolve().parents[1]
# What could lead a stack that is meant for an emulator to somebody's real account.
REAL_ACCESS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")


def open_stack(folder: Path, work_dir: Path) -> Stack:
    """A stack that was synthesized already."""
    if not (folder / "cdk.tf.json").is_file():
        raise DeployError(f"{folder} holds no cdk.tf.json: name the folder of a synthesized stack")
    stack = Stack(folder=folder, environ=_tool_environment(work_dir))
    asked = os.environ.get("AWS_ENDPOINT_URL") or None
    if stack.endpoint != asked:
        raise DeployError(
            f"{stack.name} was synthesized for {stack.endpoint or 'the real AWS'}, AWS_ENDPOINT_URL says "
            f"{asked or 'nothing'}: make the two agree"
        )
    return stack


def platform_stack(env: Environment, work_dir: Path) -> Stack:
    """``ecommerce-<env>``, synthesized now."""
    return _synthesized(work_dir, stack_name(env), ["main.py"])


def state_bucket_stack(env: Environment, work_dir: Path, *, state: str) -> Stack:
    """``ecommerce-<env>-state``, its own state kept ``local`` or in ``s3``."""
    command = ["-m", "stacks.state_bucket", "--env", env.name, "--state", state]
    return _synthesized(work_dir, state_stack_name(env), command)


def _synthesized(work_dir: Path, name: str, command: list[str]) -> Stack:
    output = (work_dir / "cdktf.out").resolve()
    # cdktf itself makes only the last folder.
    output.mkdir(parents=True, exist_ok=True)
    environ = os.environ | {"CDKTF_OUTDIR": str(output)}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DeployError(f"{name} cannot be synthesized:\n{done.stderr.strip()}")
    return open_stack(output / "stacks" / name, work_dir)


def _tool_environment(work_dir: Path) -> dict[str, str]:
    env, _ = terraform_environment(work_dir)
    endpoint = env.get("AWS_ENDPOINT_URL")
    if not endpoint:
        return env
    kept = {name: value for name, value in env.items() if name not in REAL_ACCESS}
    return kept | emulator_environment(endpoint)
