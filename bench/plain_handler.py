"""The etl_processor as tutorials write it: the other side of `bench.handler_throughput`.

The same events in, the same two tables out, personal data hashed with a key: a record at a time by `json`, the rows as
a pandas data frame, which writes them as a dataset by hour. It trusts its input: no types are checked, amounts are
floats, and one bad record ends the batch.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

Row = dict[str, Any]
PARTITIONS = ["year", "month", "day", "hour"]
LATE_SECONDS = 30 * 86_400


def process(event: Mapping[str, Any], key: bytes) -> dict[str, bytes]:
    """Parquet files by table and hour."""
    orders: list[Row] = []
    items: list[Row] = []
    for record in event["Records"]:
        document = json.loads(base64.b64decode(record["kinesis"]["data"]))
        moment = datetime.fromisoformat(document["occurred_at"])
        shared = _shared(record, moment)
        lines = [line | shared for line in _item_rows(document, moment)]
        late = shared["_arrival_ts"].timestamp() - moment.timestamp() > LATE_SECONDS
        items += lines
        orders.append(_order_row(document, moment, lines, key) | {"late": late, "_extra": None} | shared)
    with TemporaryDirectory() as folder:
        for table, rows in {"orders": orders, "order_items": items}.items():
            pd.DataFrame(rows).to_parquet(f"{folder}/{table}", partition_cols=PARTITIONS)
        return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*.parquet")}


def _shared(record: Mapping[str, Any], moment: datetime) -> Row:
    """Where a row came from and where it goes."""
    return {
        "_shard_id": record["eventID"].split(":")[0],
        "_sequence_number": record["kinesis"]["sequenceNumber"],
        "_arrival_ts": pd.Timestamp(record["kinesis"]["approximateArrivalTimestamp"], unit="s"),
        "year": moment.year,
        "month": moment.month,
        "day": moment.day,
        "hour": moment.hour,
    }


def _order_row(document: Row, moment: datetime, items: list[Row], key: bytes) -> Row:
    customer = document.get("customer") or {}
    return {
        "event_id": document["event_id"],
        "event_type": document["event_type"],
        "order_id": document["order_id"],
        "occurred_at": moment,
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


def _item_rows(document: Row, moment: datetime) -> list[Row]:
    return [
        {
            "event_id": document["event_id"],
            "line_number": number,
            "order_id": document["order_id"],
            "event_type": document["event_type"],
            "occurred_at": moment,
            "stock_code": item["stock_code"],
            "description": item.get("description"),
            "quantity": item["quantity"],
            "unit_price": float(item["unit_price"]),
            "line_amount": item["quantity"] * float(item["unit_price"]),
            "currency": document["currency"],
        }
        for number, item in enumerate(document["items"], 1)
    ]


def _token(key: bytes, value: str | None) -> str | None:
    if value is None:
        return None
    return hmac.new(key, value.strip().lower().encode(), hashlib.sha256).hexdigest()
