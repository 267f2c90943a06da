-- Each record that was set aside once, out of quarantine_received: the first by arrival.
--
-- The same record can stand in several objects, and a producer that repeats a bad record arrives again, in another
-- hour: the partition follows the arrival, since a bad record may have no readable time of its own. So the window
-- cannot name the partition, and a filter on it does not spare the scan of record_id and the arrival columns.
-- This table is small by nature; when it is not, its size is the news.
SELECT
    record_id,
    reason,
    detail,
    source,
    payload,
    payload_bytes,
    _shard_id,
    _sequence_number,
    _arrival_ts,
    year,
    month,
    day,
    hour
FROM (
    SELECT
        quarantine_received.*,
        row_number() OVER (
            PARTITION BY record_id
            ORDER BY _arrival_ts, _shard_id, length(_sequence_number), _sequence_number
        ) AS place_in_arrival
    FROM quarantine_received
) AS received
WHERE place_in_arrival = 1
