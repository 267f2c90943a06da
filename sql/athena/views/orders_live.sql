-- Each order event once, out of orders_received. Athena engine 3; the tables stand in the view's own database.
--
-- It knows what was stored a moment ago; what the table orders holds was published by the last run of order_etl, by the
-- same rules, and is cheaper to ask: there a filter on the day prunes.
--
-- Delivery is at least once, so an event can stand in orders_received several times:
--   * the same record in several objects: same _shard_id and _sequence_number, same content;
--   * the producer sent it again: same event_id under another sequence number;
--   * two different payloads under one event_id: the first to arrive wins.
-- Sequence numbers are decimal digits without leading zeros, so (length, text) is their numeric order.
--
-- The window knows event_id only, so a filter on year, month, day or hour cannot reach the scan: event_id,
-- the three arrival columns and the columns a query names are read over the whole history.
-- Partitioning the window by the hour as well would prune, but a payload that contradicts the first one about
-- occurred_at would then stand here twice, and a reader's count matters more than the bytes. What is wide and
-- often filtered, the lines, is pruned: see order_items_live.sql.
--
-- No token is named here. Whoever asks a view needs the right to every column its query names, in the table below too;
-- what may be seen by everybody must not name what may not. Who may see tokens has orders_live_with_tokens.
SELECT
    event_id,
    event_type,
    order_id,
    occurred_at,
    customer_id,
    country,
    currency,
    item_count,
    units,
    total_amount,
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
        orders_received.*,
        row_number() OVER (
            PARTITION BY event_id
            ORDER BY _arrival_ts, _shard_id, length(_sequence_number), _sequence_number
        ) AS place_in_arrival
    FROM orders_received
) AS received
WHERE place_in_arrival = 1
