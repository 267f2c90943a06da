"""A lake without AWS: the contracts' received tables in DuckDB, with the project's own views over them."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from constructs.conflicting_rows import conflicting_rows
from contracts import Contract, load_contract
from local.lake.column_types import duckdb_type
from local.lake.presto_view import duckdb_query

VIEWS = Path(__file__).resolve().parents[2] / "sql" / "athena" / "views"
DATASETS = ("orders", "order_items", "clickstream", "web_requests", "quarantine")
# What tells of two payloads under one event id, by its table: whose events, and the table of their lines.
CONFLICTS = {
    "orders": ("order_event", "order_items"),
    "clickstream": ("shop_event", None),
    "web_requests": ("web_request_event", None),
}
VIEW_NAMES = tuple(load_contract(dataset).view_name for dataset in DATASETS)
FULL_VIEWS = tuple(full for dataset in DATASETS if (full := load_contract(dataset).full_as))
NOON = datetime(2010, 12, 1, 12, 0)  # noqa: DTZ001  timestamps of the lake are UTC without saying so
FILLERS: dict[str, Any] = {
    "string": "x",
    "boolean": False,
    "bigint": 1,
    "int": 1,
    "timestamp": NOON,
    "decimal(18,4)": Decimal(1),
}


def empty_lake() -> duckdb.DuckDBPyConnection:
    """All received tables without rows, and the views."""
    connection = duckdb.connect()
    for dataset in DATASETS:
        contract = load_contract(dataset)
        columns = ", ".join(f'"{column.name}" {duckdb_type(column.type)}' for column in contract.columns)
        connection.execute(f"CREATE TABLE {contract.received_as} ({columns})")
    for view in (*VIEW_NAMES, *FULL_VIEWS):  # a view may read an earlier one
        sql = (VIEWS / f"{view}.sql").read_text(encoding="utf-8")
        connection.execute(f"CREATE VIEW {view} AS {duckdb_query(sql, schema='main').sql}")
    for table, (source, lines) in CONFLICTS.items():
        sql = conflicting_rows(
            load_contract(table),
            source=source,
            lines=load_contract(lines) if lines else None,
            refused="main.quarantine_received",
        )
        connection.execute(f"CREATE VIEW {table}_conflicts AS {duckdb_query(sql, schema='main').sql}")
    return connection


def insert(connection: duckdb.DuckDBPyConnection, dataset: str, **values: Any) -> None:
    """One row of the received table; what is not stated is filled in, partitions follow ``occurred_at``."""
    contract = load_contract(dataset)
    row = filled(contract, **values)
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {contract.received_as} VALUES ({marks})", list(row.values()))  # noqa: S608


def filled(contract: Contract, **values: Any) -> dict[str, Any]:
    """A row of the contract by column."""
    row: dict[str, Any] = {
        column.name: FILLERS[column.type] if column.required else None for column in contract.columns
    }
    row |= {"_shard_id": "shardId-000000000000", "_sequence_number": "1"} | values
    moment = row.get("occurred_at", row["_arrival_ts"])
    return row | {"year": moment.year, "month": moment.month, "day": moment.day, "hour": moment.hour}


def insert_order(
    connection: duckdb.DuckDBPyConnection, event_id: str, *amounts: str, arrived_after: int = 0, **values: Any
) -> None:
    """An order and a line for each amount, as one invocation of the etl_processor writes them."""
    arrival = {"_arrival_ts": NOON + timedelta(seconds=arrived_after), "currency": "GBP"}
    totals = {"total_amount": sum(map(Decimal, amounts), Decimal(0)), "item_count": len(amounts)}
    order = {"country": "United Kingdom"} | arrival | totals | values
    insert(connection, "orders", event_id=event_id, **order)
    shared = {name: order[name] for name in order if name in {c.name for c in load_contract("order_items").columns}}
    for number, amount in enumerate(amounts, start=1):
        line = shared | {"line_number": number, "line_amount": Decimal(amount)}
        insert(connection, "order_items", event_id=event_id, **line)
