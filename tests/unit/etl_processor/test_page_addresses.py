"""Addresses of pages, from the shop and from logs: what is left of them is the page."""

import pytest

from etl_processor.batch import BatchProcessor
from shared.address_masking import AddressMask
from shared.tokens import Tokens
from tests.unit.etl_processor.etl_events import KEY, batch_of, encoded, request, rows, step

TOKENS = Tokens(KEY)
MASK = AddressMask(TOKENS)
EMAIL = f"[email {TOKENS.of('email')('jane@example.com')}]"
PHONE = f"[phone {TOKENS.of('phone')('+442079460958')}]"


@pytest.mark.parametrize(
    ("url", "left"),
    [
        ("/search?q=jane@example.com&page=2", "/search"),
        ("/page#section", "/page"),
        ("/thanks#name=Jane+Roe?x", "/thanks"),
        ("https://shop.example.com/a#token=abc&user=Jane%20Roe", "https://shop.example.com/a"),
        ("https://jane:secret@shop.example.com/orders?id=7", "https://shop.example.com/orders"),
        ("https://jane:s@cret@shop.example.com/orders", "https://shop.example.com/orders"),
        ("https://jane%40example.com:secret@shop.example.com", "https://shop.example.com"),
        ("/product/85123A/2015-05-17/100%25-cotton", "/product/85123A/2015-05-17/100%25-cotton"),
        ("/caf%C3%A9/½", "/caf%C3%A9/½"),
        ("*", "*"),
    ],
)
def test_an_address_loses_its_query_and_keeps_the_rest(url: str, left: str) -> None:
    assert MASK(url) == left


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("/unsubscribe/jane@example.com", f"/unsubscribe/{EMAIL}"),
        ("/unsubscribe/jane%40example.com", f"/unsubscribe/{EMAIL}"),
        ("/unsubscribe/jane%2540example.com/now", f"/unsubscribe/{EMAIL}/now"),
        ("/unsubscribe/j%61ne%40example%2Ecom", f"/unsubscribe/{EMAIL}"),
        ("/unsubscribe/jane＠example．com", f"/unsubscribe/{EMAIL}"),  # noqa: RUF001
        ("/call/+44 20 7946 0958", f"/call/{PHONE}"),
        ("/call/%2B44%2020%207946%200958", f"/call/{PHONE}"),
        ("/jane@example.com/%2B442079460958", f"/{EMAIL}/{PHONE}"),
        ("http://203.0.113.7/status", f"http://[ip {TOKENS.of('ip')('203.0.113.7')}]/status"),
    ],
)
def test_what_looks_personal_in_a_path_is_its_token_however_it_is_encoded(url: str, masked: str) -> None:
    assert MASK(url) == masked


def test_the_shop_and_its_logs_tell_of_one_page_alike(processor: BatchProcessor) -> None:
    page, origin = "/call/%2B442079460958#Roe", "https://jane@example.com/jane%40example.com?q=x"
    records = [encoded(request(path=page, referrer=origin)), encoded(step(page_path=page, referrer=origin))]
    objects = processor.process(batch_of(records)).objects
    (step_row,), (request_row,) = rows(objects, "clickstream"), rows(objects, "web_requests")
    assert (step_row["page_path"], step_row["referrer"]) == (request_row["path"], request_row["referrer"])
    assert step_row["referrer"] == f"https://example.com/{EMAIL}"


def test_the_name_of_a_log_file_is_no_address(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(request(log_file="web_logs/shop#1.log"))]))
    assert rows(result.objects, "web_requests")[0]["log_file"] == "web_logs/shop#1.log"
