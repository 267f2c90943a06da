"""What goes wrong in the shop's pages: a good step goes in, bytes that break the contract in one way come out."""

from local.shop.bad_records import Fault, changed_to, with_member, without_member
from local.shop.order_record import Document, encode


def _session_twice(document: Document) -> bytes:
    return encode(document).replace(b'"session_id":', b'"session_id":"s","session_id":', 1)


def _a_page(_: Document) -> bytes:
    return b"<html><body>502 Bad Gateway</body></html>"


VISIT_FAULTS = (
    Fault(name="truncated", reason="not_json", damage=lambda step: encode(step)[:120]),
    Fault(name="an error page", reason="not_json", damage=_a_page),
    Fault(name="session twice", reason="duplicate_key", damage=_session_twice),
    Fault(name="no session", reason="missing_field", damage=without_member("session_id")),
    Fault(
        name="nothing put into the cart",
        reason="missing_field",
        damage=changed_to({"event_type": "cart_add", "product_code": None, "quantity": 1}),
    ),
    Fault(name="quantity of zero", reason="out_of_range", damage=with_member("quantity", 0)),
    Fault(name="negative price", reason="business_rule", damage=changed_to({"unit_price": "-1", "currency": "GBP"})),
    Fault(
        name="price without currency", reason="business_rule", damage=changed_to({"unit_price": "1", "currency": None})
    ),
    Fault(name="unknown step", reason="unknown_type", damage=with_member("event_type", "cart_burned")),
    Fault(name="major version 2", reason="unknown_schema", damage=with_member("schema_version", "2.0")),
    Fault(name="time in milliseconds", reason="bad_timestamp", damage=with_member("occurred_at", 1_732_874_400_000)),
    Fault(name="clock of a phone", reason="clock_skew", damage=with_member("occurred_at", "2038-01-01T00:00:00Z")),
    Fault(name="unknown device", reason="bad_format", damage=with_member("device", "toaster")),
)
