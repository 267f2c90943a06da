"""The fast reading and the strict one agree on every record, however it is spelled."""

import json
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl_processor.datasets import Contracts
from etl_processor.families import Families
from shared.member_rules import MemberRules
from shared.rejection import Reason, Rejection
from shared.strict_json import parsed_object
from shared.tokens import Tokens
from tests.unit.etl_processor.etl_events import ARRIVAL, KEY, encoded, order

ARRIVAL_US = int(ARRIVAL * 1_000_000)
# JSON texts, good and bad, for the members of an event; each is tried where it belongs and where it does not.
AMOUNTS = ["10", "10.0", '"10"', '"10.00"', "1e1", "1.0E+1", '"-0"', "-0.0", "100e-1", '"1.00001"', "true", "NaN"]
TEXTS = [
    '"a"',
    '"a\\"b"',
    '"\\u00e9"',
    '"é"',
    '""',
    '"x@y.z"',
    '"\\ud83d\\ude00"',
    '"\\ud83d"',
    '"\\u0000"',
    "7",
    "null",
]
MOMENTS = [f'"2010-12-01T08:26:00{end}"' for end in ("Z", ".5Z", ".000Z", "+0000", "+01:00", "", ".1234567Z")]
WHOLE = ["1", "-1", "0", "1.0", "1e0", "-0", "9223372036854775808", "true", "null", '"1"']
ITEM = {"stock_code": TEXTS, "description": TEXTS, "quantity": WHOLE, "unit_price": AMOUNTS, "colour": TEXTS}
CUSTOMER = {"id": TEXTS, "email": TEXTS, "phone": TEXTS, "name": TEXTS, "age": WHOLE}
BLANKS = st.sampled_from(["", "", "", " ", "\n", "\t "])


def members(choices: dict[str, Any]) -> st.SearchStrategy[str]:
    """An object's text: any of the members, perhaps twice, in any order, with any blanks."""
    pair = st.sampled_from(sorted(choices)).flatmap(
        lambda name: st.tuples(st.just(json.dumps(name)), choices[name], BLANKS, BLANKS)
    )
    once = st.lists(pair, unique_by=lambda parts: parts[0])
    repeated = st.tuples(once, st.integers(0, 15)).map(lambda drawn: [*drawn[0], *drawn[0][: drawn[1] == 0]])
    return repeated.map(
        lambda pairs: "{" + ",".join(f"{after}{name}{before}:{value}" for name, value, before, after in pairs) + "}"
    )


def strategies(choices: dict[str, list[str]]) -> dict[str, Any]:
    return {name: st.sampled_from(texts) for name, texts in choices.items()}


def arrays(element: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(element, max_size=3).map(lambda elements: f"[{','.join(elements)}]")


EXTRAS = members(
    {
        "customer": st.one_of(members(strategies(CUSTOMER)), st.just("null")),
        "items": arrays(members(strategies(ITEM))),
        "total": st.sampled_from(AMOUNTS),
        "occurred_at": st.sampled_from(MOMENTS),
        "order_id": st.sampled_from(TEXTS),
        "ip_address": st.sampled_from(TEXTS),
        "unknown": st.sampled_from(TEXTS),
    }
)
GOOD_ITEM = '{"stock_code":"a","quantity":1,"unit_price":10}'
HEAD = '"event_id":"e","event_type":"order_placed","schema_version":"1.0","currency":"GBP","country":"UK"'


def is_good_without(name: str, extras: str) -> bool:
    return f'"{name}"' not in extras


def event_text(extras: str) -> bytes:
    """An event with these members, completed with good ones where a required one is missing."""
    required = {"occurred_at": MOMENTS[0], "order_id": '"o"', "items": f"[{GOOD_ITEM}]"}
    filled = [f'"{name}":{value}' for name, value in required.items() if is_good_without(name, extras)]
    inner = extras[1:-1]
    return ("{" + ",".join([HEAD, *filled, *([inner] if inner else [])]) + "}").encode()


@pytest.fixture(scope="module")
def reader(packed: Contracts) -> Families:
    return Families(packed, Tokens(KEY))


def strict_reason(contracts: Contracts, raw: bytes, event: str = "order_event") -> StrEnum | None:
    try:
        MemberRules(contracts.event(event)).check(parsed_object(raw, ()))
    except Rejection as rejection:
        return rejection.reason
    return None


def fast_reason(reader: Families, raw: bytes) -> StrEnum | None:
    try:
        reader.read(raw, ARRIVAL_US)
    except Rejection as rejection:
        return rejection.reason
    return None


@settings(max_examples=300, deadline=None)
@example(extras='{"total":10.0,"total":10.0}')
@example(extras='{"occurred_at":"2010-12-01T08:26:00.5Z","ip_address":"a","ip_address":"a"}')
@given(extras=EXTRAS)
def test_the_two_readings_agree(packed: Contracts, reader: Families, extras: str) -> None:
    raw = event_text(extras)
    form = strict_reason(packed, raw)
    fast = fast_reason(reader, raw)
    # Rules of meaning come after the form, and the strict reading knows the form only.
    assert fast == form or (form is None and fast == Reason.BUSINESS_RULE)


STEPS = members(
    {
        "customer": st.one_of(members(strategies(CUSTOMER)), st.just("null")),
        "occurred_at": st.sampled_from(MOMENTS),
        "product_code": st.sampled_from(TEXTS),
        "quantity": st.sampled_from(WHOLE),
        "unit_price": st.sampled_from(AMOUNTS),
        "currency": st.sampled_from(['"GBP"', '"gbp"', "null", '""']),
        "device": st.sampled_from(['"mobile"', '"toaster"', "null"]),
        "search_text": st.sampled_from(TEXTS),
        "referrer": st.sampled_from(TEXTS),
        "unknown": st.sampled_from(TEXTS),
    }
)
STEP_HEAD = '"event_id":"e","schema_version":"1.0","session_id":"s","page_path":"/"'
TYPES = ("page_view", "cart_add", "search", "checkout_start")


@settings(max_examples=300, deadline=None)
@given(extras=STEPS, event_type=st.sampled_from(TYPES))
def test_the_two_readings_agree_on_steps(packed: Contracts, reader: Families, extras: str, event_type: str) -> None:
    time = [f'"occurred_at":{MOMENTS[0]}'] if '"occurred_at"' not in extras else []
    inner = [extras[1:-1]] if extras != "{}" else []
    raw = ("{" + ",".join([STEP_HEAD, f'"event_type":"{event_type}"', *time, *inner]) + "}").encode()
    form = strict_reason(packed, raw, "shop_event")
    fast = fast_reason(reader, raw)
    assert fast == form or (form is None and fast in (Reason.BUSINESS_RULE, Reason.MISSING_FIELD))


@pytest.mark.parametrize("kept", [{}, {"customer": None}, {"total": 35.64}, {"ip_address": None}])
def test_a_plain_event_is_read_once(reader: Families, kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The strict reading costs ten times the fast one: events as shops write them must not need it."""
    monkeypatch.setattr("etl_processor.event_family.parsed_object", lambda *_: pytest.fail("read a second time"))
    reader.read(encoded(order(**kept)), ARRIVAL_US)
    reader.read(json.dumps(order(**kept), indent=1).encode(), ARRIVAL_US)
    reader.read(encoded(order(occurred_at="2010-12-01T08:26:00.123Z", **kept)), ARRIVAL_US)
