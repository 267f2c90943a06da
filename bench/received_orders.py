"""Received orders to measure Spark with: Parquet as the etl_processor leaves it, made by DuckDB from a number of rows.

A hundredth of the events were sent twice, another hundredth lies there twice. The same numbers give the same rows.
"""

# ruff: noqa: S608  numbers and places of our own making

from pathlib import Path

import duckdb

DAYS = 10
PRODUCTS = 3_000
FIRST_DAY = "2026-11-01"
REPEATS = "SELECT * FROM events UNION ALL SELECT * FROM events WHERE place % 100 = 7"


def write_orders(folder: Path, rows: int) -> Path:
    """``orders/year=/month=/day=/hour=/*.parquet``, about ``rows`` of them over ten days."""
    sent_again = "UNION ALL SELECT * REPLACE (sequence + 1000000000 AS sequence) FROM events WHERE place % 100 = 13"
    return _write(folder, "orders", f"{_events(rows)} SELECT {ORDER} FROM ({REPEATS} {sent_again})")


def write_items(folder: Path, rows: int, *, share_of_one_product: float = 0.0) -> Path:
    """The same for order_items, a row each; of one product is ``share_of_one_product`` of them, and its even share."""
    threshold = round(share_of_one_product * 1_000)
    product = f"CASE WHEN hash(place) % 1000 < {threshold} THEN 0 ELSE hash(place * 31) % {PRODUCTS} END"
    return _write(folder, "order_items", f"{_events(rows)} SELECT {ITEM.format(product=product)} FROM events")


def _events(rows: int) -> str:
    return f"""WITH events AS (
        SELECT range AS place, range AS sequence, hash(range) AS dice,
            TIMESTAMP '{FIRST_DAY}' + to_milliseconds((range * {DAYS * 86_400_000 - 1} // {rows})::BIGINT) AS moment
        FROM range({rows}))"""


ARRIVED = """'shardId-' || lpad((dice % 4)::VARCHAR, 12, '0') AS _shard_id,
    '49590338271490256608559692538361571095' || lpad(sequence::VARCHAR, 18, '0') AS _sequence_number,
    moment + INTERVAL 2 SECONDS + to_milliseconds((sequence // 1000000000 * 60000)::BIGINT) AS _arrival_ts,
    year(moment)::INT AS year, month(moment)::INT AS month, day(moment)::INT AS day, hour(moment)::INT AS hour"""
ORDER = f"""'order_placed-' || place AS event_id, 'order_placed' AS event_type, place::VARCHAR AS order_id,
    moment AS occurred_at, (dice % 90000)::VARCHAR AS customer_id,
    md5('e' || dice % 90000) AS customer_email_token, md5('p' || dice % 90000) AS customer_phone_token,
    md5('n' || dice % 90000) AS customer_name_token, md5('i' || dice % 500000) AS ip_address_token,
    'United Kingdom' AS country, 'GBP' AS currency, 2::BIGINT AS item_count, (dice % 12 + 1)::BIGINT AS units,
    (dice % 1000000 / 100)::DECIMAL(18, 4) AS total_amount, '1.0' AS schema_version, false AS late,
    NULL::VARCHAR AS _extra, {ARRIVED}"""
ITEM = (
    """'order_placed-' || place AS event_id, 1::BIGINT AS line_number, place::VARCHAR AS order_id,
    'order_placed' AS event_type, moment AS occurred_at, ({product})::VARCHAR AS stock_code,
    'a thing of the shop' AS description, (dice % 12 + 1)::BIGINT AS quantity,
    (dice % 2000 / 100)::DECIMAL(18, 4) AS unit_price,
    ((dice % 12 + 1) * (dice % 2000) / 100)::DECIMAL(18, 4) AS line_amount, 'GBP' AS currency, """
    + ARRIVED
)


def _write(folder: Path, table: str, query: str) -> Path:
    place = folder / table
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY ({query}) TO '{place}' (FORMAT parquet, PARTITION_BY (year, month, day, hour), COMPRESSION zstd)"
        )
    return place
