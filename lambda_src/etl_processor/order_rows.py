"""Orders of one shard and hour: orders in, an object for the table orders and one for order_items out."""

from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from arro3.compute import take
from arro3.core import Array, DataType

from etl_processor.datasets import Contracts
from etl_processor.order_event import Line, Order
from shared.table_object import LakeObject, TableFormat, object_key
from shared.tokens import Tokens

ORDER_COLUMNS = (
    "event_id",
    "event_type",
    "order_id",
    "occurred_at",
    "customer_id",
    "customer_email_token",
    "customer_phone_token",
    "customer_name_token",
    "ip_address_token",
    "country",
    "currency",
    "item_count",
    "units",
    "total_amount",
    "schema_version",
    "_sequence_number",
    "_arrival_ts",
)
LINE_COLUMNS = ("stock_code", "description", "quantity", "unit_price", "line_amount")
# What a line takes over from its order.
SHARED_COLUMNS = ("event_id", "order_id", "event_type", "occurred_at", "currency", "_sequence_number", "_arrival_ts")
DISTINCT = ("event_id", "order_id", "occurred_at", "_sequence_number", "_arrival_ts")
TOKENS = tuple(name for name in ORDER_COLUMNS if name.endswith("_token"))


class OrderRows:
    """Rows of one shard and hour, in stream order."""

    def __init__(self) -> None:
        self.orders: list[tuple[Any, ...]] = []
        self.lines: list[Line] = []


class OrderTables:
    """Turns orders into rows and rows into objects."""

    def __init__(self, contracts: Contracts, tokens: Tokens) -> None:
        self._orders = TableFormat(
            contracts.orders,
            columns=(*ORDER_COLUMNS, "_shard_id"),
            distinct=(*DISTINCT, *TOKENS, "customer_id", "total_amount"),
        )
        item_columns = (*LINE_COLUMNS, *SHARED_COLUMNS, "line_number", "_shard_id")
        self._items = TableFormat(contracts.order_items, columns=item_columns, distinct=DISTINCT)
        self._email, self._phone, self._name, self._ip = map(tokens.of, ("email", "phone", "name", "ip"))

    def add(self, rows: OrderRows, order: Order, sequence_number: str, arrival_us: int) -> None:
        """Append the order's row, personal data as tokens, and its lines."""
        event = order.event
        customer, ip_address = event.customer, event.ip_address
        customer_id = email = phone = name = None
        if customer:
            customer_id = customer.id or None
            email = self._email(customer.email) if customer.email else None
            phone = self._phone(customer.phone) if customer.phone else None
            name = self._name(customer.name) if customer.name else None
        rows.lines += order.lines
        rows.orders.append(
            (
                event.event_id,
                event.event_type,
                event.order_id,
                order.occurred_us,
                customer_id,
                email,
                phone,
                name,
                self._ip(ip_address) if ip_address else None,
                event.country,
                event.currency,
                len(order.lines),
                order.units,
                order.total,
                event.schema_version,
                sequence_number,
                arrival_us,
            )
        )

    def objects(self, rows: OrderRows, *, hour: int, shard_id: str) -> tuple[LakeObject, LakeObject]:
        """The two objects of the rows; ``hour`` counts from 1970."""
        columns = dict(zip(ORDER_COLUMNS, zip(*rows.orders, strict=True), strict=True))
        count = len(rows.orders)
        arrays = {name: self._orders.array(name, values) for name, values in columns.items()}
        arrays["_shard_id"] = self._orders.array("_shard_id", [shard_id] * count)
        sequence_numbers = columns["_sequence_number"]

        def lake_object(table: str, body: bytes, row_count: int) -> LakeObject:
            key = object_key(table, hour, shard_id, sequence_numbers)
            return LakeObject(zone="silver", table=table, key=key, body=body, records=count, rows=row_count)

        items = self._items.parquet(self._item_arrays(rows.lines, arrays, columns["item_count"], shard_id))
        return (
            lake_object("orders", self._orders.parquet(arrays), count),
            lake_object("order_items", items, len(rows.lines)),
        )

    def _item_arrays(
        self, lines: Sequence[Line], orders: Mapping[str, Array], counts: Sequence[int], shard_id: str
    ) -> dict[str, Array]:
        columns = zip(LINE_COLUMNS, zip(*lines, strict=True), strict=True)
        arrays = {name: self._items.array(name, values) for name, values in columns}
        # The order that each line belongs to: its values are taken in Arrow, not line by line in Python.
        owners = Array(list(chain.from_iterable(map(repeat, range(len(counts)), counts))), DataType.uint32())
        arrays |= {name: take(orders[name], owners) for name in SHARED_COLUMNS}
        positions = chain.from_iterable(range(1, count + 1) for count in counts)
        arrays["line_number"] = self._items.array("line_number", list(positions))
        arrays["_shard_id"] = self._items.array("_shard_id", [shard_id] * len(lines))
        return arrays
