"""Part two, ``access``: who may do what, and whether anybody may do what nobody ever should."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from gate.access.kept import about_nothing, broken
from gate.access.matrix import Matrix, matrix
from gate.access.page import as_dict, markdown
from gate.access.promises import PROMISES
from gate.finding import Finding
from gate.report import Report
from gate.synthesized import Synthesized, missing

PART = "access"
LIST = "gate/access/promises.py"


def check(stacks: Sequence[Synthesized], *, pages: Path) -> Report:
    """The matrices of all stacks held against the promises; a page of each is written to ``pages``."""
    problem = missing(list(stacks))
    if problem:
        return Report(part=PART, figures={"promises": len(PROMISES)}, findings=[], broken=problem)
    matrices = {stack.name: matrix(stack.template(), stack.env) for stack in stacks}
    found = [finding for name, one in matrices.items() for finding in _findings(name, one)]
    for promise, name in about_nothing(list(matrices.values())):
        what = f"{promise.name} is about {name!r}, and no stack has it: a promise about nothing is always kept"
        found.append(Finding(check="promise", where=LIST, address=promise.name, problem=what, remedy="name it anew"))
    pages.mkdir(parents=True, exist_ok=True)
    for name, one in matrices.items():
        (pages / f"{name}.md").write_text(markdown(one, title=f"Who may do what in {name}"), encoding="utf-8")
    figures = {
        "stacks": len(matrices),
        "rights": sum(len(one.rights) for one in matrices.values()),
        "promises": len(PROMISES),
    }
    tables = {name: as_dict(one) for name, one in matrices.items()}
    return Report(part=PART, figures=figures, findings=found, tables=tables)


def _findings(stack: str, one: Matrix) -> Iterator[Finding]:
    for promise, right, problem in broken(one):
        remedy = f"take the grant back, or, if it is meant, change the promise in {LIST}"
        where = f"{stack}/{right.who}"
        yield Finding(check=promise.name, where=where, address=right.what, problem=problem, remedy=remedy)
    for gap in one.gaps:
        yield Finding(
            check=gap.check, where=f"{stack}/{gap.who}", address=gap.on, problem=gap.problem, remedy=gap.remedy
        )
