import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft4Validator

from contracts import Column, Contract, load_contract
from contracts.request_model import MAX_MODEL_BYTES, batch_model, event_model, model_text
from local.front_door.body_check import complaint
from local.shop.shop_day import generate
from local.shop.visits import with_visits

FAMILIES = [load_contract("order_event"), load_contract("shop_event")]
ONE, MANY = event_model(FAMILIES), batch_model(FAMILIES)
Document = dict[str, Any]


@pytest.fixture(scope="module")
def events() -> list[Document]:
    """A good day: orders, cancellations and the visits before them."""
    day = with_visits(generate(200, bad_share=0.0), bad_share=0.0)
    return [json.loads(record.data) for record in day]


@pytest.fixture(scope="module")
def order(events: list[Document]) -> Document:
    return next(e for e in events if e["event_type"] == "order_placed" and e.get("customer"))


@pytest.fixture(scope="module")
def visit(events: list[Document]) -> Document:
    return next(e for e in events if e["event_type"] == "cart_add")


def test_every_good_event_of_the_generator_is_let_in(events: list[Document]) -> None:
    validator = Draft4Validator(ONE)
    assert len({event["event_type"] for event in events}) > 8
    assert [e for event in events for e in validator.iter_errors(event)] == []


def test_they_are_let_in_as_a_batch_as_well(events: list[Document]) -> None:
    assert list(Draft4Validator(MANY).iter_errors({"events": events[:500]})) == []


def test_a_batch_has_500_events_at_most_and_one_at_least(order: Document) -> None:
    validator = Draft4Validator(MANY)
    assert validator.is_valid({"events": [order] * 500})
    assert not validator.is_valid({"events": [order] * 501})
    assert not validator.is_valid({"events": []})
    assert not validator.is_valid([order])


def test_amounts_are_text_in_a_batch_and_may_be_numbers_alone(order: Document) -> None:
    changed = deepcopy(order)
    changed["items"][0]["unit_price"] = 2.1
    assert not [e for e in Draft4Validator(ONE).iter_errors(changed) if "unit_price" in e.path]
    (error,) = Draft4Validator(MANY).iter_errors({"events": [changed]})
    assert error.path[-1] == "unit_price"


def columns(contract: Contract) -> Iterator[Column]:
    """All members, those of structs and arrays among them."""
    for column in contract.columns:
        yield column
        yield from column.fields


def wrongly_typed(event: Document, contract: Contract) -> Iterator[tuple[str, Document]]:
    """The event once for each of its members, which has a type that nothing has there."""
    for column in contract.columns:
        if column.name in event:
            yield column.name, event | {column.name: [5] if column.type != "array" else "x"}
        for field in column.fields if event.get(column.name) else ():
            changed = deepcopy(event)
            home = changed[column.name][0] if column.type == "array" else changed[column.name]
            if field.name in home:
                home[field.name] = [5]
                yield f"{column.name}.{field.name}", changed


def test_a_member_of_a_wrong_type_is_found_where_it_stands(order: Document, visit: Document) -> None:
    tried = set()
    for event, contract in ((order, FAMILIES[0]), (visit, FAMILIES[1])):
        for name, changed in wrongly_typed(event, contract):
            (error,) = Draft4Validator(ONE).iter_errors(changed)
            assert ".".join(step for step in error.path if isinstance(step, str)) == name
            tried.add(name)
    assert {"items.unit_price", "customer.email", "quantity", "occurred_at", "total"} <= tried


def test_a_missing_member_is_named_to_the_sender(order: Document, visit: Document) -> None:
    for event, contract in ((order, FAMILIES[0]), (visit, FAMILIES[1])):
        for column in contract.columns:
            if column.required:
                body = {name: value for name, value in event.items() if name != column.name}
                assert f'"{column.name}"' in str(complaint(json.dumps(body).encode(), ONE))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event_id", "a b"),
        ("event_type", "order_teleported"),
        ("schema_version", "1"),
        ("occurred_at", "2024-11-29T10:00:00"),
        ("order_id", ""),
        ("currency", "gbp"),
        ("country", "x" * 65),
        ("total", "1e5"),
    ],
)
def test_a_text_that_breaks_its_rule_names_its_member_to_the_sender(order: Document, name: str, value: str) -> None:
    said = complaint(json.dumps(order | {name: value}).encode(), ONE)
    assert f"(?:{name}){{0}}" in str(said)


def test_a_text_within_a_list_is_named_by_its_path(order: Document) -> None:
    changed = deepcopy(order)
    changed["items"][0]["unit_price"] = "2,10"
    assert "(?:items.unit_price){0}" in str(complaint(json.dumps(changed).encode(), ONE))


def test_no_personal_data_and_no_free_text_can_stand_in_a_complaint(order: Document, visit: Document) -> None:
    planted = "jane@example.com " * 1_000
    for event, contract in ((order, FAMILIES[0]), (visit, FAMILIES[1])):
        for column in columns(contract):
            free = column.pii or (column.option("maxLength") or 0) > 64
            if free and column in contract.columns:
                assert "jane" not in str(complaint(json.dumps(event | {column.name: planted}).encode(), ONE))
    personal = order | {"customer": dict.fromkeys(("email", "phone", "name"), planted)}
    assert "jane" not in str(complaint(json.dumps(personal).encode(), ONE))


def test_optional_members_may_be_null_and_unknown_ones_are_let_in(order: Document) -> None:
    assert Draft4Validator(ONE).is_valid(order | {"customer": None, "ip_address": None, "invented_in": "1.1"})


def test_an_event_of_no_family_is_refused(order: Document) -> None:
    head = {name: order[name] for name in ("event_id", "event_type", "schema_version", "occurred_at")}
    (error,) = Draft4Validator(ONE).iter_errors(head)
    assert error.validator == "anyOf"


def test_models_are_draft_4_without_references_and_small() -> None:
    for model in (ONE, MANY):
        Draft4Validator.check_schema(model)
        assert "$ref" not in model_text(model)
        assert len(model_text(model)) < MAX_MODEL_BYTES / 10


def test_a_member_that_two_families_mean_differently_is_refused() -> None:
    orders, visits = FAMILIES
    changed = tuple(replace(c, type="bigint", options=()) if c.name == "currency" else c for c in visits.columns)
    with pytest.raises(ValueError, match="member 'currency' has other rules"):
        event_model([orders, replace(visits, columns=changed)])


def test_a_family_that_requires_nothing_of_its_own_is_refused() -> None:
    orders, visits = FAMILIES
    vague = tuple(replace(c, required=c.name in ("event_id", "event_type")) for c in visits.columns)
    with pytest.raises(ValueError, match="requires no member of its own"):
        event_model([orders, replace(visits, columns=vague)])


def test_a_model_too_large_for_api_gateway_is_refused() -> None:
    with pytest.raises(ValueError, match="400,005 bytes, API Gateway takes 400,000"):
        model_text({"title": "x" * (400_005 - len('{"title":""}'))})
