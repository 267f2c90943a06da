"""The least that an etl_processor in Python can do: what `bench.handler_throughput` takes for the limit of a machine.

The same events in, the same two tables out, by the fastest parts that were found: msgspec decodes into structs, columns
are filled while a struct is at hand, arro3 writes them, BLAKE2b makes the tokens, the collector rests. No rule of a
contract is checked beyond the types, nothing is masked in texts, nothing is set aside, amounts are floats.
"""

import io
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet
from pybase64 import b64decode

from shared.collector import collector_paused


class Item(msgspec.Struct, gc=False):
    stock_code: str
    quantity: int
    unit_price: str
    description: str | None = None


class Customer(msgspec.Struct, gc=False):
    id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None


class Order(msgspec.Struct, gc=False):
    event_id: str
    event_type: str
    schema_version: str
    occurred_at: datetime
    order_id: str
    currency: str
    country: str
    items: list[Item]
    customer: Customer
    ip_address: str | None = None


ORDERS = (
    *("event_id", "event_type", "order_id", "occurred_at", "customer_id", "customer_email_token"),
    *("customer_phone_token", "customer_name_token", "ip_address_token", "country", "currency", "item_count", "units"),
    *("total_amount", "schema_version", "_shard_id", "_sequence_number", "_arrival_ts"),
)
ITEMS = (
    *("event_id", "line_number", "order_id", "event_type", "occurred_at", "stock_code", "description", "quantity"),
    *("unit_price", "line_amount", "currency", "_shard_id", "_sequence_number", "_arrival_ts"),
)
TYPES = {"item_count": DataType.int64(), "units": DataType.int64(), "line_number": DataType.int64()}
TYPES |= {"quantity": DataType.int64(), "occurred_at": DataType.float64(), "_arrival_ts": DataType.float64()}
TYPES |= dict.fromkeys(("unit_price", "line_amount", "total_amount"), DataType.float64())
decode = msgspec.json.Decoder(Order).decode
Rows = list[tuple[Any, ...]]


def process(event: Mapping[str, Any], key: bytes) -> dict[str, bytes]:
    """Parquet files by table and hour."""
    with collector_paused():
        return _process(event, blake2b(key=key, digest_size=16))


def _process(event: Mapping[str, Any], keyed: Any) -> dict[str, bytes]:
    tables: defaultdict[int, tuple[Rows, Rows]] = defaultdict(lambda: ([], []))

    def token(value: str | None) -> str | None:
        if not value:
            return None
        state = keyed.copy()
        state.update(value.strip().lower().encode())
        return str(state.hexdigest())

    for record in event["Records"]:
        kinesis = record["kinesis"]
        order = decode(b64decode(kinesis["data"]))
        shard, number = record["eventID"].partition(":")[0], kinesis["sequenceNumber"]
        moment, arrival = order.occurred_at.timestamp(), kinesis["approximateArrivalTimestamp"]
        orders, items = tables[int(moment // 3_600)]
        units, total = 0, 0.0
        head = order.event_id, order.event_type, order.order_id
        for line, item in enumerate(order.items, 1):
            price = float(item.unit_price)
            amount = item.quantity * price
            units += item.quantity
            total += amount
            what = item.stock_code, item.description, item.quantity, price, amount
            items.append((head[0], line, head[2], head[1], moment, *what, order.currency, shard, number, arrival))
        who = order.customer
        tokens = token(who.email), token(who.phone), token(who.name), token(order.ip_address)
        sums = len(order.items), units, total, order.schema_version
        orders.append((*head, moment, who.id, *tokens, order.country, order.currency, *sums, shard, number, arrival))
    return dict(_files(tables))


def _files(tables: Mapping[int, tuple[Rows, Rows]]) -> Any:
    for hour, (orders, items) in tables.items():
        place = f"{datetime.fromtimestamp(hour * 3_600, UTC):year=%Y/month=%m/day=%d/hour=%H}"
        yield f"orders/{place}", _parquet(ORDERS, orders)
        yield f"order_items/{place}", _parquet(ITEMS, items)


def _parquet(names: tuple[str, ...], rows: Rows) -> bytes:
    columns = zip(names, zip(*rows, strict=True), strict=True)
    arrays = [Array(list(values), TYPES.get(name, DataType.utf8())) for name, values in columns]
    file = io.BytesIO()
    write_parquet(Table.from_arrays(arrays, names=list(names)), file, compression="zstd(1)")
    return file.getvalue()
