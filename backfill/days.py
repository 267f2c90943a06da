"""A range of event dates, and the pieces of it that are one run each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FROM, TO, LABEL = "--from_date", "--to_date", "--backfill"


@dataclass(frozen=True, kw_only=True)
class Days:
    """From ``first`` to ``last``, both of them included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"the first day, {self.first}, is after the last, {self.last}; turn them round")

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"

    def pieces(self, days: int) -> Iterator["Days"]:
        """Of so many days each, the last one of what is left."""
        if days < 1:
            raise ValueError(f"a run of {days} days is none; use 1 or more")
        for start in range(0, len(self), days):
            first = self.first + timedelta(days=start)
            yield Days(first=first, last=min(self.last, first + timedelta(days=days - 1)))

    def arguments(self, label: str) -> dict[str, str]:
        """What a run of these days is started with. A job passes over the label; the service remembers it."""
        return {FROM: self.first.isoformat(), TO: self.last.isoformat(), LABEL: label}
