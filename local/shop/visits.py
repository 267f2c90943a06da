"""What visitors do before they order, or instead: order records go in, the same with their steps comes out.

Around each order lies a visit (pages, products, the cart, the checkout); for each visit that ends in an order there are
some that do not. The same records and the same seed give the same bytes. Some steps are sent twice, some break their
contract, and some searches hold what nobody should type there: an e-mail address or a telephone number.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate, count
from typing import Any

from local.shop.bad_visits import VISIT_FAULTS
from local.shop.catalogue import Product, popularity, products
from local.shop.customers import customer, draw_customer, draw_ip_address
from local.shop.dice import Dice, Window
from local.shop.order_record import SCHEMA_VERSION, Document, Kind, Record, encode, identity_of, repeated

DEFAULT_SEED = 1
DEVICES = ("desktop", "mobile", "tablet")
DEVICE_WEIGHTS = tuple(accumulate((45, 50, 5)))
REFERRERS = ("https://www.example.com/search?q=gift", "https://news.example.org/", "https://mail.example.net/offers")
# How many visits end without an order, for each that ends with one.
IDLE_VISITS = tuple(accumulate((25, 35, 25, 15)))
SEARCH_SHARE = 0.4
SLIP_SHARE = 0.02  # of searches, with personal data in them
KNOWN_VISITOR_SHARE = 0.9
SECONDS_PER_STEP = 25
WINDOW = 2_000  # steps that can still be sent again


def with_visits(
    records: Iterable[Record], *, seed: int = DEFAULT_SEED, repeat_share: float = 0.01, bad_share: float = 0.005
) -> Iterator[Record]:
    """The records in their order, each order that was placed after the steps that led to it.

    ``repeat_share`` of the steps are bytes sent before, ``bad_share`` break the contract (each of `VISIT_FAULTS` in
    turn); both as in `shop_day.generate`.
    """
    if min(repeat_share, bad_share) < 0 or repeat_share + bad_share > 1:
        raise ValueError(f"repeat_share {repeat_share}, bad_share {bad_share}: 0 or more, and together at most 1")
    return _records(records, _Visitors(seed), repeat_share, bad_share)


def _records(
    records: Iterable[Record], visitors: "_Visitors", repeat_share: float, bad_share: float
) -> Iterator[Record]:
    dice = visitors.dice
    sent: Window[Record] = Window(size=WINDOW, dice=dice)
    faults = count()
    for record in records:
        order = _placed(record)
        for step in visitors.steps(order) if order else ():
            fate = dice.roll()
            if fate < repeat_share and sent:
                yield repeated(sent.look())
            if repeat_share <= fate < repeat_share + bad_share:
                fault = VISIT_FAULTS[next(faults) % len(VISIT_FAULTS)]
                made = _record(step, fault.damage(step), kind=Kind.BAD, expected_reason=fault.reason)
            else:
                made = _record(step, encode(step), kind=Kind.VISIT)
            sent.add(made)
            yield made
        yield record


def _placed(record: Record) -> Document | None:
    """The order, if the record is one that was placed and is good."""
    if record.kind not in (Kind.ORDER, Kind.LATE):
        return None
    document: Document = json.loads(record.data)
    return document if document["event_type"] == "order_placed" else None


def _record(step: Document, data: bytes, *, kind: Kind, expected_reason: str | None = None) -> Record:
    return Record(
        data=data,
        partition_key=step["session_id"],
        identity=identity_of(data),
        kind=kind,
        expected_reason=expected_reason,
    )


def _name(order: Document) -> str:
    """What is the order's alone: an order_id can come back on another day, its event_id does not."""
    event_id: str = order["event_id"]
    return event_id.removeprefix("order_placed-")


