-- The lines of exactly the records that stand in the view orders_live, each line once.
--
-- Asking orders_live, not order_items_received, which record counts keeps the two in step: there is one rule for who
-- arrived first, and a line never shows before its order does.
--
-- Copies of a line in several objects agree in everything, the partition included. The window names the partition,
-- so a filter on year, month, day or hour reaches the scan of order_items_received, the large table; of
-- orders_received, a row per event, only the columns of identity and arrival are read. The join compares the
-- partition as well: should a copy ever have been filed elsewhere, only the one that agrees with its order counts.
SELECT
    line.event_id,
    line.line_number,
    line.order_id,
    line.event_type,
    line.occurred_at,
    line.stock_code,
    line.description,
    line.quantity,
    line.unit_price,
    line.line_amount,
    line.currency,
    line._shard_id,
    line._sequence_number,
    line._arrival_ts,
    line.year,
    line.month,
    line.day,
    line.hour
FROM (
    SELECT
        order_items_received.*,
        row_number() OVER (
            PARTITION BY event_id, line_number, _shard_id, _sequence_number, year, month, day, hour
            ORDER BY _arrival_ts
        ) AS place_in_arrival
    FROM order_items_received
) AS line
INNER JOIN orders_live
    ON orders_live.event_id = line.event_id
    AND orders_live._shard_id = line._shard_id
    AND orders_live._sequence_number = line._sequence_number
    AND orders_live.year = line.year
    AND orders_live.month = line.month
    AND orders_live.day = line.day
    AND orders_live.hour = line.hour
WHERE line.place_in_arrival = 1
