import pytest

from log_forwarder.masking import LogMask
from shared.tokens import Tokens
from tests.unit.log_forwarder.forwarder_fakes import log_line


@pytest.mark.parametrize(
    ("url", "left"),
    [
        ("/search?q=jane@example.com&page=2", "/search"),
        ("/page#section", "/page"),
        ("https://jane:secret@shop.example.com/orders?id=7", "https://shop.example.com/orders"),
        ("/product/85123A/2015-05-17/100%25-cotton", "/product/85123A/2015-05-17/100%25-cotton"),
        ("/caf%C3%A9", "/caf%C3%A9"),
        ("*", "*"),
    ],
)
def test_an_address_loses_its_query_and_keeps_the_rest(mask: LogMask, url: str, left: str) -> None:
    assert mask.address(url) == left


@pytest.mark.parametrize(
    "url",
    [
        "/unsubscribe/jane@example.com",
        "/unsubscribe/jane%40example.com",
        "/unsubscribe/jane%2540example.com/now",
        "/call/+44 20 7946 0958",
        "/call/%2B442079460958",
        "http://203.0.113.7/status",
    ],
)
def test_what_looks_personal_in_a_path_is_a_token_however_it_is_encoded(mask: LogMask, url: str) -> None:
    masked = mask.address(url)
    assert "[" in masked
    for secret in ("jane", "7946", "442079460958", "203.0.113.7"):
        assert secret not in masked


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
    ],
)
def test_a_line_that_is_set_aside_shows_neither_visitor_nor_query(mask: LogMask, line: str) -> None:
    shown = mask.line(line.encode() + b"\xff\0")
    for secret in ("83.149.9.216", "db8", "fe80", "jane"):
        assert secret not in shown


def test_a_line_that_is_set_aside_shows_at_most_ten_kilobytes(mask: LogMask) -> None:
    assert len(mask.line(("ä" * 20_000).encode()).encode()) <= 10_000


def test_an_address_that_is_cut_in_two_is_not_shown_by_half(mask: LogMask) -> None:
    assert "jane" not in mask.line(b"x " * 4_997 + b"jane.doe@example.com")


def test_one_visitor_has_one_token_in_events_and_in_quarantine(mask: LogMask, tokens: Tokens) -> None:
    assert str(tokens.of("ip")("83.149.9.216")) in mask.line(log_line().encode())
