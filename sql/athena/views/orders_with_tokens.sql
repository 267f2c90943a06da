-- orders with the tokens of who ordered, for those who may see them: to tell customers apart who order as guests, to
-- find what belongs to a person who asks.
--
-- Asking orders which record counts leaves one rule for who arrived first. Copies of a record in several objects agree
-- in everything, so any of them gives the tokens.
SELECT
    orders.event_id,
    orders.event_type,
    orders.order_id,
    orders.occurred_at,
    orders.customer_id,
    tokens.customer_email_token,
    tokens.customer_phone_token,
    tokens.customer_name_token,
    tokens.ip_address_token,
    orders.country,
    orders.currency,
    orders.item_count,
    orders.units,
    orders.total_amount,
    orders.schema_version,
    orders.late,
    tokens._extra,
    orders._shard_id,
    orders._sequence_number,
    orders._arrival_ts,
    orders.year,
    orders.month,
    orders.day,
    orders.hour
FROM orders
INNER JOIN (
    SELECT
        orders_received.*,
        row_number() OVER (
            PARTITION BY event_id, _shard_id, _sequence_number
            ORDER BY _arrival_ts
        ) AS place_in_arrival
    FROM orders_received
) AS tokens
    ON tokens.event_id = orders.event_id
    AND tokens._shard_id = orders._shard_id
    AND tokens._sequence_number = orders._sequence_number
WHERE tokens.place_in_arrival = 1
