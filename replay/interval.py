"""From when to when: two texts in, an interval of arrivals out, the end not included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Arrivals from ``start`` until before ``end``, in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"FROM {self.start:%Y-%m-%dT%H:%M} is not before TO {self.end:%Y-%m-%dT%H:%M}")

    @property
    def name(self) -> str:
        """For file names."""
        return f"{self.start:%Y%m%dT%H%M%S}-{self.end:%Y%m%dT%H%M%S}"

    def hours(self, *, before: timedelta = timedelta()) -> Iterator[datetime]:
        """The hours it touches, and those of the time ``before`` it."""
        hour = (self.start - before).replace(minute=0, second=0, microsecond=0)
        while hour < self.end:
            yield hour
            hour += HOUR


def moment(text: str) -> datetime:
    """``2011-01-05T10:00``, with seconds or an offset if wanted; without an offset it is UTC."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def hour_prefix(hour: datetime) -> str:
    """How the lake's objects are filed by the hour."""
    return f"year={hour:%Y}/month={hour:%m}/day={hour:%d}/hour={hour:%H}/"
