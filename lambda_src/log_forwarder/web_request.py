"""What a log says of one request: the fields of a line in, a checked `WebRequest` or a `Rejection` out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from shared.rejection import Reason, Rejection

# What servers write where they have nothing to say.
NOTHING = (None, "", "-")
METHOD = re.compile(r"[A-Za-z][A-Za-z_-]{0,31}")
PROTOCOL = re.compile(r"HTTP/\d(?:\.\d)?")
LOG_TIME = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# By what a column of type bigint holds.
MAX_BYTES = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRequest:
    """A request, in clear: ``host`` is the visitor's address, ``occurred_at`` RFC 3339 with an offset."""

    host: str
    occurred_at: str
    method: str
    path: str
    protocol: str | None
    status: int
    response_bytes: int | None
    referrer: str | None
    user_agent: str | None


def web_request(fields: Mapping[str, Any]) -> WebRequest:
    """The request of a line, by the names of `WebRequest`; ``time`` and, in one text, ``request`` as logs have them."""
    method, path, protocol = _asked(fields)
    if not METHOD.fullmatch(method):
        raise Rejection(Reason.BAD_FORMAT, "method: expected at most 32 letters")
    if protocol is not None and not PROTOCOL.fullmatch(protocol):
        raise Rejection(Reason.BAD_FORMAT, "protocol: expected HTTP/ and a version")
    if path in NOTHING:
        raise Rejection(Reason.MISSING_FIELD, "path is required")
    return WebRequest(
        host=_required(fields, "host"),
        occurred_at=_moment(_required(fields, "time")),
        method=method,
        path=path,
        protocol=protocol,
        status=_whole(fields, "status", 100, 999),
        response_bytes=_size(fields),
        referrer=_text(fields, "referrer"),
        user_agent=_text(fields, "user_agent"),
    )


def _asked(fields: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """Method, path and protocol, told apart or as the request's first line."""
    line = _text(fields, "request")
    if line is None:
        return _required(fields, "method"), _required(fields, "path"), _text(fields, "protocol")
    method, _, rest = line.partition(" ")
    path, _, protocol = rest.rpartition(" ")
    if protocol.startswith("HTTP/"):
        return method, path, protocol
    if " " in rest or not rest:
        raise Rejection(Reason.BAD_FORMAT, "request: expected method, path and protocol")
    return method, rest, None  # HTTP 0.9


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value in NOTHING:
        return None
    if not isinstance(value, str):
        raise Rejection(Reason.WRONG_TYPE, f"{name}: expected text")
    return value


def _required(fields: Mapping[str, Any], name: str) -> str:
    text = _text(fields, name)
    if text is None:
        raise Rejection(Reason.MISSING_FIELD, f"{name} is required")
    return text


def _size(fields: Mapping[str, Any]) -> int | None:
    return None if fields.get("response_bytes") in NOTHING else _whole(fields, "response_bytes", 0, MAX_BYTES)


def _whole(fields: Mapping[str, Any], name: str, lowest: int, highest: int) -> int:
    value = fields.get(name)
    if value in NOTHING:
        raise Rejection(Reason.MISSING_FIELD, f"{name} is required")
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,19}", str(value)):
        raise Rejection(Reason.WRONG_TYPE, f"{name}: expected a whole number")
    number = int(value)
    if not lowest <= number <= highest:
        raise Rejection(Reason.OUT_OF_RANGE, f"{name}: expected {lowest} to {highest}")
    return number


@lru_cache(maxsize=4_096)  # a busy server writes many lines in one second
def _moment(text: str) -> str:
    try:
        moment = _log_time(text) if "/" in text[:7] else datetime.fromisoformat(text)
    except ValueError as error:
        raise Rejection(Reason.BAD_TIMESTAMP, "time: expected 17/May/2015:10:05:03 +0000 or RFC 3339") from error
    if moment.tzinfo is None:
        raise Rejection(Reason.BAD_TIMESTAMP, "time: expected an offset")
    return moment.isoformat()


def _log_time(text: str) -> datetime:
    match = LOG_TIME.fullmatch(text)
    if not match:
        raise ValueError("not a server's time")
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-offset if sign == "-" else offset)
    # MONTHS.index: ValueError for a month that is none. strptime would follow the machine's language.
    return datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=zone)
