"""Order events: the bytes of a record in, an `Order` or a `Rejection` out.

Nearly all records are good, so they take the fast way: one typed decoding, the amounts, the rules. What fails there is
read again strictly, to find the reason; what leaves a doubt there (see `_is_doubtful`), to make sure.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from etl_processor.datasets import Contracts
from etl_processor.event_decoder import event_decoder, event_encoder
from shared.member_rules import MemberRules
from shared.memo import Memo
from shared.money import Money
from shared.rejection import Reason, Rejection
from shared.runtime_contract import Column, Contract
from shared.strict_json import parsed_object
from shared.text_masking import EMAIL, SURE, TextMask
from shared.tokens import Tokens

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# How far a producer's clock may run ahead of the stream's.
CLOCK_TOLERANCE_US = 15 * 60 * 1_000_000
# Book entries of the accountants have either sign.
ANY_PRICE = "order_adjusted"
# Members with a pattern. The decoder leaves them to this module; one more in the contract is refused at start-up.
PATTERNED = ("currency", "event_id", "schema_version")

# stock_code, description, quantity, unit_price, line_amount; amounts in units of their last decimal
Line = tuple[str, str | None, int, int, int]


class Order(msgspec.Struct, gc=False):
    """An event that keeps the contract, and what was computed while checking it."""

    event: Any  # its type is made at run time, from the contract
    occurred_us: int
    lines: list[Line]
    units: int
    total: int


class OrderReader:
    """Reads the events of one contract; ``tokens`` replace personal data in texts where none belongs."""

    def __init__(self, contracts: Contracts, tokens: Tokens) -> None:
        event, orders = contracts.order_event, contracts.orders
        self._decode, self._encode = event_decoder(event.name, event.columns), event_encoder()
        self._rules = MemberRules(event)
        self._members = {column.name: column for column in _all_members(event.columns)}
        self._is_event_id, self._is_currency, self._is_version = self._patterns(event)
        self._mask_address = TextMask(EMAIL, tokens)
        mask = TextMask(SURE, tokens)
        self._description = Memo(lambda text: mask(text) if isinstance(text, str) else None)
        money = Money(*orders.column("total_amount").digits)
        self._units, self._limit = Memo(money.units), money.limit
        times = event.column("occurred_at").rules
        self._plausible_us = _moment_us(times["minimum"]), _moment_us(times["maximum"])
        years = orders.column("year").rules
        self._earliest_us, self._latest_us = _year_us(years["minimum"]), _year_us(years["maximum"] + 1)

    def read(self, raw: bytes, arrival_us: int) -> Order:
        """The order; Rejection with the first reason that fits, form before meaning."""
        try:
            event = self._decode(raw)
            order = self._order(event, arrival_us)
        except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
            self._rules.check(parsed_object(raw, self._members))
            if isinstance(error, Rejection):
                raise
            raise Rejection(Reason.WRONG_TYPE, "the typed decoder refuses the event") from error
        if self._is_doubtful(raw, event):
            parsed_object(raw, self._members)
            self._mask_addresses(order)
        return order

    def _order(self, event: Any, arrival_us: int) -> Order:
        if not (
            self._is_version[event.schema_version]
            and self._is_event_id(event.event_id)
            and self._is_currency[event.currency]
        ):
            raise Rejection(Reason.BAD_FORMAT, f"one of {', '.join(PATTERNED)} does not match its pattern")
        occurred_us = (event.occurred_at - EPOCH) // MICROSECOND
        if not self._earliest_us <= occurred_us < self._latest_us or occurred_us > arrival_us + CLOCK_TOLERANCE_US:
            raise self._wrong_time(occurred_us, arrival_us)
        lines, units, total = self._lines(event)
        stated = event.total
        if stated is not None and stated is not msgspec.UNSET and self._units[stated] != total:
            raise Rejection(Reason.BUSINESS_RULE, "total differs from the sum of quantity x unit_price")
        return Order(event, occurred_us, lines, units, total)

    def _wrong_time(self, occurred_us: int, arrival_us: int) -> Rejection:
        earliest_us, latest_us = self._plausible_us
        if not earliest_us <= occurred_us <= latest_us:
            return Rejection(Reason.BAD_TIMESTAMP, "occurred_at: no plausible year")
        if occurred_us > arrival_us + CLOCK_TOLERANCE_US:
            return Rejection(Reason.CLOCK_SKEW, "occurred_at is more than 15 minutes after the arrival")
        return Rejection(Reason.BAD_TIMESTAMP, "occurred_at: the year is outside the tables' partitions")

    def _lines(self, event: Any) -> tuple[list[Line], int, int]:
        units_of, description, highest, lowest = self._units, self._description, self._limit, -self._limit
        lines: list[Line] = []
        units = total = 0
        for item in event.items:
            quantity = item.quantity
            price = units_of[item.unit_price]
            amount = quantity * price
            if not quantity or price < 0 or not lowest < amount < highest:
                self._check_line(event, quantity, price, amount)
            units += quantity
            total += amount
            lines.append((item.stock_code, description[item.description], quantity, price, amount))
        if not lowest < total < highest:
            raise Rejection(Reason.OUT_OF_RANGE, "the sum of quantity x unit_price has too many digits")
        return lines, units, total

    def _check_line(self, event: Any, quantity: int, price: int, amount: int) -> None:
        if not quantity:
            raise Rejection(Reason.BUSINESS_RULE, "a quantity is zero")
        if price < 0 and event.event_type != ANY_PRICE:
            raise Rejection(Reason.BUSINESS_RULE, f"a unit_price is negative; only {ANY_PRICE} may have such")
        if not -self._limit < amount < self._limit:
            raise Rejection(Reason.OUT_OF_RANGE, "quantity x unit_price has too many digits")

    def _is_doubtful(self, raw: bytes, event: Any) -> bool:
        """Whether the record may hold what the decoder does not show: a member twice, NULs, a stray e-mail address.

        What was decoded is written again. A record of the same length has no room for more than that; only a time with
        a fraction is written longer than it came. In a longer record, more quotes betray a member that is unknown or
        stands twice. Escapes would spoil the comparison and hide characters. An @ belongs into the e-mail address only.
        """
        if b"\\" in raw:
            return True
        again = self._encode(event)
        has_room = len(again) != len(raw) or event.occurred_at.microsecond
        if has_room and again.count(b'"') != raw.count(b'"'):
            return True
        at = raw.find(b"@")
        if at < 0:
            return False
        customer = event.customer
        return not (customer and customer.email and "@" in customer.email and raw.find(b"@", at + 1) < 0)

    def _mask_addresses(self, order: Order) -> None:
        event, mask = order.event, self._mask_address
        event.order_id, event.country = mask(event.order_id), mask(event.country)
        if event.customer and event.customer.id:
            event.customer.id = mask(event.customer.id)
        order.lines = [(mask(line[0]), *line[1:]) for line in order.lines]

    def _patterns(self, event: Contract) -> tuple[Callable[[str], object], Memo[bool], Memo[bool]]:
        patterns = {
            name: re.compile(member.rules["pattern"])
            for name, member in self._members.items()
            if "pattern" in member.rules
        }
        if tuple(sorted(patterns)) != PATTERNED:
            raise ValueError(f"contract {event.name}: patterns of {sorted(patterns)}, this code checks {PATTERNED}")
        currency, event_id, version = (patterns[name].fullmatch for name in PATTERNED)
        major = f"{event.major_version}."
        return (
            event_id,
            Memo(lambda text: currency(str(text)) is not None),
            Memo(lambda text: str(text).startswith(major) and version(str(text)) is not None),
        )


def _all_members(columns: tuple[Column, ...]) -> list[Column]:
    return [member for column in columns for member in (column, *_all_members(column.fields))]


def _moment_us(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // MICROSECOND


def _year_us(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