class _Visitors:
    """Everybody who comes to the shop."""

    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)

    def steps(self, order: Document) -> list[Document]:
        """The steps around an order, of its own visit and of some that end in none, by time."""
        ordered_at = datetime.fromisoformat(order["occurred_at"])
        steps = self._buying(order, ordered_at)
        for number in range(self.dice.weighted(IDLE_VISITS)):
            steps += self._looking(f"{_name(order)}-{number}", ordered_at)
        return sorted(steps, key=lambda step: (step["occurred_at"], step["event_id"]))

    def _buying(self, order: Document, ordered_at: datetime) -> list[Document]:
        visit = _Visit(self.dice, f"s-{_name(order)}", order.get("customer"), order.get("ip_address"))
        visit.arrive()
        for item in order["items"]:
            visit.put_into_cart(item, order["currency"])
        visit.step("checkout_start", "/checkout")
        for name in ("delivery", "payment"):
            visit.step("checkout_step", f"/checkout/{name}", checkout_step=name)
        visit.step("checkout_complete", "/checkout/done", order_id=order["order_id"])
        return visit.until(ordered_at)

    def _looking(self, name: str, ordered_at: datetime) -> list[Document]:
        dice = self.dice
        person = customer(draw_customer(dice)) if dice.chance(0.2) else None
        visit = _Visit(dice, f"b-{name}", person, draw_ip_address(dice))
        visit.arrive()
        for _ in range(1 + dice.below(3)):
            product = products()[dice.weighted(popularity())]
            if dice.chance(0.2):
                item = {"stock_code": product.stock_code, "quantity": 1, "unit_price": product.price}
                visit.put_into_cart(item, "GBP")
                visit.step("cart_remove", "/cart", product_code=product.stock_code, quantity=1)
            else:
                visit.look_at(product)
        return visit.until(ordered_at - timedelta(seconds=dice.below(900)))


class _Visit:
    """The steps of one visitor in their order; their times are known when the last one's is."""

    def __init__(self, dice: Dice, session_id: str, person: Any, ip_address: str | None) -> None:
        self._dice, self._session_id = dice, session_id
        self._who: Document = {"session_id": session_id}
        if dice.chance(KNOWN_VISITOR_SHARE):
            self._who["visitor_id"] = f"v-{dice.below(16**8):08x}"
        if person:
            self._who["customer"] = person
        if ip_address:
            self._who["ip_address"] = ip_address
        self._who["device"] = DEVICES[dice.weighted(DEVICE_WEIGHTS)]
        self._steps: list[Document] = []

    def step(self, event_type: str, page_path: str, **members: Any) -> None:
        self._steps.append({"event_type": event_type, "page_path": page_path, **self._who, **members})

    def arrive(self) -> None:
        """The first page, and perhaps a search."""
        referrer = {"referrer": self._dice.pick(REFERRERS)} if self._dice.chance(0.5) else {}
        self.step("page_view", "/", **referrer)
        if self._dice.chance(SEARCH_SHARE):
            self.step("search", "/search", search_text=self._search_text())

    def look_at(self, product: Product) -> None:
        price = {"unit_price": product.price, "currency": "GBP"}
        self.step("product_view", f"/product/{product.stock_code}", product_code=product.stock_code, **price)

    def put_into_cart(self, item: Document, currency: str) -> None:
        """A look at the product of an order's line, then the line; what nobody puts into a cart is left out."""
        code = str(item["stock_code"])
        if not code or len(code) > 64 or item["quantity"] < 1:
            return
        self.step("product_view", f"/product/{code}", product_code=code)
        price = {"unit_price": item["unit_price"], "currency": currency}
        self.step("cart_add", "/cart", product_code=code, quantity=item["quantity"], **price)

    def until(self, end: datetime) -> list[Document]:
        """The steps with their ids and times, the last one at ``end``."""
        moment = end
        for number, step in reversed(list(enumerate(self._steps, 1))):
            head = {
                "event_id": f"{step['event_type']}-{self._session_id}-{number}",
                "event_type": step["event_type"],
                "schema_version": SCHEMA_VERSION,
                "occurred_at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            }
            self._steps[number - 1] = head | step
            moment -= timedelta(milliseconds=1_000 + self._dice.below(2_000 * SECONDS_PER_STEP))
        return self._steps

    def _search_text(self) -> str:
        text = products()[self._dice.weighted(popularity())].description.lower()
        if not self._dice.chance(SLIP_SHARE):
            return text
        person = customer(draw_customer(self._dice))
        return f"{text} {person['email']} {person.get('phone', '')}".strip()
