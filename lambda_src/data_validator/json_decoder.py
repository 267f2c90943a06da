"""A decoder for one object per line that builds only what the contract takes: text in, a value for each path out.

What it refuses, or cannot vouch for, is left to the strict reading: an unknown member, a text where an object should
be, a member that may stand twice. So it is only quicker, never more lenient.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

import msgspec

Path = tuple[str, ...]
Values = Sequence[Any]


class UncertainError(ValueError):
    """When a line may hold a member twice or half a character; only a reading of every member can tell."""


def line_decoder(paths: Sequence[Path], ignored: Collection[str]) -> Callable[[str], Values]:
    """The decoder of objects with these members. ValueError or AttributeError for what it does not answer for."""
    decode = msgspec.json.Decoder(_object((), paths, ignored), float_hook=Decimal).decode
    values = attrgetter(*(".".join(map(_attribute, path)) for path in paths))
    single = len(paths) == 1
    # How often a name may stand in a line, in quotes: once for each object that has it.
    nodes = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    most = [(f'"{name}"', count) for name, count in Counter(node[-1] for node in nodes).items()]

    def decoded(line: str) -> Values:
        if "\\" in line:
            raise UncertainError
        for name, count in most:
            if line.count(name) > count:
                raise UncertainError
        found: Values = (values(decode(line)),) if single else values(decode(line))
        return found

    return decoded


def _object(at: Path, paths: Sequence[Path], ignored: Collection[str] = ()) -> Any:
    """The type of the object at ``at``: the members that ``paths`` lead through, and at the top no others."""
    inside = [path[len(at) :] for path in paths if path[: len(at)] == at and len(path) > len(at)]
    names = list(dict.fromkeys(path[0] for path in inside))
    fields: list[tuple[str, Any, Any]] = []
    for name in names:
        nested = any(path[0] == name and len(path) > 1 for path in inside)
        type_ = _object((*at, name), paths) | None if nested else Any
        fields.append((_attribute(name), type_, None))
    # Not built, only passed over.
    skipped = [name for name in ignored if name not in names]
    fields += [(_attribute(name), msgspec.Raw, msgspec.Raw(b"")) for name in skipped]
    rename = {_attribute(name): name for name in (*names, *skipped)}
    return msgspec.defstruct("Object", fields, rename=rename, forbid_unknown_fields=not at, gc=False)


def _attribute(name: str) -> str:
    """A name Python can use for any name JSON can."""
    return f"m{name.encode().hex()}"
