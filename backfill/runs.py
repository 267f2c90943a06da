"""What a backfill asks of whatever runs a job, and what it is told of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from backfill.days import FROM, TO
from config.job_prices import Usage

SUCCEEDED = "SUCCEEDED"
ACTIVE = frozenset({"STARTING", "RUNNING", "STOPPING", "WAITING", "SUBMITTED", "PENDING", "SCHEDULED", "QUEUED"})


@dataclass(frozen=True, kw_only=True)
class PastRun:
    """One run; ``state`` in Glue's words. ``usage`` None: nobody knows."""

    run_id: str
    state: str
    arguments: Mapping[str, str]
    usage: Usage | None = None

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def days(self) -> int:
        """How many event dates it was asked for; 0 if it was asked for whatever had changed."""
        if self.arguments.keys() >= {FROM, TO}:
            return (date.fromisoformat(self.arguments[TO]) - date.fromisoformat(self.arguments[FROM])).days + 1
        return int("--date" in self.arguments)

    def is_of(self, arguments: Mapping[str, str]) -> bool:
        """Whether it was started with these."""
        return arguments.items() <= self.arguments.items()


class Runs(Protocol):
    """The runs of one job."""

    def history(self) -> Sequence[PastRun]:
        """All there were and are. Long: a backfill asks for it once."""
        ...

    def active(self) -> Sequence[PastRun]:
        """Those under way now."""
        ...

    def start(self, arguments: Mapping[str, str]) -> str:
        """Starts one; returns its id."""
        ...

    def wait(self, run_id: str) -> PastRun:
        """Returns when it has ended."""
        ...
