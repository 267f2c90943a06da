"""Rows of the CRM's four received tables, as few columns said as a test needs, and what becomes of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from lib.table_contract import load_contract

Rows = list[dict[str, Any]]
FIRST = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
TABLES = ("crm_customers", "crm_users", "crm_emails", "crm_phones")


def on(day: int) -> datetime:
    """When the delivery of a day came; the first is day 0."""
    return FIRST + timedelta(days=day)


def customer(key: int, *, day: int = 0, email: str | None = None, **values: Any) -> tuple[str, dict[str, Any]]:
    return _row("crm_customers", day, {"customer_key": key, "email_token": email, **values})


def user(number: int, *, day: int = 0, email: str | None = None, **values: Any) -> tuple[str, dict[str, Any]]:
    return _row("crm_users", day, {"user_id": str(number), "email_token": email, **values})


def address(person: int, email: str, *, number: int = 1, day: int = 0) -> tuple[str, dict[str, Any]]:
    return _row("crm_emails", day, {"person_id": person, "address_id": number, "email_token": email})


def phone(person: int, token: str, *, kind: int = 1, day: int = 0) -> tuple[str, dict[str, Any]]:
    return _row("crm_phones", day, {"person_id": person, "kind_id": kind, "phone_token": token})


def received(spark: SparkSession, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, DataFrame]:
    """The received tables by name, with their contracts' columns."""
    by_table: defaultdict[str, Rows] = defaultdict(list)
    for table, row in rows:
        by_table[table].append(dict(row))
    frames = {}
    for table in TABLES:
        schema = load_contract(table).received_schema
        full = [tuple(row.get(name) for name in schema.names) for row in by_table[table]]
        frames[table] = spark.createDataFrame(full, schema)
    return frames


def _row(table: str, day: int, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    file = f"{table}-{day}"
    origin = {"_source_file": file, "_source_line": 1, "_file_sha256": file, "_arrival_ts": on(day)}
    return table, {**origin, **values}
