-- Each web request once, out of web_requests_received; the same rules as in orders_live.sql, which says why.
SELECT
    event_id,
    event_type,
    occurred_at,
    method,
    path,
    protocol,
    status,
    response_bytes,
    referrer,
    user_agent,
    log_file,
    log_line,
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
        web_requests_received.*,
        row_number() OVER (
            PARTITION BY event_id
            ORDER BY _arrival_ts, _shard_id, length(_sequence_number), _sequence_number
        ) AS place_in_arrival
    FROM web_requests_received
) AS received
WHERE place_in_arrival = 1
