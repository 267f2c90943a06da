"""A generated day of a shop: how many records and a seed go in, `Record`s as a real shop sends them come out.

The same arguments give the same bytes on every machine, and other arguments give other order numbers: a second run
repeats the first exactly or has nothing in common with it. The day is fixed and lies in the past for the same reason,
and because an event of the future would be set aside. Memory does not grow with the number of records.
"""

import zlib
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate, count

from local.shop.bad_records import FAULTS, bad_record
from local.shop.catalogue import amount, popularity, products
from local.shop.customers import country_of, customer, draw_country, draw_customer, draw_ip_address
from local.shop.dice import Dice, Window
from local.shop.order_record import SCHEMA_VERSION, Document, Kind, Record, record_of, repeated

DEFAULT_DAY = date(2024, 11, 29)
DEFAULT_SEED = 1
# Orders per hour of a UK shop, midnight first: lunch break and evening.
HOURS = (12, 7, 4, 3, 3, 6, 14, 28, 46, 62, 72, 80, 88, 84, 74, 70, 70, 74, 84, 98, 104, 92, 60, 28)
CURVE = (0, *accumulate(HOURS))
HOUR_MS = 3_600_000
ITEM_COUNTS = tuple(accumulate((30, 24, 16, 11, 8, 5, 4, 2)))  # of orders with 1, 2, ... 8 items
QUANTITIES = (1, 1, 1, 1, 2, 2, 3, 4, 6, 12, 24)
GUEST_SHARE = 0.15
CANCELLED_SHARE = 0.05
UNKNOWN_IP_SHARE = 0.1
NO_TOTAL_SHARE = 0.1
LATE_DAYS = (1, 2, 3)
WINDOW = 2_000  # how many orders can still be cancelled, and records sent again


def generate(
    events: int,
    *,
    seed: int = DEFAULT_SEED,
    day: date = DEFAULT_DAY,
    repeat_share: float = 0.01,
    bad_share: float = 0.005,
    late_share: float = 0.02,
) -> Iterator[Record]:
    """Exactly ``events`` records, repeats and bad ones included, in the order of the day.

    ``repeat_share`` of them are bytes sent before, ``bad_share`` break the contract (each of `FAULTS` in turn) and
    ``late_share`` happened one to three days before ``day``. About 5 % cancel an earlier order.
    """
    shares = {"repeat_share": repeat_share, "bad_share": bad_share, "late_share": late_share}
    if events < 0:
        raise ValueError(f"events is {events}, expected 0 or more")
    if min(shares.values()) < 0 or sum(shares.values()) > 1:
        raise ValueError(f"{shares}: each share must be 0 or more and all together at most 1")
    run = zlib.crc32(repr((events, seed, day.isoformat(), *shares.values())).encode())
    return _records(_Shop(seed=seed, day=day, run=f"{run:08x}"), events, shares)


def _records(shop: "_Shop", events: int, shares: dict[str, float]) -> Iterator[Record]:
    sent: Window[Record] = Window(size=WINDOW, dice=shop.dice)
    repeat, bad, late = accumulate(shares.values())
    for slot in range(events):
        fate = shop.dice.roll()
        time_ms = _time_of_day_ms((slot + shop.dice.roll()) / events)
        if fate < repeat and sent:
            yield repeated(sent.look())
            continue
        if repeat <= fate < bad:
            record = shop.bad(time_ms)
        elif bad <= fate < late:
            record = record_of(shop.order(time_ms, days_late=shop.dice.pick(LATE_DAYS)), kind=Kind.LATE)
        else:
            record = record_of(shop.event(time_ms))
        sent.add(record)
        yield record


class _Shop:
    """The shop in the course of its day: hands out order numbers and knows what can still be cancelled."""

    def __init__(self, *, seed: int, day: date, run: str) -> None:
        self.dice = Dice(seed)
        self._prefix = f"{day:%y%m%d}-{run}"
        self._dates = [(day - timedelta(days=days)).isoformat() for days in (0, *LATE_DAYS)]
        self._numbers = count(1)
        self._faults = count()
        self._orders: Window[Document] = Window(size=WINDOW, dice=self.dice)

    def event(self, time_ms: int) -> Document:
        """An order, or the cancellation of one."""
        if self._orders and self.dice.chance(CANCELLED_SHARE):
            return self._cancellation(self._orders.take(), time_ms)
        order = self.order(time_ms)
        self._orders.add(order)
        return order

    def bad(self, time_ms: int) -> Record:
        """An order with the next of the faults."""
        fault = FAULTS[next(self._faults) % len(FAULTS)]
        return bad_record(self.order(time_ms), fault)

    def order(self, time_ms: int, *, days_late: int = 0) -> Document:
        """An order of that time of day."""
        dice = self.dice
        order_id = f"{self._prefix}-{next(self._numbers):07d}"
        document: Document = {
            "event_id": f"order_placed-{order_id}",
            "event_type": "order_placed",
            "schema_version": SCHEMA_VERSION,
            "occurred_at": f"{self._dates[days_late]}T{_clock(time_ms)}Z",
            "order_id": order_id,
            "currency": "GBP",
        }
        if dice.chance(GUEST_SHARE):
            document |= {"country": draw_country(dice), "customer": None}
        else:
            number = draw_customer(dice)
            document |= {"country": country_of(number), "customer": customer(number)}
        if not dice.chance(UNKNOWN_IP_SHARE):
            document["ip_address"] = draw_ip_address(dice)
        return document | _basket(dice)

    def _cancellation(self, order: Document, time_ms: int) -> Document:
        cancellation = order | {
            "event_id": f"order_cancelled-{order['order_id']}",
            "event_type": "order_cancelled",
            "occurred_at": f"{self._dates[0]}T{_clock(time_ms)}Z",
            "items": [item | {"quantity": -item["quantity"]} for item in order["items"]],
        }
        if "total" in order:
            cancellation["total"] = f"-{order['total']}"
        return cancellation


def _basket(dice: Dice) -> Document:
    """One to eight items, and in most orders what they come to."""
    items: list[Document] = []
    units = 0
    for _ in range(1 + dice.weighted(ITEM_COUNTS)):
        product, quantity = products()[dice.weighted(popularity())], dice.pick(QUANTITIES)
        units += quantity * product.price_units
        items.append(
            {
                "stock_code": product.stock_code,
                "description": product.description,
                "quantity": quantity,
                "unit_price": product.price,
            }
        )
    return {"items": items} if dice.chance(NO_TOTAL_SHARE) else {"total": amount(units), "items": items}


def _time_of_day_ms(share: float) -> int:
    """When ``share`` of the day's orders has come in, by the curve of the hours; rises with the share."""
    orders = share * CURVE[-1]
    hour = min(bisect_right(CURVE, orders) - 1, 23)
    return min(int((hour + (orders - CURVE[hour]) / HOURS[hour]) * HOUR_MS), 24 * HOUR_MS - 1)


def _clock(time_ms: int) -> str:
    seconds, ms = divmod(time_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"
