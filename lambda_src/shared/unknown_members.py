"""Members that a contract does not know: a parsed document in, what of it no column has out, in the same shape."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.runtime_contract import Column


def unknown_members(document: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """The unknown members, also inside known objects and lists; a list keeps its length if one element has some.

    ``{"gift": true, "items": [{}, {"colour": "red"}]}``; empty if everything is known.
    """
    known = {column.name: column for column in columns}
    found = {name: value for name, value in document.items() if name not in known}
    for name, column in known.items():
        if column.fields and (inside := _inside(document.get(name), column.fields)):
            found[name] = inside
    return found


def _inside(value: Any, columns: Sequence[Column]) -> dict[str, Any] | list[dict[str, Any]] | None:
    if isinstance(value, dict):
        return unknown_members(value, columns)
    if isinstance(value, list):
        elements = [unknown_members(element, columns) for element in value]
        return elements if any(elements) else None
    return None
