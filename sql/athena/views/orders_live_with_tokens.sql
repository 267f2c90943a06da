-- orders_live with the tokens of who ordered, for those who may see them: to tell customers apart who order as guests,
-- to find what belongs to a person who asks.
--
-- Asking orders_live which record counts leaves one rule for who arrived first. Copies of a record in several objects
-- agree in everything, so any of them gives the tokens.
SELECT
    orders_live.event_id,
    orders_live.event_type,
    orders_live.order_id,
    orders_live.occurred_at,
    orders_live.customer_id,
    tokens.customer_email_token,
    tokens.customer_phone_token,
    tokens.customer_name_token,
    tokens.ip_address_token,
    orders_live.country,
    orders_live.currency,
    orders_live.item_count,
    orders_live.units,
    orders_live.total_amount,
    orders_live.schema_version,
    orders_live.late,
    tokens._extra,
    orders_live._shard_id,
    orders_live._sequence_number,
    orders_live._arrival_ts,
    orders_live.year,
    orders_live.month,
    orders_live.day,
    orders_live.hour
FROM orders_live
INNER JOIN (
    SELECT
        orders_received.*,
        row_number() OVER (
            PARTITION BY event_id, _shard_id, _sequence_number
            ORDER BY _arrival_ts
        ) AS place_in_arrival
    FROM orders_received
) AS tokens
    ON tokens.event_id = orders_live.event_id
    AND tokens._shard_id = orders_live._shard_id
    AND tokens._sequence_number = orders_live._sequence_number
WHERE tokens.place_in_arrival = 1
