-- Each shop event once, out of clickstream_received; the same rules as in orders_live.sql, which says why.
SELECT
    event_id,
    event_type,
    occurred_at,
    session_id,
    visitor_id,
    customer_id,
    page_path,
    referrer,
    device,
    product_code,
    quantity,
    unit_price,
    currency,
    search_text,
    checkout_step,
    order_id,
    schema_version,
    late,
    _shard_id,
    _sequence_number,
    _arrival_ts,
    year,
    month,
    day,
    hour
FROM (
    SELECT
        clickstream_received.*,
        row_number() OVER (
            PARTITION BY event_id
            ORDER BY _arrival_ts, _shard_id, length(_sequence_number), _sequence_number
        ) AS place_in_arrival
    FROM clickstream_received
) AS received
WHERE place_in_arrival = 1
