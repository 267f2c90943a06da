"""What was changed by hand: AWS compared with the state, the code left out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploy.stack import DeployError, Stack, first_error

PLAN = "drift.tfplan"


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A resource that is not as it was left. ``attributes`` is empty when it is gone."""

    address: str
    attributes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.address}: {', '.join(self.attributes)} changed" if self.attributes else f"{self.address}: gone"


def find_drift(stack: Stack) -> list[Drift]:
    """By ``plan -refresh-only``: it writes nothing, so it takes no lock and holds up no deployment."""
    done = stack.attempt("plan", "-refresh-only", "-detailed-exitcode", "-input=false", "-lock=false", f"-out={PLAN}")
    if done.returncode not in (0, 2):
        raise DeployError(f"{stack.name} cannot be refreshed: {first_error(done)}")
    try:
        return drifted(stack.saved_plan(PLAN)) if done.returncode == 2 else []
    finally:
        (stack.folder / PLAN).unlink(missing_ok=True)


def drifted(plan: Mapping[str, Any]) -> list[Drift]:
    """From the JSON of a refresh-only plan. An attribute that was unset and is empty now has not drifted."""
    changes = [(each["address"], each["change"]) for each in plan.get("resource_drift", [])]
    return [
        Drift(address=address, attributes=_changed(change))
        for address, change in changes
        if change["after"] is None or _changed(change)
    ]


def _changed(change: Mapping[str, Any]) -> tuple[str, ...]:
    before, after = change["before"] or {}, change["after"]
    if after is None:
        return ()
    return tuple(sorted(name for name in {*before, *after} if (before.get(name) or None) != (after.get(name) or None)))
