"""What goes wrong in shops: a good order document goes in, bytes that break the contract in one way come out.

Every way names the reason code the etl_processor must give. ``bad_base64`` is missing: the stream's client does the
encoding, so no producer can send it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.shop.order_record import Document, Kind, Record, encode, identity_of


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way to be bad; ``damage`` may change the document it is given."""

    name: str
    reason: str
    damage: Callable[[Document], bytes]


def bad_record(document: Document, fault: Fault) -> Record:
    """The document with the fault, on the stream where the good one would have been."""
    order_id: str = document["order_id"]
    data = fault.damage(document)
    return Record(
        data=data,
        partition_key=order_id,
        identity=identity_of(data),
        kind=Kind.BAD,
        expected_reason=fault.reason,
    )


def with_member(name: str, value: Any) -> Callable[[Document], bytes]:
    return changed_to({name: value})


def changed_to(members: Document) -> Callable[[Document], bytes]:
    return lambda document: encode(document | members)


def without_member(name: str) -> Callable[[Document], bytes]:
    return lambda document: encode({key: value for key, value in document.items() if key != name})


def _with_item(name: str, value: Any) -> Callable[[Document], bytes]:
    """The first item altered; without the total, which would no longer be right."""

    def damage(document: Document) -> bytes:
        first, *others = document["items"]
        altered = document | {"items": [first | {name: value}, *others]}
        altered.pop("total", None)
        # Python's json writes NaN and lone surrogates as JavaScript's producers do: exactly what is wanted here.
        return json.dumps(altered, separators=(",", ":")).encode()

    return damage


def _truncated(document: Document) -> bytes:
    data = encode(document)
    return data[: len(data) * 2 // 3]


def _plain_text(document: Document) -> bytes:
    return f"order {document['order_id']} placed, {len(document['items'])} items".encode()


def _list_of_events(document: Document) -> bytes:
    return b"[" + encode(document) + b"]"


def _latin_1(document: Document) -> bytes:
    return encode(document | {"country": "@"}).replace(b'"@"', b'"M\xe9xico"')


def _utf_16(document: Document) -> bytes:
    return b"\xff\xfe" + encode(document).decode().encode("utf-16-le")


def _aggregated(document: Document) -> bytes:
    # https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md: the first four bytes tell.
    return b"\xf3\x89\x9a\xc2" + encode(document)


def _currency_twice(document: Document) -> bytes:
    return encode(document).replace(b'"currency":', b'"currency":"EUR","currency":', 1)


def _total_off(document: Document) -> bytes:
    return encode(document | {"total": "999999.99"})


def _deep(document: Document) -> bytes:
    nested = b"[" * 20_000 + b"]" * 20_000
    return encode(document | {"remarks": "@"}).replace(b'"@"', nested)


FAULTS = (
    Fault(name="truncated", reason="not_json", damage=_truncated),
    Fault(name="plain text", reason="not_json", damage=_plain_text),
    Fault(name="list of events", reason="not_object", damage=_list_of_events),
    Fault(name="aggregated by the KPL", reason="kpl_aggregated", damage=_aggregated),
    Fault(name="Latin-1", reason="bad_encoding", damage=_latin_1),
    Fault(name="UTF-16", reason="bad_encoding", damage=_utf_16),
    Fault(name="price is NaN", reason="not_finite", damage=_with_item("unit_price", float("nan"))),
    Fault(name="quantity beyond 64 bits", reason="out_of_range", damage=_with_item("quantity", 2**63)),
    Fault(name="price with 5 decimals", reason="out_of_range", damage=_with_item("unit_price", "2.55001")),
    Fault(name="nested 20,000 deep", reason="too_deep", damage=_deep),
    Fault(name="lone surrogate", reason="bad_unicode", damage=_with_item("description", "MUG \ud83d")),
    Fault(name="NUL in text", reason="nul_byte", damage=_with_item("description", "MUG\x00")),
    Fault(name="quantity as text", reason="wrong_type", damage=_with_item("quantity", "12")),
    Fault(name="quantity is true", reason="wrong_type", damage=_with_item("quantity", True)),
    Fault(name="items is no list", reason="wrong_type", damage=with_member("items", {})),
    Fault(name="negative price", reason="business_rule", damage=_with_item("unit_price", "-2.55")),
    Fault(name="total is off", reason="business_rule", damage=_total_off),
    Fault(name="no order_id", reason="missing_field", damage=without_member("order_id")),
    Fault(name="country is null", reason="missing_field", damage=with_member("country", None)),
    Fault(name="currency twice", reason="duplicate_key", damage=_currency_twice),
    Fault(name="unknown event type", reason="unknown_type", damage=with_member("event_type", "order_teleported")),
    Fault(name="major version 2", reason="unknown_schema", damage=with_member("schema_version", "2.0")),
    Fault(name="30 February", reason="bad_timestamp", damage=with_member("occurred_at", "2024-02-30T10:00:00Z")),
    Fault(name="time without offset", reason="bad_timestamp", damage=with_member("occurred_at", "2024-11-29T10:00:00")),
    Fault(name="in the future", reason="clock_skew", damage=with_member("occurred_at", "2038-01-01T00:00:00Z")),
    Fault(name="currency in small letters", reason="bad_format", damage=with_member("currency", "gbp")),
    Fault(name="event_id with blanks", reason="bad_format", damage=with_member("event_id", "order placed 1")),
)
