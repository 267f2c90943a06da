"""Are the promises kept, and is there anything they are about?"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from contracts import Sensitivity, load_contracts
from contracts.captured_tables import captured_contracts
from contracts.conflicts import CONFLICT_COLUMNS, conflicts_of
from gate.access.matrix import Matrix
from gate.access.promises import PROMISES, STRANGERS, Never
from gate.access.right import Right
from gate.access.things import ARNS

KINDS = {kind for kind, _ in ARNS.values()}


def broken(matrix: Matrix, promises: Sequence[Never] = PROMISES) -> Iterator[tuple[Never, Right, str]]:
    """Rights that a promise rules out, each with what it says in words."""
    for promise in promises:
        for right in matrix.rights:
            if _is_about(promise, right):
                columns = _columns(promise, right, matrix)
                if columns is None or columns:
                    named = f" ({', '.join(columns)})" if columns else ""
                    yield promise, right, f"{right.who} may {right.verb} {right.what}{named}"


def about_nothing(matrices: Sequence[Matrix], promises: Sequence[Never] = PROMISES) -> Iterator[tuple[Never, str]]:
    """Names in promises that no stack has: a promise about what was renamed is kept by itself."""
    things = {str(thing) for matrix in matrices for thing in matrix.things.all}
    roles = {role.path for matrix in matrices for role in matrix.things.of_kind("role")}
    holders = roles | {right.who for matrix in matrices for right in matrix.rights}
    for promise in promises:
        for pattern in (*promise.on, *promise.outside):
            if any(pattern.startswith(f"{kind} ") for kind in KINDS) and not _any_fits(pattern, things):
                yield promise, pattern
        for pattern in (*promise.who, *promise.but):
            if pattern not in STRANGERS and not _any_fits(pattern, holders):
                yield promise, pattern


def _is_about(promise: Never, right: Right) -> bool:
    return (
        _fits_any(right.verb, promise.may)
        and _fits_any(right.what, promise.on)
        and _fits_any(right.who, promise.who)
        and not _fits_any(right.what, (*promise.outside, *promise.spared))
        and not _fits_any(right.who, promise.but)
        and not (right.part and _fits_any(right.part, promise.parts_spared))
    )


def _columns(promise: Never, right: Right, matrix: Matrix) -> list[str] | None:
    """The columns that break it; None when it is not about columns."""
    if not promise.of:
        return None
    (table,) = [thing for thing in matrix.things.of_kind("table") if thing.path == right.on]
    sensitivities = _sensitivities(table.arns[0].rpartition("/")[2])
    names = right.part.split(", ") if right.part else [*sensitivities] or ["every column"]
    return [name for name in names if sensitivities.get(name, "personal") in promise.of]


def _sensitivities(table: str) -> dict[str, Sensitivity]:
    """By column, from the contract of a table or of a view on it."""
    for contract in {**load_contracts(), **captured_contracts()}.values():
        if table in contract.catalogued:
            return {column.name: column.sensitivity for column in contract.catalogued[table]}
        if table == conflicts_of(contract):
            return {column.name: column.sensitivity for column in CONFLICT_COLUMNS}
    return {}


def _any_fits(pattern: str, texts: set[str]) -> bool:
    return any(fnmatchcase(text, pattern) for text in texts)


def _fits_any(text: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)
