"""Adopts what a killed apply left behind: resources that exist and stand in no state.

Import blocks are made for everything a plan would create and that has a name we can know. Terraform itself says which
of them do not exist, and each import tells names that hang on it; when nothing new turns up, the plan is shown.
"""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.aws import Aws
from deploy.kept_values import existing_values, keep_values
from deploy.orphan_ids import Import, candidates, not_there
from deploy.stack import LOCK_TIMEOUT, DeployError, Stack, first_error

BLOCKS = "adopted.tf.json"
PLAN = "adopt.tfplan"
ROUNDS = 12


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """What an apply of the plan would do: addresses."""

    imported: list[str]
    created: list[str]
    updated: list[str]
    endangered: list[str]

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> "Adoption":
        """Reads a plan. Endangered is what it would destroy or replace."""
        changes = [c for c in plan.get("resource_changes", []) if c["mode"] == "managed"]

        def having(*wanted: str) -> list[str]:
            return sorted(c["address"] for c in changes if set(wanted) & set(c["change"]["actions"]))

        endangered = having("delete", "forget")
        return cls(
            imported=sorted(c["address"] for c in changes if c["change"].get("importing")),
            created=[address for address in having("create") if address not in endangered],
            updated=having("update"),
            endangered=endangered,
        )


def find_orphans(stack: Stack) -> Adoption:
    """Plans the adoption; the plan lies in the stack's folder, ready for `adopt`."""
    aws = Aws(region=stack.region, endpoint=stack.endpoint)
    caller = aws.caller()
    adopted: set[Import] = set()
    refused: set[Import] = set()
    kept: set[str] = set()
    blocks = stack.folder / BLOCKS
    for _ in range(ROUNDS):
        _write(blocks, adopted)
        keep_values(stack.folder, kept)
        missing = _plan(stack, adopted)
        if missing:
            refused |= missing
            adopted -= missing
            continue
        plan = stack.saved_plan(PLAN)
        new = candidates(plan, caller=caller, lookup=aws.find_id) - refused - adopted
        valued = existing_values(plan, aws.has_value)
        if not new and valued <= kept:
            return Adoption.of(plan)
        adopted |= new
        kept |= valued
    raise DeployError(f"{stack.name}: import blocks did not settle in {ROUNDS} rounds; see {blocks} and finish by hand")


def adopt(stack: Stack) -> None:
    """Applies what `find_orphans` planned: imports, and what the plan creates or updates beside them."""
    stack.terraform("apply", "-input=false", LOCK_TIMEOUT, PLAN)
    forget_plan(stack)


def forget_plan(stack: Stack) -> None:
    """Removes the import blocks and the plan: they have done their work, or must not be applied."""
    for name in (BLOCKS, PLAN):
        (stack.folder / name).unlink(missing_ok=True)
    keep_values(stack.folder, set())


def _plan(stack: Stack, imports: Set[Import]) -> set[Import]:
    """The imports that found nothing; empty when the plan is good."""
    done = stack.attempt("plan", "-json", "-input=false", LOCK_TIMEOUT, f"-out={PLAN}")
    if done.returncode == 0:
        return set()
    missing = not_there(done.stdout, imports)
    if not missing:
        raise DeployError(f"{stack.name} cannot be planned: {first_error(done)}")
    return missing


def _write(path: Path, imports: Set[Import]) -> None:
    if not imports:
        path.unlink(missing_ok=True)
        return
    blocks = [one.block() for one in sorted(imports, key=lambda one: one.address)]
    path.write_text(json.dumps({"import": blocks}, indent=1), encoding="utf-8")
