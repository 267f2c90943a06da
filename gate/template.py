"""Terraform JSON as the rules read it: resources by type, nested blocks by dotted names, references as text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One block. ``kind`` is resource, data or provider."""

    kind: str
    type: str
    name: str
    body: Block

    @property
    def address(self) -> str:
        """As Terraform calls it."""
        return f"{self.type}.{self.name}" if self.kind == "resource" else f"{self.kind}.{self.type}.{self.name}"

    @property
    def path(self) -> str:
        """As the code calls it: ``ecommerce-prod/Storage/Silver/Bucket``."""
        path: str = self.body.get("//", {}).get("metadata", {}).get("path", self.address)
        return path

    def get(self, dotted: str) -> Any:
        """The value below nested blocks, the first of each; None when a part is missing."""
        found: Any = self.body
        for part in dotted.split("."):
            found = found[0] if isinstance(found, list) and found else found
            if not isinstance(found, dict):
                return None
            found = found.get(part)
        return found

    def blocks(self, dotted: str) -> list[Block]:
        """All blocks of a name: cdktf writes one as an object, several as a list."""
        return blocks(self.get(dotted))

    def refers_to(self, other: "Resource", dotted: str) -> bool:
        """Whether the value at ``dotted`` names ``other``."""
        return mentions(self.get(dotted), other)


@dataclass(frozen=True)
class Template:
    """One synthesized stack."""

    document: Block

    def all(self, *types: str) -> list[Resource]:
        """Managed resources of these types."""
        return [resource for resource in self.resources() if resource.type in types]

    def resources(self, kind: str = "resource") -> Iterator[Resource]:
        """Every block of a kind."""
        for type_, named in self.document.get(kind, {}).items():
            for name, body in named.items():
                yield Resource(kind=kind, type=type_, name=name, body=body)

    def providers(self) -> Iterator[Resource]:
        """Every provider block; a second one of a type has an alias."""
        for type_, value in self.document.get("provider", {}).items():
            for number, body in enumerate(blocks(value)):
                yield Resource(kind="provider", type=type_, name=body.get("alias", str(number)), body=body)

    def companions(self, type_: str, of: Resource, by: str) -> list[Resource]:
        """Resources of a type that belong to ``of``: their field ``by`` refers to it."""
        return [resource for resource in self.all(type_) if resource.refers_to(of, by)]

    def paths(self) -> dict[str, str]:
        """The code's name for each of Terraform's, for tools that lose the type on the way."""
        return {r.name: r.path for kind in ("resource", "data") for r in self.resources(kind)}


def load_template(path: Path) -> Template:
    """The stack in ``cdk.tf.json``."""
    return Template(json.loads(path.read_text(encoding="utf-8")))


def blocks(value: Any) -> list[Block]:
    """A nested block, or several, or none, as a list."""
    return [block for block in listed(value) if isinstance(block, dict)]


def listed(value: Any) -> list[Any]:
    """One or many as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def mentions(value: Any, resource: Resource) -> bool:
    """Whether a value, or anything in it, refers to ``resource``."""
    text = value if isinstance(value, str) else json.dumps(value)
    # A name may be the beginning of another one.
    return re.search(rf"(?<![\w.]){re.escape(resource.address)}(?![\w-])", text) is not None


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar with its dotted path; cdktf's notes are left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "//":
                yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value
