"""Personal data that is planted in records shows in no row: as data only as tokens, in quarantine not at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_processor.batch import BatchProcessor
from etl_processor.datasets import Contracts
from shared.payload_masking import MAX_BYTES, PayloadMask
from shared.text_masking import SURE, TextMask
from shared.tokens import Tokens
from tests.unit.etl_processor.etl_events import KEY, TABLES, batch_of, encoded, order, request, rows, step, with_item

TOKENS = Tokens(KEY)
PLANTED = ("jane.roe@example.org", "7946", "Roe", "203.0.113.7")
EMAIL = "jane.roe@example.org"
ENCODED = "jane.roe%2Bshop%40example.org"
WIDE = "jane.roe＠example．org"  # noqa: RUF001  as a Japanese keyboard writes it
GOOD = order()


@pytest.fixture(scope="module")
def mask(packed: Contracts) -> PayloadMask:
    return PayloadMask(packed.event("order_event"), TOKENS)


def shown(text: str) -> list[str]:
    return [planted for planted in PLANTED if planted.lower() in text.lower()]


def all_text(processor: BatchProcessor, *records: bytes | str) -> str:
    objects = processor.process(batch_of(records)).objects
    tables = (*TABLES, "quarantine")
    return json.dumps([rows(objects, table) for table in tables], default=str, ensure_ascii=False)


BAD_SHAPES: dict[str, bytes | str] = {
    "a bad currency": encoded(order(currency="gbp")),
    "truncated in the name": encoded(GOOD)[: encoded(GOOD).index(b"Roe") + 2],
    "truncated in the e-mail": encoded(GOOD)[: encoded(GOOD).index(b"roe@") + 4] + b"exa",
    "truncated in the phone": encoded(GOOD)[: encoded(GOOD).index(b"7946") + 4],
    "Python's repr": repr(GOOD).encode(),
    "a form": b"id=1&customer[name]=Jane+Roe&email=jane.roe%40example.org&phone=%2B44+20+7946+0958",
    "XML": b"<order><name>Jane Roe</name><email>jane.roe@example.org</email></order>",
    "YAML": b"order:\n  name: Jane Roe\n  phone: 020 7946 0958\n  ip_address: 203.0.113.7\n",
    "JSON in JSON": encoded(json.dumps(GOOD)),
    "JSON in JSON in JSON, truncated": encoded(json.dumps(json.dumps(GOOD)))[:-9],
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "UTF-16 without a mark": json.dumps(GOOD).encode("utf-16-le"),
    "Latin-1": json.dumps(order(country="México"), ensure_ascii=False).encode("latin-1"),
    "a list": b"[" + encoded(GOOD) + b"]",
    "a KPL aggregate": b"\xf3\x89\x9a\xc2\x0a\x00\x1a\x03" + encoded(GOOD) + b"\x00" * 16,
    "escapes in a truncated record": b'{"text":"jane.roe\\u0040example.org 020\\u00207946 0958", ',
    "a name that is an object": encoded(order(customer={"name": {"first": "Jane", "last": "Roe"}})),
    "a name that is a list": encoded(order(customer={"name": ["Jane", "Roe"]})),
    "a phone that is a number": encoded(order(customer={"phone": 442079460958})),
    "a customer that is a text": encoded(order(customer="Jane Roe")),
    "customers that are a list": encoded(order(customer=[{"name": "Jane Roe"}, "Jane Roe"])),
    "members of another style": encoded({"customerName": "Jane Roe", "Phone-Number": "7946 0958", "E": EMAIL}),
    "a personal member name": encoded({EMAIL: 1, "203.0.113.7": 2}),
    "an e-mail as order_id": encoded(order(order_id=EMAIL, currency="gbp")),
    "a remark": encoded(with_item(description=f"call 020 7946 0958, {EMAIL}", quantity="x")),
    "nesting": b'{"name":"Jane Roe","a":' + b"[" * 990 + b"]" * 990 + b"}",
    "endless nesting": b'{"name":"Jane Roe","a":' + b"[" * 99_000 + b"]" * 99_000 + b"}",
    "5,000 digits": b'{"name":"Jane Roe","a":' + b"9" * 5000 + b"}",
    "a lone surrogate": b'{"name":"Jane Roe\\ud800","x":"\\ud800"}',
    "a lone surrogate in an e-mail": b'{"x":"jane.roe\\ud800@example.org","email":"jane.roe\\udfff@example.org"}',
    "a Turkish member name": '{"\u0131p_address":"203.0.113.7","name":"Jane Roe", \u0131p_address: x'.encode(),
    "no base64": encoded(GOOD).decode() + "!",
}


@pytest.mark.parametrize("record", BAD_SHAPES.values(), ids=BAD_SHAPES)
def test_a_quarantined_record_shows_nothing_personal(record: bytes | str, processor: BatchProcessor) -> None:
    assert shown(all_text(processor, record)) == []
    assert processor.process(batch_of([record])).stored == 0


STORED_SHAPES: dict[str, dict[str, Any]] = {
    "in its place": order(),
    "an e-mail as order_id": order(order_id=EMAIL),
    "an e-mail as customer": order(customer={"id": EMAIL}),
    "an e-mail as country": order(country=f"UK ({EMAIL})"),
    "an e-mail as stock_code": with_item(stock_code=EMAIL),
    "a telephone number as order_id": order(order_id="+44 20 7946 0958"),
    "a telephone number as customer": order(customer={"id": "020 7946 0958"}),
    "a telephone number as country": order(country="UK (+44 20 7946 0958)"),
    "a telephone number as stock_code": with_item(stock_code="(020) 7946 0958"),
    "an e-mail and one too many": order(order_id=EMAIL, customer={"email": EMAIL}),
    "an encoded e-mail as order_id": order(order_id=ENCODED),
    "an encoded e-mail as customer": order(customer={"id": ENCODED}),
    "an encoded e-mail as stock_code": with_item(stock_code=ENCODED),
    "an encoded e-mail as country": order(country=f"UK ({ENCODED})"),
    "a wide e-mail as order_id": order(order_id=WIDE),
    "a wide e-mail as stock_code": with_item(stock_code=WIDE),
    "a wide e-mail in a remark": with_item(description=f"ask {WIDE}"),
    "a remark": with_item(description=f"Call Ms R. on +44 (0)20 7946 0958 or 020 7946 0958, {EMAIL}, at 203.0.113.7!"),
    "an unknown member": order(remarks=f"Ms R. {EMAIL} +44 20 7946 0958", recipient={"name": "Jane Roe"}),
}


@pytest.mark.parametrize("document", STORED_SHAPES.values(), ids=STORED_SHAPES)
def test_a_stored_order_shows_nothing_personal(document: dict[str, Any], processor: BatchProcessor) -> None:
    assert_stored_without_a_trace(document, processor)


STEPS: dict[str, dict[str, Any]] = {
    "in its place": step(),
    "as session": step(session_id=EMAIL),
    "as session, a number": step(session_id="+44 20 7946 0958"),
    "as visitor": step(visitor_id=f"v-{EMAIL}"),
    "as customer": step(customer={"id": EMAIL}),
    "in the path": step(page_path=f"/unsubscribe/{EMAIL}"),
    "in the referrer": step(referrer=f"https://example.com/{EMAIL}"),
    "behind a question mark": step(
        referrer="https://example.com/?name=Jane+Roe&tel=+44 20 7946 0958", page_path="/x?name=Roe"
    ),
    "behind a hash": step(page_path="/thanks#name=Jane+Roe", referrer="https://example.com/#tel=+44 20 7946 0958"),
    "as the user of an address": step(referrer="https://roe:secret@example.com/a"),
    "encoded in the path": step(page_path="/unsubscribe/jane.roe%40example.org/x"),
    "encoded twice in the referrer": step(referrer=f"https://example.com/{ENCODED.replace('%', '%25')}"),
    "a number encoded in the path": step(page_path="/call/%2B44%2020%207946%200958"),
    "encoded behind a plain one": step(page_path=f"/{EMAIL}/%2B442079460958"),
    "encoded as session": step(session_id=ENCODED),
    "wide as visitor": step(visitor_id=WIDE),
    "encoded in a search": step(event_type="search", search_text=f"my order {ENCODED}"),
    "wide in a search": step(event_type="search", search_text=f"my order {WIDE}"),
    "as product": step(product_code=EMAIL),
    "in a search": step(event_type="search", search_text=f"my order {EMAIL} 020 7946 0958 from 203.0.113.7"),
    "as order": step(order_id="(020) 7946 0958"),
    "in an unknown member": step(form={"email": EMAIL, "tel": "+44 20 7946 0958", "fullName": "Jane Roe"}),
}
REQUESTS: dict[str, dict[str, Any]] = {
    "in the path": request(path=f"/unsubscribe/{EMAIL}/020 7946 0958/203.0.113.7"),
    "behind a question mark": request(
        path=f"/x?mail={EMAIL}", referrer="https://example.com/?name=Roe&tel=+44 20 7946 0958"
    ),
    "encoded in the path": request(path="/call/%2B44%2020%207946%200958", referrer=f"https://example.com/{ENCODED}"),
    "as the user of an address": request(referrer="https://roe:secret@example.com/a"),
    "in the user agent": request(user_agent=f"Crawler/1.0.0.1 (+{EMAIL}; +44 20 7946 0958)"),
    "as method": request(method=EMAIL[:32]),
    "in the file's name": request(log_file=f"web_logs/{EMAIL}.log"),
    "in an unknown member": request(remote_user_name="Jane Roe", x_forwarded_for="203.0.113.7"),
}


@pytest.mark.parametrize("document", STEPS.values(), ids=STEPS)
def test_a_stored_step_shows_nothing_personal(document: dict[str, Any], processor: BatchProcessor) -> None:
    assert_stored_without_a_trace(document, processor)


@pytest.mark.parametrize("document", REQUESTS.values(), ids=REQUESTS)
def test_a_stored_request_shows_nothing_personal(document: dict[str, Any], processor: BatchProcessor) -> None:
    assert_stored_without_a_trace(document, processor)


def assert_stored_without_a_trace(document: dict[str, Any], processor: BatchProcessor) -> None:
    escaped = encoded(document).replace(b"@", b"\\u0040")
    assert processor.process(batch_of([encoded(document), escaped])).stored == 2
    assert shown(all_text(processor, encoded(document), escaped)) == []


@pytest.mark.parametrize("document", [*STEPS.values(), *REQUESTS.values()])
def test_a_refused_step_or_request_shows_nothing_personal(document: dict[str, Any], processor: BatchProcessor) -> None:
    refused = encoded(document | {"schema_version": "2.0"})
    assert processor.process(batch_of([refused])).stored == 0
    assert shown(all_text(processor, refused)) == []


def test_versions_of_a_program_stay_legible(processor: BatchProcessor) -> None:
    agent = "Mozilla/5.0 (Windows; rv:1.9.0.5) Gecko/2008120122 Firefox/3.0.5 Example/1.0.0.1"
    result = processor.process(batch_of([encoded(request(user_agent=agent))]))
    assert rows(result.objects, "web_requests")[0]["user_agent"] == agent


def test_quarantine_and_tables_use_the_same_tokens(processor: BatchProcessor) -> None:
    result = processor.process(batch_of([encoded(order()), encoded(order(currency="gbp"))]))
    (stored,) = rows(result.objects, "orders")
    payload = json.loads(rows(result.objects, "quarantine")[0]["payload"])
    assert payload["customer"] == {
        "id": "17850",
        "email": f"[email {stored['customer_email_token']}]",
        "phone": f"[phone {stored['customer_phone_token']}]",
        "name": f"[name {stored['customer_name_token']}]",
    }
    assert payload["ip_address"] == f"[ip {stored['ip_address_token']}]"


def test_what_is_not_personal_stays_legible(mask: PayloadMask) -> None:
    document = order(currency="gbp")
    masked = json.loads(mask(encoded(document)))
    personal = {"customer", "ip_address"}
    assert {name: masked[name] for name in masked.keys() - personal} == {
        name: document[name] for name in document.keys() - personal
    }


def test_a_payload_is_cut_to_ten_kilobytes_after_masking(mask: PayloadMask) -> None:
    cut = mask(b'"' + b"\xc3\xa9" * 6000 + b" " + EMAIL.encode() + b'"')
    assert len(cut.encode()) in (MAX_BYTES - 1, MAX_BYTES)
    assert mask(b"x" * MAX_BYTES * 9 + b" " + EMAIL.encode()) == "x" * MAX_BYTES


@pytest.mark.parametrize(
    "text",
    [
        "WHITE HANGING HEART T-LIGHT HOLDER",
        "SET/6 20 x 30 CM, 4 @ 2.55",
        "EAN 5012345678900",
        "2010-12-01 08:26:00",
        "12:30:45",
        "No. 1.2.3",
        "PACK OF 72 RETROSPOT CAKE CASES",
        "::: SALE :::",
    ],
)
def test_a_product_name_is_no_personal_data(text: str) -> None:
    assert TextMask(SURE, TOKENS)(text) == text


LONG = ("a", "a.", "name", 'name:"', "0 ", ":", "\\", "a@", "a%40", "%25", "é@", "://a")


@pytest.mark.parametrize("piece", [*LONG, "blanks"])
def test_masking_a_record_of_the_streams_limit_comes_to_an_end(piece: str, mask: PayloadMask) -> None:
    # A pattern that tried every start against every end would take days here; nothing else needs to be asserted.
    text = "name" + " " * 2**20 if piece == "blanks" else piece * (2**20 // len(piece))
    assert len(mask(text.encode())) <= MAX_BYTES
    assert TextMask(SURE, TOKENS)(text)


TEXTS = st.text(st.characters(codec=None), max_size=40)  # half surrogate pairs, too


@given(
    st.one_of(st.binary(max_size=400), st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS)).map(json.dumps).map(str.encode))
)
def test_any_bytes_can_be_masked(mask: PayloadMask, raw: bytes) -> None:
    assert len(mask(raw).encode()) <= MAX_BYTES
