"""The formats a line may have: bytes in, a `WebRequest` or a `Rejection` out.

Apache's and nginx's combined format (https://httpd.apache.org/docs/2.4/mod/mod_log_config.html), or one JSON object.
"""

import re
from collections.abc import Mapping
from typing import Any

from log_forwarder.log_lines import LogLine
from log_forwarder.web_request import WebRequest, web_request
from shared.rejection import Reason, Rejection
from shared.strict_json import parsed_object

_QUOTED = r'[^"\\]*(?:\\.[^"\\]*)*'
COMBINED = re.compile(
    r"(?P<host>\S+) \S+ \S+ \[(?P<time>[^\]]+)\] "
    rf'"(?P<request>{_QUOTED})" (?P<status>\S+) (?P<response_bytes>\S+) '
    rf'"(?P<referrer>{_QUOTED})" "(?P<user_agent>{_QUOTED})"'
)
ESCAPED = re.compile(r'\\(["\\])')
# What servers and gateways call the fields in JSON; the first that is there counts.
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "host": ("remote_addr", "remote_ip", "client_ip", "clientip", "sourceIp", "ip"),
    "time": ("time_iso8601", "time_local", "@timestamp", "timestamp", "time", "requestTime"),
    "request": ("request",),
    "method": ("request_method", "method", "httpMethod"),
    "path": ("request_uri", "uri", "path", "resourcePath"),
    "protocol": ("server_protocol", "protocol"),
    "status": ("status", "response"),
    "response_bytes": ("body_bytes_sent", "bytes_sent", "bytes", "responseLength"),
    "referrer": ("http_referer", "http_referrer", "referer", "referrer"),
    "user_agent": ("http_user_agent", "user_agent", "agent", "userAgent"),
}
KNOWN = frozenset(name for names in MEMBERS.values() for name in names)


def parsed(line: LogLine) -> WebRequest:
    """The request a line tells of; Rejection if it tells of none."""
    if line.fault:
        raise Rejection(Reason.BAD_FORMAT, line.fault)
    if line.content.startswith(b"{"):
        return web_request(_json_fields(parsed_object(line.content, KNOWN)))
    return web_request(_combined_fields(line.content))


def _json_fields(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field: next((document[name] for name in names if name in document), None) for field, names in MEMBERS.items()
    }


def _combined_fields(content: bytes) -> dict[str, str]:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise Rejection(Reason.BAD_ENCODING, f"expected UTF-8, byte {error.start} is not") from error
    if "\0" in text:
        raise Rejection(Reason.NUL_BYTE, f"character {text.index(chr(0))} is NUL")
    match = COMBINED.fullmatch(text)
    if not match:
        raise Rejection(Reason.BAD_FORMAT, "expected the combined log format, whole, or a JSON object")
    fields = match.groupdict()
    for name in ("request", "referrer", "user_agent"):
        if "\\" in fields[name]:
            fields[name] = ESCAPED.sub(r"\1", fields[name])
    return fields
