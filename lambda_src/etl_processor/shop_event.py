"""Shop events: what a visitor does. A decoded event in, its row of clickstream out, or a `Rejection`."""

from collections.abc import Sequence
from typing import Any, ClassVar

from msgspec import UNSET

from etl_processor import customer
from etl_processor.datasets import Contracts
from etl_processor.event_family import EventFamily
from etl_processor.event_rows import Content, EventRows, EventTable, Line
from shared.address_masking import AddressMask
from shared.memo import Memo
from shared.money import Money
from shared.payload_masking import PayloadMask
from shared.rejection import Reason, Rejection
from shared.table_object import LakeObject
from shared.text_masking import SURE, TextMask
from shared.tokens import Tokens

COLUMNS = (
    "event_id",
    "event_type",
    "occurred_at",
    "session_id",
    "visitor_id",
    *customer.COLUMNS,
    "page_path",
    "referrer",
    "device",
    "product_code",
    "quantity",
    "unit_price",
    "currency",
    "search_text",
    "checkout_step",
    "order_id",
    "schema_version",
    "_extra",
)
IDENTIFIERS = ("session_id", "visitor_id", "product_code", "checkout_step", "order_id")


class ShopEvents(EventFamily):
    """Steps of visitors: the table clickstream."""

    EVENT: ClassVar[str] = "shop_event"
    PATTERNED: ClassVar[tuple[str, ...]] = ("currency",)

    def __init__(self, contracts: Contracts, tokens: Tokens, mask_payload: PayloadMask) -> None:
        super().__init__(contracts, tokens, mask_payload)
        table = contracts.table("clickstream")
        self.hold_years(table)
        self._table = EventTable(table, columns=COLUMNS)
        is_currency, mask, mask_address = self._patterns["currency"], TextMask(SURE, tokens), AddressMask(tokens)
        self._is_currency = Memo(lambda text: is_currency(str(text)) is not None)
        self._text = Memo(lambda text: mask(text) if isinstance(text, str) else None)
        self._address = Memo(lambda text: mask_address(text) if isinstance(text, str) else None)
        self._code = Memo(lambda text: self._masked_identifier(text) if isinstance(text, str) and text else None)
        self._tokens = customer.CustomerTokens(tokens)
        self._units = Memo(Money(*table.column("unit_price").digits).units)

    def objects(self, rows: EventRows, *, hour: int, shard_id: str) -> Sequence[LakeObject]:
        """An object of clickstream."""
        arrays = self._table.arrays(rows, shard_id)
        return (self._table.lake_object(arrays, rows, hour=hour, shard_id=shard_id),)

    def _row(self, event: Any, event_type: str, occurred_us: int) -> tuple[Content, Sequence[Line]]:
        code, address = self._code, self._address
        if self._needed[event_type]:
            self._check_needed(event, event_type)
        customer_id, email, phone, name, ip_address = self._tokens.of(event)
        content = (
            event.event_id,
            event_type,
            occurred_us,
            code[event.session_id],
            code[event.visitor_id],
            customer_id,
            email,
            phone,
            name,
            ip_address,
            address[event.page_path],
            address[event.referrer],
            event.device or None,
            code[event.product_code],
            event.quantity or None,
            self._price(event),
            event.currency or None,
            self._text[event.search_text],
            code[event.checkout_step],
            code[event.order_id],
            event.schema_version,
            None,
        )
        return content, ()

    def _price(self, event: Any) -> int | None:
        price, currency = event.unit_price, event.currency
        if currency is not None and currency is not UNSET and not self._is_currency[currency]:
            raise Rejection(Reason.BAD_FORMAT, "currency does not match its pattern")
        if price is None or price is UNSET:
            return None
        units = self._units[price]
        if units < 0:
            raise Rejection(Reason.BUSINESS_RULE, "the unit_price is negative")
        if not currency:
            raise Rejection(Reason.BUSINESS_RULE, "a unit_price needs a currency")
        return units

    def _mask_identifiers(self, event: Any) -> None:
        for name in IDENTIFIERS:
            if value := getattr(event, name):
                setattr(event, name, self._mask_address(value))
        if event.customer and event.customer.id:
            event.customer.id = self._mask_address(event.customer.id)
