"""Order events: what they mean. A decoded event in, its row and its lines out, or a `Rejection`."""

from collections.abc import Sequence
from typing import Any, ClassVar

from msgspec import UNSET

from etl_processor.customer import CustomerTokens
from etl_processor.datasets import Contracts
from etl_processor.event_family import EventFamily
from etl_processor.event_rows import Content, EventRows
from etl_processor.order_rows import OrderLine, OrderTables
from shared.memo import Memo
from shared.money import Money
from shared.payload_masking import PayloadMask
from shared.rejection import Reason, Rejection
from shared.table_object import LakeObject
from shared.text_masking import SURE, TextMask
from shared.tokens import Tokens

# Book entries of the accountants have either sign.
ANY_PRICE = "order_adjusted"


class OrderEvents(EventFamily):
    """Orders with their lines: the tables orders and order_items."""

    EVENT: ClassVar[str] = "order_event"
    PATTERNED: ClassVar[tuple[str, ...]] = ("currency",)

    def __init__(self, contracts: Contracts, tokens: Tokens, mask_payload: PayloadMask) -> None:
        super().__init__(contracts, tokens, mask_payload)
        orders = contracts.table("orders")
        self.hold_years(orders)
        self._tables = OrderTables(orders, contracts.table("order_items"))
        is_currency, mask = self._patterns["currency"], TextMask(SURE, tokens)
        self._is_currency = Memo(lambda text: is_currency(str(text)) is not None)
        self._text = Memo(lambda text: mask(text) if isinstance(text, str) else None)
        self._code = Memo(lambda text: self._masked_identifier(str(text)))
        self._tokens = CustomerTokens(tokens)
        money = Money(*orders.column("total_amount").digits)
        self._units, self._limit = Memo(money.units), money.limit

    def objects(self, rows: EventRows, *, hour: int, shard_id: str) -> Sequence[LakeObject]:
        """An object of orders and one of order_items."""
        return self._tables.objects(rows, hour=hour, shard_id=shard_id)

    def _row(self, event: Any, event_type: str, occurred_us: int) -> tuple[Content, Sequence[OrderLine]]:
        if not self._is_currency[event.currency]:
            raise Rejection(Reason.BAD_FORMAT, "currency does not match its pattern")
        lines, units, total = self._lines(event, event_type)
        order_id, (customer_id, email, phone, name, ip_address) = event.order_id, self._tokens.of(event)
        stated = event.total
        if stated is not None and stated is not UNSET and self._units[stated] != total:
            raise Rejection(Reason.BUSINESS_RULE, "total differs from the sum of quantity x unit_price")
        content = (
            event.event_id,
            event_type,
            order_id if order_id.isalnum() else self._identifier(order_id),
            occurred_us,
            customer_id,
            email,
            phone,
            name,
            ip_address,
            self._text[event.country],
            event.currency,
            len(lines),
            units,
            total,
            event.schema_version,
            None,
        )
        return content, lines

    def _lines(self, event: Any, event_type: str) -> tuple[list[OrderLine], int, int]:
        units_of, text, code, highest, lowest = self._units, self._text, self._code, self._limit, -self._limit
        lines: list[OrderLine] = []
        units = total = 0
        for item in event.items:
            quantity = item.quantity
            price = units_of[item.unit_price]
            amount = quantity * price
            if not quantity or price < 0 or not lowest < amount < highest:
                self._check_line(event_type, quantity, price, amount)
            units += quantity
            total += amount
            lines.append((code[item.stock_code], text[item.description], quantity, price, amount))
        if not lowest < total < highest:
            raise Rejection(Reason.OUT_OF_RANGE, "the sum of quantity x unit_price has too many digits")
        return lines, units, total

    def _check_line(self, event_type: str, quantity: int, price: int, amount: int) -> None:
        if not quantity:
            raise Rejection(Reason.BUSINESS_RULE, "a quantity is zero")
        if price < 0 and event_type != ANY_PRICE:
            raise Rejection(Reason.BUSINESS_RULE, f"a unit_price is negative; only {ANY_PRICE} may have such")
        if not -self._limit < amount < self._limit:
            raise Rejection(Reason.OUT_OF_RANGE, "quantity x unit_price has too many digits")

    def _mask_identifiers(self, event: Any) -> None:
        mask = self._mask_address
        event.order_id, event.country = mask(event.order_id), mask(event.country)
        if event.customer and event.customer.id:
            event.customer.id = mask(event.customer.id)
        for item in event.items:
            item.stock_code = mask(item.stock_code)
