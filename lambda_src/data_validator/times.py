"""Dates and timestamps of files: texts in, days or microseconds since 1970 out, in UTC unless a text says otherwise."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from data_validator.registry import FileFormat
from shared.rejection import Reason, Rejection

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What one of a stored column's units is.
TIMES = {"date": timedelta(days=1), "timestamp": timedelta(microseconds=1)}


def stored_moment(moment: datetime, type_: str) -> int:
    """Days of a date, microseconds of a timestamp."""
    return (moment - EPOCH) // TIMES[type_]


def time_reader(type_: str, form: FileFormat) -> Callable[[Any], int]:
    """Reads texts for a column of type date or timestamp."""
    return lambda value: stored_moment(_moment(form, value), type_)


def year_reader(part: str, form: FileFormat) -> Callable[[Any], int]:
    """Reads only the year of a date."""
    if part != "year":
        raise ValueError(f"datePart is {part!r}; this code takes year")
    return lambda value: _moment(form, value).year


def time_limits(type_: str, rules: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The contract's minimum and maximum in the column's units."""

    def limit(name: str) -> int | None:
        return stored_moment(_in_utc(datetime.fromisoformat(str(rules[name]))), type_) if name in rules else None

    return limit("minimum"), limit("maximum")


def _moment(form: FileFormat, value: Any) -> datetime:
    if not isinstance(value, str) or not value.isascii():
        raise Rejection(Reason.BAD_TIMESTAMP, "expected a date as text")
    bare = value.strip()
    for date_format in form.date_formats:
        try:
            return _in_utc(datetime.strptime(bare, date_format))  # noqa: DTZ007  the next call adds the zone
        except (ValueError, OverflowError):
            continue
    if not form.date_formats:
        try:
            return _in_utc(datetime.fromisoformat(bare))
        except (ValueError, OverflowError):
            pass
    expected = " or ".join(form.date_formats) or "ISO 8601"
    raise Rejection(Reason.BAD_TIMESTAMP, f"expected a date as {expected}")


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
