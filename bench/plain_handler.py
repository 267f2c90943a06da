"""The etl_processor as tutorials write it: the other side of `bench.handler_throughput`.

The same events in, the same two tables out, personal data hashed with a key. It trusts its input: no types are checked,
amounts are floats, and one bad record ends the batch. (Most tutorials take pandas for the rows, which is slower still.)
"""

import base64
import hashlib
import hmac
import io
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

Row = dict[str, Any]
TYPES = {
    bool: DataType.bool(),
    float: DataType.float64(),
    int: DataType.int64(),
    str: DataType.utf8(),
    type(None): DataType.utf8(),
}
LATE_SECONDS = 30 * 86_400


def process(event: Mapping[str, Any], key: bytes) -> dict[str, bytes]:
    """Parquet files by table and hour."""
    tables: defaultdict[str, list[Row]] = defaultdict(list)
    for record in event["Records"]:
        document = json.loads(base64.b64decode(record["kinesis"]["data"]))
        moment = datetime.fromisoformat(document["occurred_at"])
        hour = moment.strftime("year=%Y/month=%m/day=%d/hour=%H")
        origin = {
            "_shard_id": record["eventID"].split(":")[0],
            "_sequence_number": record["kinesis"]["sequenceNumber"],
            "_arrival_ts": record["kinesis"]["approximateArrivalTimestamp"],
        }
        items = _item_rows(document, moment, origin)
        tables[f"order_items/{hour}"] += items
        late = origin["_arrival_ts"] - moment.timestamp() > LATE_SECONDS
        order = _order_row(document, moment, items, key) | {"late": late, "_extra": None}
        tables[f"orders/{hour}"].append(order | origin)
    return {name: _parquet(rows) for name, rows in tables.items()}


def _order_row(document: Row, moment: datetime, items: list[Row], key: bytes) -> Row:
    customer = document.get("customer") or {}
    return {
        "event_id": document["event_id"],
        "event_type": document["event_type"],
        "order_id": document["order_id"],
        "occurred_at": moment.timestamp(),
        "customer_id": customer.get("id"),
        "customer_email_token": _token(key, customer.get("email")),
        "customer_phone_token": _token(key, customer.get("phone")),
        "customer_name_token": _token(key, customer.get("name")),
        "ip_address_token": _token(key, document.get("ip_address")),
        "country": document["country"],
        "currency": document["currency"],
        "item_count": len(items),
        "units": sum(item["quantity"] for item in items),
        "total_amount": sum(item["line_amount"] for item in items),
        "schema_version": document["schema_version"],
    }


def _item_rows(document: Row, moment: datetime, origin: Row) -> list[Row]:
    return [
        {
            "event_id": document["event_id"],
            "line_number": number,
            "order_id": document["order_id"],
            "event_type": document["event_type"],
            "occurred_at": moment.timestamp(),
            "stock_code": item["stock_code"],
            "description": item.get("description"),
            "quantity": item["quantity"],
            "unit_price": float(item["unit_price"]),
            "line_amount": item["quantity"] * float(item["unit_price"]),
            "currency": document["currency"],
            **origin,
        }
        for number, item in enumerate(document["items"], 1)
    ]


def _token(key: bytes, value: str | None) -> str | None:
    if value is None:
        return None
    return hmac.new(key, value.strip().lower().encode(), hashlib.sha256).hexdigest()


def _parquet(rows: list[Row]) -> bytes:
    names = rows[0]
    columns = {name: [row[name] for row in rows] for name in names}
    arrays = [Array(values, TYPES[type(values[0])]) for values in columns.values()]
    file = io.BytesIO()
    write_parquet(Table.from_arrays(arrays, names=list(columns)), file, compression="snappy")
    return file.getvalue()
