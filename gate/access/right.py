"""One right of one holder, as plain data."""

from dataclasses import dataclass

from gate.access.things import Thing
from gate.policy import Condition

ACCOUNT = "the account"
EVERYBODY = "everybody"


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What a policy allows: ``action`` (a part of the policy's) means ``verb``.

    ``thing`` None: it is none of the stack's. ``part`` is what of it, "" the whole; ``resource`` the policy's word.
    """

    who: str
    verb: str
    action: str
    thing: Thing | None
    part: str
    resource: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True, order=True)
class Right:
    """What holds in the end. ``kind`` and ``on`` name a thing of the stack, or AWS's service and resource."""

    who: str
    kind: str
    on: str
    verb: str
    part: str = ""
    only_if: str = ""

    @property
    def what(self) -> str:
        return f"{self.kind} {self.on}"


@dataclass(frozen=True, kw_only=True, order=True)
class Gap:
    """A right that is worth nothing, or more than it is needed for."""

    check: str
    who: str
    on: str
    problem: str
    remedy: str
