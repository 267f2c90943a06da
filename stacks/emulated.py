"""A stack that is aimed at an emulated AWS: what that cannot hold is taken out of its template, and named.

``python -m stacks.emulated --env prod`` tells what it is. The stack itself stays whole, for every test and every plan;
only what `cdktf deploy` applies to an emulator is less.
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
from cdktf import App

from config import environment
from config.emulator_limits import FOLLOWS, NOT_HELD
from config.naming import stack_name
from stacks.ecommerce import EcommerceStack

# Where a template says what was left out: among cdktf's own notes, which Terraform reads over.
NOTES, KEY = "//", "left_out"
KEEP_ALL = "EMULATED_STACK=whole"
PREFIXES = {"resource": "", "data": "data.", "ephemeral": "ephemeral."}

Block = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """``address`` as Terraform says it, ``path`` as the constructs do."""

    address: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path} ({self.address.partition('.')[0]}): {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A resource, data source or output: its block, and what that stands in."""

    address: str
    home: Block
    block: Block

    @property
    def name(self) -> str:
        return self.address.rpartition(".")[2]

    @property
    def path(self) -> str:
        """Without the stack's name; an output has no path."""
        path: str = self.block.get(NOTES, {}).get("metadata", {}).get("path", "")
        return path.partition("/")[2] or self.name

    def uses(self, addresses: Mapping[str, str]) -> str | None:
        """The first of them that it takes a value of; to wait for one does not count."""
        values = {name: value for name, value in self.block.items() if name not in (NOTES, "depends_on")}
        text = json.dumps(values)
        return next((each for each in addresses if re.search(rf"(?<![\w.-]){re.escape(each)}(?![\w-])", text)), None)

    def may_follow(self) -> bool:
        type_ = self.address.partition(".")[0]
        return type_ in ("data", "output") or type_ in FOLLOWS


def leave_out_of(folder: Path) -> list[LeftOut]:
    """Rewrites the template of the synthesized stack in ``folder``."""
    file = folder / "cdk.tf.json"
    template = json.loads(file.read_text(encoding="utf-8"))
    found = leave_out(template)
    file.write_text(json.dumps(template, indent=2), encoding="utf-8")
    return found


def leave_out(template: Block) -> list[LeftOut]:
    """Takes out what is not held and what only speaks about it; ValueError if anything else needs it."""
    parts = {part.address: part for part in _parts(template)}
    reasons = _reasons(parts)
    for address, part in parts.items():
        if address in reasons:
            part.home.pop(part.name)
        elif "depends_on" in part.block:
            part.block["depends_on"] = [each for each in part.block["depends_on"] if each not in reasons]
    for kind in PREFIXES.keys() & template.keys():
        template[kind] = {type_: home for type_, home in template[kind].items() if home}
    found = [LeftOut(address=each, path=parts[each].path, reason=reasons[each]) for each in sorted(reasons)]
    template[NOTES] = template.get(NOTES, {}) | {KEY: [asdict(each) for each in found]}
    return found


def told(stack: str, found: list[LeftOut]) -> str:
    """For a person who looks at the terminal."""
    if not found:
        return f"{stack}: the embedded AWS holds all of it"
    head = f"{stack}: left out, as the embedded AWS cannot hold it ({KEEP_ALL} keeps it):"
    return "\n".join([head, *(f"  {each}" for each in found)])


def _reasons(parts: Mapping[str, Part]) -> dict[str, str]:
    """By address, why it goes."""
    types = {address: address.partition(".")[0] for address in parts}
    gone = {address: NOT_HELD[type_] for address, type_ in types.items() if type_ in NOT_HELD}
    while followers := {
        address: f"speaks about {parts[about].path}"
        for address, part in parts.items()
        if address not in gone and part.may_follow() and (about := part.uses(gone))
    }:
        gone |= followers
    for address, part in parts.items():
        if address not in gone and (lost := part.uses(gone)):
            raise ValueError(
                f"{part.path} ({address}) needs {parts[lost].path} ({lost}), which the embedded AWS cannot hold: "
                f"{gone[lost]}. Give it a name instead of the resource, or add its type to config/emulator_limits.py"
            )
    return gone


def _parts(template: Block) -> Iterator[Part]:
    for kind, prefix in PREFIXES.items():
        for type_, home in template.get(kind, {}).items():
            for name, block in home.items():
                yield Part(address=f"{prefix}{type_}.{name}", home=home, block=block)
    outputs = template.get("output", {})
    for name, block in outputs.items():
        yield Part(address=f"output.{name}", home=outputs, block=block)


def main() -> None:
    """Tells it for one environment; nothing is written."""
    parser = argparse.ArgumentParser(prog="python -m stacks.emulated", description=__doc__)
    parser.add_argument("--env", required=True, type=environment)
    env = parser.parse_args().env
    with TemporaryDirectory() as folder:
        app = App(outdir=folder)
        EcommerceStack(app, env=env)
        app.synth()
        print(told(stack_name(env), leave_out_of(Path(folder) / "stacks" / stack_name(env))))


if __name__ == "__main__":
    main()
