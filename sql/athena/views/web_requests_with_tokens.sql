-- web_requests with the tokens, for those who may see them; the same rules as in orders_live_with_tokens.sql,
-- which says why.
SELECT
    web_requests.event_id,
    web_requests.event_type,
    web_requests.occurred_at,
    tokens.ip_address_token,
    web_requests.method,
    web_requests.path,
    web_requests.protocol,
    web_requests.status,
    web_requests.response_bytes,
    web_requests.referrer,
    web_requests.user_agent,
    web_requests.log_file,
    web_requests.log_line,
    web_requests.schema_version,
    web_requests.late,
    tokens._extra,
    web_requests._shard_id,
    web_requests._sequence_number,
    web_requests._arrival_ts,
    web_requests.year,
    web_requests.month,
    web_requests.day,
    web_requests.hour
FROM web_requests
INNER JOIN (
    SELECT
        web_requests_received.*,
        row_number() OVER (
            PARTITION BY event_id, _shard_id, _sequence_number
            ORDER BY _arrival_ts
        ) AS place_in_arrival
    FROM web_requests_received
) AS tokens
    ON tokens.event_id = web_requests.event_id
    AND tokens._shard_id = web_requests._shard_id
    AND tokens._sequence_number = web_requests._sequence_number
WHERE tokens.place_in_arrival = 1
