"""What API Gateway checks before an event is let in: contracts in, one JSON Schema (draft 4) out.

API Gateway answers with the message of its validator, which names a missing member but no other, and repeats the value:
so every rule for text is a pattern that begins with the member's name, and neither personal data nor free text has any
rule but its type. What the model does not say is left to the functions behind the stream.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.contract import Column, Contract

Schema = dict[str, Any]

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_MODEL_BYTES = 400_000
# What PutRecords takes.
MAX_EVENTS = 500
# A longer text is no name or number, but what somebody wrote.
MAX_NAME = 64
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"


def event_model(contracts: Sequence[Contract]) -> Schema:
    """One event of any of these families, as it stands in the body."""
    return {"$schema": DRAFT_4, "title": "Event"} | _event(contracts, exact=False)


def batch_model(contracts: Sequence[Contract]) -> Schema:
    """``{"events": [...]}``. API Gateway writes these again, so amounts are text: 2.10 would become 2.1."""
    events = {"type": "array", "minItems": 1, "maxItems": MAX_EVENTS, "items": _event(contracts, exact=True)}
    body = {"type": "object", "required": ["events"], "properties": {"events": events}}
    return {"$schema": DRAFT_4, "title": "EventBatch"} | body


def model_text(model: Schema) -> str:
    """As API Gateway takes it; ValueError if it is too large."""
    text = json.dumps(model, sort_keys=True, separators=(",", ":"))
    if len(text) > MAX_MODEL_BYTES:
        raise ValueError(
            f"request model {model['title']}: {len(text):,} bytes, API Gateway takes {MAX_MODEL_BYTES:,}; "
            "take rules out of the contracts that the functions check anyway"
        )
    return text


def _event(contracts: Sequence[Contract], *, exact: bool) -> Schema:
    columns = _merged(contracts)
    common = set.intersection(*({c.name for c in contract.columns if c.required} for contract in contracts))
    schema = {
        "type": "object",
        "required": sorted(common),
        "properties": {name: _value(column, name, exact=exact) for name, column in columns.items()},
    }
    return schema | (_families(contracts) if len(contracts) > 1 else {})


def _families(contracts: Sequence[Contract]) -> Schema:
    """A member that only one family requires says which it is, and then others of it are missed by name."""
    required = {c.name: {column.name for column in c.columns if column.required} for c in contracts}
    dependencies: Schema = {}
    signs: list[Schema] = []
    for contract in contracts:
        others = {column.name for other in contracts if other is not contract for column in other.columns}
        own = sorted(required[contract.name] - others)
        if not own:
            raise ValueError(
                f"contract {contract.name} requires no member of its own, so an event of it cannot be told from "
                "others; give it one, or a path of its own"
            )
        dependencies |= {name: sorted(required[contract.name] - {name}) for name in own}
        signs += [{"required": [name]} for name in own]
    return {"dependencies": dependencies, "anyOf": signs}


def _merged(contracts: Sequence[Contract]) -> dict[str, Column]:
    """Every member of any family; one that several have must mean the same in each."""
    found: dict[str, Column] = {}
    for contract in contracts:
        for column in contract.columns:
            known = found.get(column.name)
            found[column.name] = _both(known, column, contract.name) if known else column
    return found


def _both(one: Column, other: Column, contract: str) -> Column:
    enums = [column.option("enum") for column in (one, other)]
    if _rules(one) != _rules(other):
        raise ValueError(
            f"contract {contract}: member {one.name!r} has other rules than in the contracts before it, and the front "
            "door has one model for all; give it the same type and limits, or another name"
        )
    union = tuple(dict.fromkeys(value for enum in enums for value in enum or ()))
    options = tuple((name, union if name == "enum" else value) for name, value in one.options)
    return replace(one, required=one.required and other.required, options=options)


def _rules(column: Column) -> Any:
    """What must be alike for two columns to be one member; allowed values add up."""
    options = {name: value for name, value in column.options if name not in ("enum", "requiredFor")}
    return column.type, column.pii, options, "enum" in dict(column.options), tuple(map(_rules, column.fields))


def _value(column: Column, place: str, *, exact: bool) -> Schema:
    schema = _struct(column, place, exact=exact) if column.type == "struct" else _scalar_or_array(column, place, exact)
    if not column.required:
        types = schema["type"]
        schema["type"] = [*([types] if isinstance(types, str) else types), "null"]
    return schema


def _scalar_or_array(column: Column, place: str, exact: bool) -> Schema:
    if column.type == "array":
        limits = _options(column, {"minItems": "minItems", "maxItems": "maxItems"})
        return {"type": "array", "items": _struct(column, place, exact=exact)} | limits
    if column.type in ("int", "bigint"):
        return {"type": "integer"} | _options(column, {"minimum": "minimum", "maximum": "maximum"})
    if column.type == "boolean":
        return {"type": "boolean"}
    if column.type.startswith("decimal"):
        return {"type": "string" if exact else ["number", "string"]} | _named(place, _amount(column))
    return {"type": "string"} | ({} if column.pii else _named(place, _text_pattern(column)))


def _struct(column: Column, place: str, *, exact: bool) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {field.name: _value(field, f"{place}.{field.name}", exact=exact) for field in column.fields},
    }
    # Draft 4 allows no empty list here.
    if required := sorted(field.name for field in column.fields if field.required):
        schema["required"] = required
    return schema


def _text_pattern(column: Column) -> str | None:
    if column.type in ("timestamp", "date"):
        return MOMENT if column.type == "timestamp" else r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    if allowed := column.option("enum"):
        return f"^({'|'.join(re.escape(value) for value in allowed)})$"
    if pattern := column.option("pattern"):
        return str(pattern)
    shortest, longest = column.option("minLength") or 0, column.option("maxLength")
    # What people write at length may speak of people.
    return rf"^[\s\S]{{{shortest},{longest}}}$" if longest and longest <= MAX_NAME else None


def _amount(column: Column) -> str:
    precision, scale = (int(part) for part in re.findall(r"\d+", column.type))
    # Zeros before and behind do not count, and an amount may be written with them: two more of each are allowed here.
    return rf"^-?[0-9]{{1,{precision - scale + 2}}}(\.[0-9]{{1,{scale + 2}}})?$"


def _named(place: str, pattern: str | None) -> Schema:
    # "(?:currency){0}" matches nothing, always: it is there to be read in the message.
    return {"pattern": f"(?:{place}){{0}}{pattern}"} if pattern else {}


def _options(column: Column, names: Mapping[str, str]) -> Schema:
    return {ours: value for ours, theirs in names.items() if (value := column.option(theirs)) is not None}
