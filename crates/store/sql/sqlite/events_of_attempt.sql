-- What a carrier told of an attempt, oldest first. Served by carrier_events_key.
SELECT id, carrier, call_id, source, sequence, attempt, kept_at, body, fault
FROM carrier_events
WHERE attempt = ?1
ORDER BY id
LIMIT ?2
