"""Makes the bucket that keeps an environment's states, and moves its own state into it.

Run again, or after it was killed anywhere, it goes on from what it finds: a state in the bucket, a state on this
machine, or a bucket that no state knows, which is adopted.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from config import Environment
from deploy.adopt import BLOCKS, PLAN, find_orphans
from deploy.stack import LOCK_TIMEOUT, DeployError, Stack
from deploy.state_object import StateObject
from deploy.workspace import state_bucket_stack


@dataclass(frozen=True, kw_only=True)
class Bootstrapped:
    """Where the states are now; ``was_there`` if they were before."""

    place: str
    was_there: bool


def bootstrap(env: Environment, work_dir: Path, *, ask: bool) -> Bootstrapped:
    """Applies ``ecommerce-<env>-state``; ``ask`` lets Terraform show its plan and wait for a yes."""
    if env.emulator_endpoint is not None:
        raise DeployError(f"{env.name} keeps its state on this machine: there is nothing to bootstrap")
    folder = work_dir / env.name
    stack = state_bucket_stack(env, folder, state="s3")
    state = StateObject.of(stack)
    was_there = state.written() is not None
    if was_there:
        stack.init()
        _apply(stack, ask=ask)
    else:
        _apply_and_migrate(env, folder, state, ask=ask)
    if state.written() is None:
        raise DeployError(f"the state did not arrive at s3://{state.bucket}/{state.key}; it still lies in {folder}")
    # The state's copies on this machine would be believed one day.
    shutil.rmtree(folder)
    return Bootstrapped(place=f"s3://{state.bucket}/{state.key}", was_there=was_there)


def _apply_and_migrate(env: Environment, folder: Path, state: StateObject, *, ask: bool) -> None:
    stack = state_bucket_stack(env, folder, state="local")
    stack.init()
    if state.bucket_exists():  # a run was cut off; what it made may stand in no state
        found = find_orphans(stack)
        (stack.folder / PLAN).unlink()
        if found.endangered:
            raise DeployError(f"s3://{state.bucket} was made by something else: {', '.join(found.endangered)}")
    _apply(stack, ask=ask)
    (stack.folder / BLOCKS).unlink(missing_ok=True)
    stack = state_bucket_stack(env, folder, state="s3")
    stack.init("-migrate-state", "-force-copy")


def _apply(stack: Stack, *, ask: bool) -> None:
    if ask:
        stack.converse("apply", LOCK_TIMEOUT)
    else:
        stack.terraform("apply", "-input=false", "-auto-approve", LOCK_TIMEOUT)
