import json
from typing import Any

import pytest

from log_forwarder.line_formats import parsed
from log_forwarder.log_lines import CUT_OFF, LogLine
from log_forwarder.web_request import WebRequest
from shared.rejection import Reason, Rejection
from tests.unit.log_forwarder.forwarder_fakes import AGENT, log_line

REQUEST = WebRequest(
    host="83.149.9.216",
    occurred_at="2015-05-17T10:05:03+00:00",
    method="GET",
    path="/product/1",
    protocol="HTTP/1.1",
    status=200,
    response_bytes=203_023,
    referrer="http://shop.example.com/",
    user_agent=AGENT,
)
NGINX = {
    "time_iso8601": "2015-05-17T10:05:03+00:00",
    "remote_addr": "83.149.9.216",
    "remote_user": "-",
    "request": "GET /product/1 HTTP/1.1",
    "status": "200",
    "body_bytes_sent": "203023",
    "http_referer": "http://shop.example.com/",
    "http_user_agent": AGENT,
}
GATEWAY = {
    "requestTime": "17/May/2015:10:05:03 +0000",
    "ip": "83.149.9.216",
    "httpMethod": "GET",
    "path": "/product/1",
    "protocol": "HTTP/1.1",
    "status": 200,
    "responseLength": 203_023,
    "referrer": "http://shop.example.com/",
    "userAgent": AGENT,
}


def request_of(content: str | bytes) -> WebRequest:
    return parsed(LogLine(1, content if isinstance(content, bytes) else content.encode()))


def reason_of(content: str | bytes) -> Reason:
    with pytest.raises(Rejection) as caught:
        request_of(content)
    assert isinstance(caught.value.reason, Reason)
    return caught.value.reason


@pytest.mark.parametrize("line", [log_line(), json.dumps(NGINX), json.dumps(GATEWAY)])
def test_three_ways_to_write_one_request_are_read_alike(line: str) -> None:
    assert request_of(line) == REQUEST


def test_nothing_is_written_as_a_dash() -> None:
    request = request_of(log_line(size="-", referrer="-", agent="-"))
    assert (request.response_bytes, request.referrer, request.user_agent) == (None, None, None)


def test_what_servers_escape_is_read_as_it_was_sent() -> None:
    assert request_of(log_line(agent=r"a \"quoted\" one")).user_agent == 'a "quoted" one'


def test_a_path_may_hold_blanks_and_http_09_names_no_protocol() -> None:
    assert request_of(log_line(request="GET /a b HTTP/1.1")).path == "/a b"
    old = request_of(log_line(request="GET /old"))
    assert (old.path, old.protocol) == ("/old", None)


def test_the_time_keeps_the_servers_offset() -> None:
    assert request_of(log_line(time="17/May/2015:10:05:03 -0530")).occurred_at == "2015-05-17T10:05:03-05:30"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (log_line()[:80], Reason.BAD_FORMAT),
        (log_line()[:-1], Reason.BAD_FORMAT),
        (log_line() + log_line(), Reason.BAD_FORMAT),
        ("#Fields: date time c-ip", Reason.BAD_FORMAT),
        (log_line(request="-"), Reason.MISSING_FIELD),
        (log_line(request=r"\x16\x03\x01"), Reason.BAD_FORMAT),
        (log_line(request="G€T / HTTP/1.1"), Reason.BAD_FORMAT),
        (log_line(request="GET / HTTP/one"), Reason.BAD_FORMAT),
        (log_line(status="-"), Reason.MISSING_FIELD),
        (log_line(status="20O"), Reason.WRONG_TYPE),
        (log_line(status="42"), Reason.OUT_OF_RANGE),
        (log_line(size="9" * 19), Reason.OUT_OF_RANGE),
        (log_line(time="31/Feb/2015:10:05:03 +0000"), Reason.BAD_TIMESTAMP),
        (log_line(time="17/Mai/2015:10:05:03 +0000"), Reason.BAD_TIMESTAMP),
        (log_line(time="2015-05-17T10:05:03"), Reason.BAD_TIMESTAMP),
        (log_line(host="-"), Reason.MISSING_FIELD),
        (log_line(agent="caf\0"), Reason.NUL_BYTE),
        (log_line().encode() + b"\xff", Reason.BAD_ENCODING),
        (json.dumps(NGINX)[:100], Reason.NOT_JSON),
        (json.dumps(NGINX | {"status": True}), Reason.WRONG_TYPE),
        (json.dumps(NGINX | {"request": 7}), Reason.WRONG_TYPE),
        (json.dumps({**NGINX, "time_iso8601": None}), Reason.MISSING_FIELD),
        ('{"request": "a", "request": "b"}', Reason.DUPLICATE_KEY),
    ],
)
def test_a_line_that_is_no_whole_request_is_told_why(line: str | bytes, reason: Reason) -> None:
    assert reason_of(line) is reason


def test_the_reason_never_repeats_what_the_line_holds() -> None:
    secret: dict[str, Any] = NGINX | {"status": "jane@example.com", "host": "x"}
    with pytest.raises(Rejection) as caught:
        request_of(json.dumps(secret))
    assert "jane" not in caught.value.detail


def test_a_line_that_could_not_be_read_keeps_its_own_fault() -> None:
    with pytest.raises(Rejection, match=CUT_OFF):
        parsed(LogLine(3, log_line().encode(), CUT_OFF))
