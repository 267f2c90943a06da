"""Events as Lambda hands them over, and the rows of what comes out."""

import base64
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
from arro3.io import read_parquet

from etl_processor.batch import BatchResult
from shared.table_object import LakeObject

ARRIVAL = 1_291_192_200.25  # 2010-12-01 08:30:00.25 UTC
FIRST_SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898
SHARD = "shardId-000000000006"
KEY = b"k" * 64
EVENTS = {
    "order_event": ("orders", "order_items"),
    "shop_event": ("clickstream",),
    "web_request_event": ("web_requests",),
}
TABLES = tuple(table for tables in EVENTS.values() for table in tables)
DATASETS = (*EVENTS, *TABLES, "quarantine")
Document = dict[str, Any]


def order(number: int = 536365, **changes: Any) -> Document:
    """A good event of 8:26 with two lines; `changes` replace its members."""
    document: Document = {
        "event_id": f"order_placed-{number}",
        "event_type": "order_placed",
        "schema_version": "1.0",
        "occurred_at": "2010-12-01T08:26:00Z",
        "order_id": str(number),
        "currency": "GBP",
        "country": "United Kingdom",
        "customer": {"id": "17850", "email": "jane.roe@example.org", "phone": "+44 20 7946 0958", "name": "Jane Roe"},
        "ip_address": "203.0.113.7",
        "total": "35.64",
        "items": [
            {"stock_code": "85123A", "description": "WHITE HANGING HEART", "quantity": 6, "unit_price": "2.55"},
            {"stock_code": "71053", "description": "WHITE METAL LANTERN", "quantity": 6, "unit_price": "3.39"},
        ],
    }
    return document | changes


def step(number: int = 7, **changes: Any) -> Document:
    """A good event of clickstream: something is put into the cart."""
    document: Document = {
        "event_id": f"cart_add-{number}",
        "event_type": "cart_add",
        "schema_version": "1.0",
        "occurred_at": "2010-12-01T08:26:00Z",
        "session_id": f"s-{number}",
        "visitor_id": "v-90a3",
        "customer": {"id": "17850", "email": "jane.roe@example.org", "phone": "+44 20 7946 0958", "name": "Jane Roe"},
        "ip_address": "203.0.113.7",
        "page_path": "/product/85123A",
        "referrer": "https://www.example.com/find?q=heart",
        "device": "mobile",
        "product_code": "85123A",
        "quantity": 6,
        "unit_price": "2.55",
        "currency": "GBP",
    }
    return document | changes


def request(number: int = 12, **changes: Any) -> Document:
    """A good event of a web server's log."""
    document: Document = {
        "event_id": f"web-5f0c-{number}",
        "event_type": "web_request",
        "schema_version": "1.0",
        "occurred_at": "2010-12-01T08:26:00Z",
        "ip_address_token": "5f0c1a2b3c4d5e6f708192a3b4c5d6e7",
        "method": "GET",
        "path": "/product/85123A",
        "protocol": "HTTP/1.1",
        "status": 200,
        "response_bytes": 5316,
        "referrer": "https://www.example.com/",
        "user_agent": "Mozilla/5.0 (compatible; Example/1.0.0.1)",
        "log_file": "web_logs/2010/12/01/access.log.gz",
        "log_line": number,
    }
    return document | changes


def with_item(**changes: Any) -> Document:
    """A good event of one line, changed; without the total, which would no longer be right."""
    item = {"stock_code": "85123A", "description": "WHITE HANGING HEART", "quantity": 6, "unit_price": "2.55"}
    document = order(items=[item | changes])
    del document["total"]
    return document


def without(name: str) -> Document:
    document = order()
    del document[name]
    return document


def encoded(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def entry(data: bytes | str, sequence: int, *, shard: str = SHARD, arrival: float = ARRIVAL) -> Document:
    """One record of the event; text stands for a record that is not base64."""
    sequence_number = str(FIRST_SEQUENCE + sequence)
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "536365",
            "sequenceNumber": sequence_number,
            "data": data if isinstance(data, str) else base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": arrival,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{sequence_number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/etl",
        "awsRegion": "eu-west-1",
        "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/ecommerce-test-events",
    }


def batch_of(records: Iterable[bytes | str | Document], **options: Any) -> Document:
    """An event of these records, in this order; a dict is a record that is an entry already."""
    return {
        "Records": [
            record if isinstance(record, dict) else entry(record, place, **options)
            for place, record in enumerate(records)
        ]
    }


def rows(objects: Sequence[LakeObject], table: str) -> list[Document]:
    """All rows of the objects below `<table>/`."""
    found = []
    for item in objects:
        if item.key.startswith(f"{table}/"):
            relation = duckdb.from_arrow(read_parquet(io.BytesIO(item.body)).read_all())
            found += [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    return found


def keys(result: BatchResult) -> list[str]:
    return [item.key for item in result.objects]
