"""The access matrix for machines, as a document, and for people, as a page."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from gate.access.matrix import Matrix
from gate.access.right import Right

# In this order, and by these headings; what AWS's services offer besides comes last.
SECTIONS = {
    "bucket": "Buckets",
    "table": "Tables",
    "database": "Databases of the catalogue",
    "catalogue": "The catalogue",
    "key": "Keys",
    "secret": "Secrets",
    "stream": "Streams",
    "queue": "Queues",
    "topic": "Topics",
    "workgroup": "Athena workgroups",
    "server": "Database servers",
    "warehouse": "Warehouses",
    "function": "Functions",
    "log": "Logs",
}
# Who may do these may also look.
MORE_THAN_LOOKING = {"read", "write", "delete", "administer", "query", "decrypt", "encrypt", "run"}
WHOLE_KEY = {"administer", "decrypt", "delegate", "encrypt", "look", "sign"}


def as_dict(matrix: Matrix) -> dict[str, Any]:
    """``who``: by holder, who may take it on, and what it may do with what. ``refused``: what policies deny to all."""
    found: dict[str, Any] = {}
    for who, rights in groupby(matrix.rights, key=lambda right: right.who):
        may: dict[str, list[str]] = {}
        for what, told in _told(rights):
            may.setdefault(what, []).append(told)
        found[who] = {"taken on by": matrix.takers.get(who, []), "may": may}
    for who, takers in matrix.takers.items():
        found.setdefault(who, {"taken on by": takers, "may": {}})
    return {"who": dict(sorted(found.items())), "refused": matrix.refusals}


def markdown(matrix: Matrix, *, title: str, head: str = "") -> str:
    """One table for each kind of thing, and one of the roles."""
    lines = [f"# {title}", *(["", head] if head else [])]
    takers = [f"| `{who}` | {', '.join(names)} |" for who, names in sorted(matrix.takers.items())]
    lines += ["", "## Roles", "", "| role | taken on by |", "|---|---|", *takers] if takers else []
    for kind, heading in SECTIONS.items():
        lines += _section(heading, [right for right in matrix.rights if right.kind == kind], named=False)
    lines += _section("Else", [right for right in matrix.rights if right.kind not in SECTIONS], named=True)
    if matrix.refusals:
        lines += ["", "## Refused, whatever is granted", "", "| who and what | where |", "|---|---|"]
        lines += [f"| {text} | {', '.join(f'`{w}`' for w in where)} |" for text, where in matrix.refusals.items()]
    return "\n".join(lines) + "\n"


def _section(heading: str, rights: list[Right], *, named: bool) -> list[str]:
    if not rights:
        return []
    lines = ["", f"## {heading}", "", "| what | who | may |", "|---|---|---|"]
    by_thing = sorted(rights, key=lambda right: (right.what, right.who, right.verb, right.part))
    for (what, who), group in groupby(by_thing, key=lambda right: (right.what, right.who)):
        name = what if named else what.partition(" ")[2]
        told = "; ".join(text for _, text in _told(group))
        lines.append(f"| `{name}` | `{who}` | {told.replace('|', chr(92) + '|')} |")
    return lines


def _told(rights: Iterable[Right]) -> Iterator[tuple[str, str]]:
    """Each thing with what may be done to one part of it under one condition."""
    every = sorted(rights, key=lambda right: (right.what, right.part, right.only_if, right.verb))
    stronger = {right.what for right in every if right.verb in MORE_THAN_LOOKING}
    shown = [right for right in every if right.verb != "look" or right.what not in stronger]
    for (what, part, only_if), group in groupby(shown, key=lambda right: (right.what, right.part, right.only_if)):
        verbs = [right.verb for right in group]
        text = "everything" if what.startswith("key ") and {*verbs} >= WHOLE_KEY - {"look"} else ", ".join(verbs)
        text += f": {part}" if part else ""
        yield what, f"{text} (only {only_if})" if only_if else text
