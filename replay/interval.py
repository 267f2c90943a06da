"""From when to when: two texts in, an interval of arrivals out, the end not included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


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

    def hours(self) -> Iterator[datetime]:
        """The hours it touches."""
        hour = self.start.replace(minute=0, second=0, microsecond=0)
        while hour < self.end:
            yield hour
            hour += HOUR

    def days(self, *, before: timedelta) -> Iterator[datetime]:
        """The days it touches, and those of the time ``before`` it."""
        day = (self.start - before).replace(hour=0, minute=0, second=0, microsecond=0)
        while day < self.end:
            yield day
            day += DAY


def moment(text: str) -> datetime:
    """``2011-01-05T10:00``, with seconds or an offset if wanted; without an offset it is UTC."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def hour_prefix(hour: datetime) -> str:
    """How the lake's objects are filed by the hour."""
    return f"{day_prefix(hour)}hour={hour:%H}/"


def day_prefix(day: datetime) -> str:
    """Where all its hours are."""
    return f"year={day:%Y}/month={day:%m}/day={day:%d}/"
