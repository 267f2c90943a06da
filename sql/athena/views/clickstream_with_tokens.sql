-- clickstream with the tokens, for those who may see them; the same rules as in orders_live_with_tokens.sql,
-- which says why.
SELECT
    clickstream.event_id,
    clickstream.event_type,
    clickstream.occurred_at,
    clickstream.session_id,
    clickstream.visitor_id,
    clickstream.customer_id,
    tokens.customer_email_token,
    tokens.customer_phone_token,
    tokens.customer_name_token,
    tokens.ip_address_token,
    clickstream.page_path,
    clickstream.referrer,
    clickstream.device,
    clickstream.product_code,
    clickstream.quantity,
    clickstream.unit_price,
    clickstream.currency,
    clickstream.search_text,
    clickstream.checkout_step,
    clickstream.order_id,
    clickstream.schema_version,
    clickstream.late,
    tokens._extra,
    clickstream._shard_id,
    clickstream._sequence_number,
    clickstream._arrival_ts,
    clickstream.year,
    clickstream.month,
    clickstream.day,
    clickstream.hour
FROM clickstream
INNER JOIN (
    SELECT
        clickstream_received.*,
        row_number() OVER (
            PARTITION BY event_id, _shard_id, _sequence_number
            ORDER BY _arrival_ts
        ) AS place_in_arrival
    FROM clickstream_received
) AS tokens
    ON tokens.event_id = clickstream.event_id
    AND tokens._shard_id = clickstream._shard_id
    AND tokens._sequence_number = clickstream._sequence_number
WHERE tokens.place_in_arrival = 1
