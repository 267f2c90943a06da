"""The stacks that are judged, where synthesis wrote them."""

from dataclasses import dataclass, replace
from pathlib import Path

from config import ENVIRONMENTS, Environment
from config.naming import stack_name, state_stack_name
from gate.template import Template, load_template

ROOT = Path(__file__).resolve().parents[1]
STACKS = ROOT / "cdktf.out" / "stacks"
# Apart: they are no stacks of the application, and `cdktf` would find them beside its own.
STATE_STACKS = ROOT / "build" / "gate" / "state" / "stacks"


@dataclass(frozen=True, kw_only=True)
class Synthesized:
    """One stack's file. ``small``: it has little for a scanner to look at."""

    name: str
    env: Environment
    file: Path
    small: bool = False

    def template(self) -> Template:
        return load_template(self.file)


def synthesized(stacks: Path, state_stacks: Path) -> list[Synthesized]:
    """The platform of each environment, and the bucket for its states, which no environment may lose."""
    platforms = [
        Synthesized(name=stack_name(env), env=env, file=_file(stacks, stack_name(env))) for env in ENVIRONMENTS
    ]
    states = [
        Synthesized(
            name=state_stack_name(env),
            env=replace(env, disposable=False, deletable=frozenset(), replication=None),
            file=_file(state_stacks, state_stack_name(env)),
            small=True,
        )
        for env in ENVIRONMENTS
        if env.emulator_endpoint is None
    ]
    return [*platforms, *states]


def missing(stacks: list[Synthesized]) -> str | None:
    """What to do when some stack is not there."""
    names = [stack.name for stack in stacks if not stack.file.is_file()]
    return f"not synthesized: {', '.join(names)}; run: make gate" if names else None


def environment_of(stack: str) -> Environment:
    """Whose stack it is; ValueError lists the ones there are."""
    for one in synthesized(STACKS, STATE_STACKS):
        if one.name == stack:
            return one.env
    names = ", ".join(one.name for one in synthesized(STACKS, STATE_STACKS))
    raise ValueError(f"{stack}.json is named after no stack; there are: {names}")


def _file(folder: Path, stack: str) -> Path:
    return folder / stack / "cdk.tf.json"
