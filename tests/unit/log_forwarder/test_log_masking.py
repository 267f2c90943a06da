import pytest

from log_forwarder.masking import LogMask
from shared.tokens import Tokens
from tests.unit.log_forwarder.forwarder_fakes import log_line


def test_the_version_of_a_program_is_no_address_and_its_author_is_one(mask: LogMask) -> None:
    assert mask.program("Chrome/9.0.597.98") == "Chrome/9.0.597.98"
    assert "jane" not in mask.program("bot/1.0 (jane@example.com)")


@pytest.mark.parametrize(
    "line",
    [
        log_line(host="2001:db8::1", user="jane", request="GET /a?name=jane HTTP/1.1")[:110],
        log_line(host="fe80::1", user="jane")[:90],
        "fe80::1 cut",
        "83.149.9.216 - - [17/May",
        '{"remote_addr": "83.149.9.216", "remote_user": "jane", "request": "GET /?jane=1',
        log_line(referrer="mailto:jane@example.com"),
        log_line(request="GET /unsubscribe/jane%2Bshop%40example.com/%2B442079460958 HTTP/1.1"),
        log_line(referrer="https://jane:secret@example.com/"),
    ],
)
def test_a_line_that_is_set_aside_shows_neither_visitor_nor_query(mask: LogMask, line: str) -> None:
    shown = mask.line(line.encode() + b"\xff\0")
    for secret in ("83.149.9.216", "db8", "fe80", "jane", "442079460958"):
        assert secret not in shown


def test_a_line_that_is_set_aside_shows_at_most_ten_kilobytes(mask: LogMask) -> None:
    assert len(mask.line(("ä" * 20_000).encode()).encode()) <= 10_000


def test_an_address_that_is_cut_in_two_is_not_shown_by_half(mask: LogMask) -> None:
    assert "jane" not in mask.line(b"x " * 4_997 + b"jane.doe@example.com")


def test_one_visitor_has_one_token_in_events_and_in_quarantine(mask: LogMask, tokens: Tokens) -> None:
    assert str(tokens.of("ip")("83.149.9.216")) in mask.line(log_line().encode())
