"""What a gate has to say against a deployment."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from config import Environment
from gate.template import Resource, Template


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``check`` found ``problem`` at ``where`` (the construct's path) and ``address`` (Terraform's)."""

    check: str
    where: str
    address: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        lines = [f"{self.check}: {self.where}: {self.problem}"]
        return "\n    ".join([*lines, f"how to go on: {self.remedy}"] if self.remedy else lines)

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Fault:
    """What a rule yields; the rule's name becomes the finding's check."""

    at: Resource
    problem: str
    remedy: str


Rule = Callable[[Template, Environment], Iterator[Fault]]


def findings(rule: Rule, template: Template, env: Environment) -> list[Finding]:
    """What one rule finds in one stack."""
    check = rule.__name__
    return [
        Finding(check=check, where=f.at.path, address=f.at.address, problem=f.problem, remedy=f.remedy)
        for f in rule(template, env)
    ]
