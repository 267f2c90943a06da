"""`terraform show -json <plan>` as the risks read it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gate.template import Block, leaves

FORMAT = "1."


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource. ``before`` is empty when it is new, ``after`` when it goes.

    ``unknown`` marks what apply decides.
    """

    address: str
    type: str
    actions: tuple[str, ...]
    before: Block
    after: Block
    unknown: Block
    because: tuple[str, ...] = ()

    @property
    def created(self) -> bool:
        return self.actions == ("create",)

    @property
    def goes(self) -> bool:
        """It is destroyed and not made again."""
        return self.actions in (("delete",), ("forget",))

    @property
    def replaced(self) -> bool:
        return "create" in self.actions and len(self.actions) > 1

    def value(self, name: str) -> Any:
        """What a field will be; None when it is not known yet."""
        return self.after.get(name)

    def will_know(self, path: str) -> bool:
        """Whether apply decides the field at ``path``, or the block around it."""
        undecided = {found for found, value in leaves(self.unknown) if value is True}
        parts = path.split(".")
        return any(".".join(parts[:length]) in undecided for length in range(1, len(parts) + 1))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``had_state``: the state held resources before. ``emulated``: every call goes to this machine."""

    stack: str
    changes: tuple[Change, ...]
    had_state: bool
    emulated: bool


def load_plan(path: Path) -> Plan:
    """The plan in ``<stack>.json``; ValueError when the file is none."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if not str(document.get("format_version", "")).startswith(FORMAT) or "planned_values" not in document:
        raise ValueError(f"{path} is no plan: write it with `terraform show -json <plan file>`")
    if document.get("errored"):
        raise ValueError(f"{path}: Terraform could not finish this plan; run it again")
    state = document.get("prior_state", {}).get("values", {}).get("root_module", {})
    return Plan(
        stack=path.stem,
        changes=tuple(_change(c) for c in document.get("resource_changes", []) if c["mode"] == "managed"),
        had_state=any(resource["mode"] == "managed" for resource in state.get("resources", [])),
        emulated=_emulated(document.get("configuration", {})),
    )


def _change(entry: Block) -> Change:
    change = entry["change"]
    because = [".".join(map(str, path)) for path in change.get("replace_paths") or []]
    return Change(
        address=entry["address"],
        type=entry["type"],
        actions=tuple(change["actions"]),
        before=change.get("before") or {},
        after=change.get("after") or {},
        unknown=change.get("after_unknown") or {},
        because=tuple(because),
    )


def _emulated(configuration: Block) -> bool:
    providers = configuration.get("provider_config", {}).values()
    urls = [
        {value for path, value in leaves(provider.get("expressions", {})) if path.startswith("endpoints.")}
        for provider in providers
        if provider.get("name") == "aws"
    ]
    local = [
        bool(found) and all(urlsplit(url).hostname in ("127.0.0.1", "localhost") for url in found) for found in urls
    ]
    return bool(local) and all(local)
