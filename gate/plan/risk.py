"""What a risk is: something a plan would do, where, and how to go on without it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from config import Environment
from gate.finding import Finding
from gate.plan.change import Change, Plan


@dataclass(frozen=True)
class Risk:
    """``detail`` tells this change from another at the same address: an acknowledgement is for this one only."""

    at: str
    problem: str
    remedy: str
    detail: str = ""


Judge = Callable[[Plan, Environment], Iterator[Risk]]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A risk of a stack's plan, with the mark by which a file may acknowledge it."""

    stack: str
    risk: str
    address: str
    problem: str
    remedy: str
    mark: str

    def as_finding(self) -> Finding:
        remedy = f"{self.remedy}; or, if it is meant, acknowledge {self.risk} with mark {self.mark}"
        return Finding(
            check=self.risk,
            where=self.stack,
            address=self.address,
            problem=f"{self.address} {self.problem}",
            remedy=remedy,
        )


def refusals(judge: Judge, plan: Plan, env: Environment) -> list[Refusal]:
    """What one judge has against a plan."""
    return [
        Refusal(
            stack=plan.stack,
            risk=judge.__name__,
            address=risk.at,
            problem=risk.problem,
            remedy=risk.remedy,
            mark=_mark(plan.stack, judge.__name__, risk),
        )
        for risk in judge(plan, env)
    ]


def same_name(change: Change, other: Change, fields: tuple[str, ...]) -> bool:
    """Whether the resource that comes has a name of the one that goes."""
    return any(change.before.get(f) is not None and change.before.get(f) == other.after.get(f) for f in fields)


def _mark(stack: str, judge: str, risk: Risk) -> str:
    return hashlib.sha256("\0".join((stack, judge, risk.at, risk.problem, risk.detail)).encode()).hexdigest()[:12]
