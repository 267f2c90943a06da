"""Part one, ``rules``: what the stacks must say, in rules of our own for what no scanner sees."""

from collections.abc import Sequence
from dataclasses import replace

from gate.finding import findings
from gate.report import Report
from gate.rules import RULES
from gate.synthesized import Synthesized, missing

PART = "rules"


def check(stacks: Sequence[Synthesized]) -> Report:
    """Judges every stack by every rule."""
    problem = missing(list(stacks))
    if problem:
        return Report(part=PART, figures={"rules": len(RULES)}, findings=[], broken=problem)
    judged = [(stack, stack.template()) for stack in stacks]
    found = [
        replace(finding, where=_within(stack.name, finding.where))
        for stack, template in judged
        for rule in RULES
        for finding in findings(rule, template, stack.env)
    ]
    resources = sum(1 for _, template in judged for _ in template.resources())
    figures = {"rules": len(RULES), "stacks": len(judged), "resources": resources}
    return Report(part=PART, figures=figures, findings=found)


def _within(stack: str, where: str) -> str:
    """Providers and backends have no path that would name their stack."""
    return where if where.startswith(f"{stack}/") else f"{stack}/{where}"
