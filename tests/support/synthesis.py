"""Synthesizes one construct in an empty stack, so that a test can look at what it becomes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
from cdktf import TerraformStack
from cdktf import Testing as cdktf_testing

Block = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """Terraform JSON."""

    document: Block

    def all(self, type_: str, kind: str = "resource") -> dict[str, Block]:
        """Blocks of one type by their names."""
        found: dict[str, Block] = self.document.get(kind, {}).get(type_, {})
        return found

    def one(self, type_: str, kind: str = "resource") -> Block:
        """The only block of its type; fails when there are none or several."""
        (block,) = self.all(type_, kind).values()
        return block

    def named(self, type_: str, name: str) -> Block:
        """The resource of a type whose own name is ``name``."""
        (block,) = [block for block in self.all(type_).values() if block["name"] == name]
        return block

    def statements(self) -> list[Block]:
        """Every statement of every policy document."""
        documents = self.all("aws_iam_policy_document", "data").values()
        return [statement for document in documents for statement in document["statement"]]


def synthesized(make: Callable[[TerraformStack], object]) -> Template:
    """What ``make`` puts into an empty stack."""
    stack = TerraformStack(cdktf_testing.app(), "test")
    make(stack)
    return Template(json.loads(cdktf_testing.synth(stack)))
